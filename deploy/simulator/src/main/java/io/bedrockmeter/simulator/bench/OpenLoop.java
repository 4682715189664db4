package io.bedrockmeter.simulator.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers who don't wait for one another: calls fall due at a constant rate, and one that finds no idle connection waits for
 * it on the clock. Free of coordinated omission, since a latency counts from when the call was due.
 */
final class OpenLoop implements Callers {
    private final Dialer dialer;
    private final CallSource calls;
    private final Thread pacer;
    private final List<CallerConnection> connections;
    private final Deque<CallerConnection> idle = new ArrayDeque<>();
    private final Deque<Long> overdueNanos = new ArrayDeque<>();
    private Tally tally = new Tally();
    private volatile boolean closed;

    private OpenLoop(Dialer dialer, long perSecond, int connectionsMax) throws InterruptedException {
        this.dialer = dialer;
        this.calls = dialer.calls("invoke");
        this.connections = dialer.dial(connectionsMax, this);
        this.idle.addAll(connections);
        this.pacer = new Thread(() -> pace(perSecond), "pacer");
    }

    /** Starts calling, with so many calls in flight at most. */
    static OpenLoop open(Dialer dialer, long perSecond, int connectionsMax) throws InterruptedException {
        OpenLoop loop = new OpenLoop(dialer, perSecond, connectionsMax);
        loop.pacer.start();
        return loop;
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public boolean areStreaming() {
        return false;
    }

    @Override
    public void ended(CallerConnection connection) {
        Long due = overdueNanos.poll();
        if (due == null) {
            idle.add(connection); // in turn, so that none is idle long enough to be closed
        } else {
            call(connection, due);
        }
    }

    @Override
    public void lost(CallerConnection connection, String why) {
        if (!closed) {
            tally.failed(why);
        }
    }

    @Override
    public Tally nextWindow() {
        return dialer.onLoop(() -> {
            Tally ended = tally;
            tally = new Tally();
            return ended;
        });
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(pacer);
        connections.forEach(connection -> connection.channel().close().syncUninterruptibly());
    }

    /** A thread of its own, because a selector's time-out is a whole number of milliseconds. */
    private void pace(long perSecond) {
        ConstantRate rate = new ConstantRate(System.nanoTime(), perSecond);
        for (long call = 0; !closed; call++) {
            long due = rate.dueNanos(call);
            for (long wait = due - System.nanoTime(); wait > 0 && !closed; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            dialer.loop().execute(() -> fallDue(due));
        }
    }

    private void fallDue(long due) {
        CallerConnection connection = idle.poll();
        if (connection == null) {
            overdueNanos.add(due);
        } else {
            call(connection, due);
        }
    }

    private void call(CallerConnection connection, long due) {
        connection.call(calls.next(connection.channel().alloc()), due);
    }
}

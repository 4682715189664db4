package io.bedrockmeter.simulator.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A fixed number of callers, each of which calls again as soon as it has been answered: finds what a program can do at most,
 * and what a call costs then. Its latencies say nothing of a load that does not wait.
 */
final class ClosedLoop implements Callers {
    private final Dialer dialer;
    private final CallSource calls;
    private final boolean streaming;
    private final List<CallerConnection> connections;
    private Tally tally = new Tally();
    private boolean closed;

    private ClosedLoop(Dialer dialer, CallSource calls, boolean streaming, int callers) throws InterruptedException {
        this.dialer = dialer;
        this.calls = calls;
        this.streaming = streaming;
        this.connections = dialer.dial(callers, this);
    }

    /**
     * Starts calling.
     *
     * @param spread over which the first calls are spread, so that streams of one pace don't march in step
     */
    static ClosedLoop open(Dialer dialer, String operation, int callers, Duration spread) throws InterruptedException {
        CallSource calls = dialer.calls(operation);
        ClosedLoop loop = new ClosedLoop(dialer, calls, operation.endsWith("stream"), callers);
        for (int i = 0; i < callers; i++) {
            CallerConnection connection = loop.connections.get(i);
            long delayNanos = spread.toNanos() * i / callers;
            dialer.loop().schedule(() -> loop.call(connection), delayNanos, TimeUnit.NANOSECONDS);
        }
        return loop;
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public boolean areStreaming() {
        return streaming;
    }

    @Override
    public void ended(CallerConnection connection) {
        call(connection);
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
        dialer.onLoop(() -> {
            closed = true;
            return closed;
        });
        connections.forEach(connection -> connection.channel().close().syncUninterruptibly());
    }

    private void call(CallerConnection connection) {
        if (!closed && connection.isUsable()) {
            connection.call(calls.next(connection.channel().alloc()), System.nanoTime());
        }
    }
}

package io.bedrockmeter.simulator.bench;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Streams that have begun and go on with silence: each has its connection, its first frame, and then nothing. */
final class HeldStreams implements Callers {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Dialer dialer;
    private final CountDownLatch begun;
    private final Set<CallerConnection> silent = new HashSet<>();
    private final List<CallerConnection> connections;
    private Tally tally = new Tally();
    private boolean closed;

    private HeldStreams(Dialer dialer, int count) throws InterruptedException {
        this.dialer = dialer;
        this.begun = new CountDownLatch(count);
        this.connections = dialer.dial(count, this);
    }

    /** Opens {@code count} streams and returns when each has begun; the upstream must hold them open. */
    static HeldStreams open(Dialer dialer, int count) throws InterruptedException {
        HeldStreams held = new HeldStreams(dialer, count);
        CallSource calls = dialer.calls("converse-stream");
        dialer.loop().execute(() -> {
            for (CallerConnection connection : held.connections) {
                connection.call(calls.next(connection.channel().alloc()), System.nanoTime());
            }
        });
        if (!held.begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(held.begun.getCount() + " of " + count + " streams have not begun within "
                    + PATIENCE.toSeconds() + " s");
        }
        return held;
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public boolean areStreaming() {
        return true;
    }

    @Override
    public void framesEnded(CallerConnection connection) {
        if (silent.add(connection)) {
            begun.countDown();
        }
    }

    @Override
    public void ended(CallerConnection connection) {
        tally.failed("a stream ended that was to be held open");
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
        dialer.onLoop(() -> closed = true);
        connections.forEach(connection -> connection.channel().close().syncUninterruptibly());
    }
}

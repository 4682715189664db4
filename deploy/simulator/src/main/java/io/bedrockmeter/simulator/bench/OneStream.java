package io.bedrockmeter.simulator.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One stream, read to its end once. */
final class OneStream implements Callers {
    private final Dialer dialer;
    private final CountDownLatch over = new CountDownLatch(1);
    private final CallerConnection connection;
    private final Tally tally = new Tally();

    private OneStream(Dialer dialer) throws InterruptedException {
        this.dialer = dialer;
        this.connection = dialer.dial(1, this).get(0);
    }

    /** Reads one ConverseStream answer to its end, and returns what came. */
    static Tally read(Dialer dialer, Duration patience) throws InterruptedException {
        OneStream stream = new OneStream(dialer);
        CallSource calls = dialer.calls("converse-stream");
        dialer.loop()
                .execute(() -> stream.connection.call(
                        calls.next(stream.connection.channel().alloc()), System.nanoTime()));
        try (stream) {
            if (!stream.over.await(patience.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the stream has not ended within " + patience.toSeconds() + " s");
            }
            return stream.nextWindow().withoutFailure();
        }
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
    public void ended(CallerConnection ended) {
        over.countDown();
    }

    @Override
    public void lost(CallerConnection lost, String why) {
        if (over.getCount() > 0) {
            tally.failed(why);
            over.countDown();
        }
    }

    @Override
    public Tally nextWindow() {
        return dialer.onLoop(() -> tally);
    }

    @Override
    public void close() {
        connection.channel().close().syncUninterruptibly();
    }
}

package io.bedrockmeter.proxy.exchange;

import java.time.Duration;

/**
 * Whether a request body arrives as fast as it must: whole within a limit, and in each window after the first so many bytes. The
 * time is told by whoever waits: it waits for {@link #untilLook}, then {@link #look looks}, and so on. Confined to one event loop.
 */
final class BodyPace {
    private final long windowNanos;
    private final long bytesMin;

    private long leftNanos;
    private long stepNanos;
    private long arrived;
    private boolean judged;

    BodyPace(ExchangeLimits limits) {
        this.windowNanos = limits.bodyWindow().toNanos();
        this.bytesMin = limits.bodyWindowBytesMin();
        this.leftNanos = limits.bodyTimeout().toNanos();
        this.stepNanos = step();
    }

    /** What a look finds. */
    enum Verdict {
        GO_ON,
        /** Too little has come in the window that is over. */
        TOO_SLOW,
        /** The time for all of it is over. */
        TOO_LATE
    }

    /** So many bytes have come. */
    void arrived(int bytes) {
        arrived += bytes;
    }

    /** When to look next, from now or from the last look on. */
    Duration untilLook() {
        return Duration.ofNanos(stepNanos);
    }

    /** Looks, after the wait: the body is not whole yet. */
    Verdict look() {
        leftNanos -= stepNanos;
        if (leftNanos <= 0) {
            return Verdict.TOO_LATE;
        }
        if (judged && arrived < bytesMin) {
            return Verdict.TOO_SLOW;
        }
        judged = true;
        arrived = 0;
        stepNanos = step();
        return Verdict.GO_ON;
    }

    private long step() {
        return bytesMin == 0 ? leftNanos : Math.min(windowNanos, leftNanos);
    }
}

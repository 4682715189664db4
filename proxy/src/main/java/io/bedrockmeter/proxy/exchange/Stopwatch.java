package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.ledger.Outcome;
import java.util.function.LongSupplier;

/** The moments of one exchange, for its histograms. Confined to one event loop. */
final class Stopwatch {
    private static final long NEVER = -1;

    private final LongSupplier nanoClock;
    private final long started;
    private long requestWhole = NEVER;
    private long sent = NEVER;
    private long firstByte = NEVER;

    Stopwatch(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.started = nanoClock.getAsLong();
    }

    void requestWhole() {
        requestWhole = nanoClock.getAsLong();
    }

    void sent() {
        sent = nanoClock.getAsLong();
    }

    void pieceArrived() {
        if (firstByte == NEVER) {
            firstByte = nanoClock.getAsLong();
        }
    }

    /** Nanoseconds since the start. */
    long elapsedNanos() {
        return nanoClock.getAsLong() - started;
    }

    /** The durations, as of now: the moment when the answer was whole, or was given up. */
    Outcome.Timings timings() {
        long now = nanoClock.getAsLong();
        long total = now - started;
        long upstream = sent == NEVER ? NEVER : now - sent;
        long ownWork = requestWhole == NEVER ? NEVER : (sent == NEVER ? now : sent) - requestWhole;
        return new Outcome.Timings(total, firstByte == NEVER ? NEVER : firstByte - started, upstream, ownWork);
    }
}

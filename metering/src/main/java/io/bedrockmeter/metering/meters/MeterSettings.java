package io.bedrockmeter.metering.meters;

import java.time.Duration;

/**
 * How meters are shown. Immutable.
 *
 * @param zeroHold how long a new series is shown as 0 before its sum is; two scrape intervals or more, or 0 where nobody
 *     computes increases, as in a short run
 * @param seriesMax how many series may exist before further ones are folded into {@code other}
 */
public record MeterSettings(Duration zeroHold, int seriesMax) {
    /** For a scrape interval of up to 30 seconds. */
    public static final MeterSettings DEFAULT = new MeterSettings(Duration.ofSeconds(60), 10_000);

    public MeterSettings {
        if (zeroHold.isNegative()) {
            throw new IllegalArgumentException("zeroHold cannot be negative: " + zeroHold);
        }
        if (seriesMax < 1) {
            throw new IllegalArgumentException("seriesMax must be at least 1: " + seriesMax);
        }
    }

    /** The same without a hold: each sum is shown at once. */
    public MeterSettings withoutHold() {
        return new MeterSettings(Duration.ZERO, seriesMax);
    }
}

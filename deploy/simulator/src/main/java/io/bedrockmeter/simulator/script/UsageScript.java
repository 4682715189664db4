package io.bedrockmeter.simulator.script;

import io.bedrockmeter.simulator.truth.Counts;
import org.jspecify.annotations.Nullable;

/**
 * Token counts to answer with; what is null stays as derived from the request.
 *
 * @param metricsOutput the output of {@code invocationMetrics} where it is to differ from the family's own count
 */
public record UsageScript(
        @Nullable Long input,
        @Nullable Long output,
        @Nullable Long cacheRead,
        @Nullable Long cacheWrite5m,
        @Nullable Long cacheWrite1h,
        @Nullable Long metricsOutput) {
    public static final UsageScript NONE = new UsageScript(null, null, null, null, null, null);

    /** The counts alone, what is null as zero: for an answer that is given byte for byte. */
    public Counts counts() {
        return new Counts(orZero(input), orZero(output), orZero(cacheRead), orZero(cacheWrite5m), orZero(cacheWrite1h));
    }

    private static long orZero(@Nullable Long count) {
        return count == null ? 0 : count;
    }
}

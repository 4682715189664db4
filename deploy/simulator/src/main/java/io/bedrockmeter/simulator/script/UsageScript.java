package io.bedrockmeter.simulator.script;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts to answer with; what is null stays as derived from the request.
 *
 * @param metricsOutput the output of {@code invocationMetrics} where it is to differ from the family's own count
 * @param reasoning tokens of the output that were spent on reasoning
 * @param others images, seconds and other units, by the names of the truth log; where given, they take the place of all that
 *     were derived
 */
public record UsageScript(
        @Nullable Long input,
        @Nullable Long output,
        @Nullable Long cacheRead,
        @Nullable Long cacheWrite5m,
        @Nullable Long cacheWrite30m,
        @Nullable Long cacheWrite1h,
        @Nullable Long metricsOutput,
        @Nullable Long reasoning,
        @Nullable Map<String, Long> others) {
    public static final UsageScript NONE = new UsageScript(null, null, null, null, null, null, null, null, null);

    public UsageScript {
        others = others == null ? null : Map.copyOf(others);
    }

    /** Tokens only. */
    public UsageScript(
            @Nullable Long input,
            @Nullable Long output,
            @Nullable Long cacheRead,
            @Nullable Long cacheWrite5m,
            @Nullable Long cacheWrite1h,
            @Nullable Long metricsOutput) {
        this(input, output, cacheRead, cacheWrite5m, null, cacheWrite1h, metricsOutput, null, null);
    }

    /** Units that are not tokens, and nothing else. */
    public static UsageScript ofOthers(Map<String, Long> others) {
        return new UsageScript(null, null, null, null, null, null, null, null, others);
    }

    /** The counts alone, what is null as zero: for an answer that is given byte for byte. */
    public Counts counts() {
        return new Counts(
                orZero(input),
                orZero(output),
                orZero(cacheRead),
                orZero(cacheWrite5m),
                orZero(cacheWrite30m),
                orZero(cacheWrite1h),
                others == null ? Map.of() : others);
    }

    private static long orZero(@Nullable Long count) {
        return count == null ? 0 : count;
    }
}

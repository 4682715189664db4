package io.bedrockmeter.simulator.script;

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
}

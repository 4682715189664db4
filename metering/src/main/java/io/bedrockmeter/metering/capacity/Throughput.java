package io.bedrockmeter.metering.capacity;

import org.jspecify.annotations.Nullable;

/**
 * How many tokens a minute a capacity can serve, as its operator says; Amazon Bedrock does not tell. Immutable.
 *
 * @param inputPerMinute positive; null if that is not what limits it
 * @param outputPerMinute likewise; at least one of the two is given
 */
public record Throughput(
        @Nullable Integer inputPerMinute, @Nullable Integer outputPerMinute) {
    public Throughput {
        boolean isNothing = inputPerMinute == null && outputPerMinute == null;
        if (isNothing || isNotPositive(inputPerMinute) || isNotPositive(outputPerMinute)) {
            throw new IllegalArgumentException(
                    "throughput is some tokens a minute, not " + inputPerMinute + " and " + outputPerMinute);
        }
    }

    private static boolean isNotPositive(@Nullable Integer perMinute) {
        return perMinute != null && perMinute <= 0;
    }
}

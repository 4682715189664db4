package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import org.jspecify.annotations.Nullable;

/**
 * What a model generated for one call, before it takes the wire form of a family.
 *
 * @param baseModel the identifier without profile or ARN
 * @param metricsOutput the output count of {@code invocationMetrics}, usually that of the counts
 * @param events the number of text deltas of a stream
 * @param eventText the text of each of them
 * @param stopReason in the words of Converse
 * @param usageShown false where the answer is to say nothing about usage
 * @param inputs the texts of an embedding request
 * @param tier to be echoed, null to stay silent
 * @param latencyMode to be echoed, null to stay silent
 */
public record Generation(
        String requestId,
        String baseModel,
        Counts counts,
        long metricsOutput,
        int events,
        String eventText,
        long latencyMillis,
        String stopReason,
        boolean tool,
        boolean usageShown,
        int inputs,
        @Nullable String tier,
        @Nullable String latencyMode) {
    public long firstByteMillis() {
        return Math.max(1, latencyMillis / 3);
    }
}

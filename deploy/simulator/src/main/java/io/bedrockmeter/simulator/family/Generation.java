package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a model generated for one call, before it takes the wire form of a family.
 *
 * @param modelId as the request names it
 * @param baseModel the identifier without profile or ARN
 * @param request the body of the call
 * @param metricsOutput the output count of {@code invocationMetrics}, usually that of the counts
 * @param reasoning tokens, contained in the output
 * @param events the number of text deltas of a stream
 * @param eventText the text of each of them
 * @param stopReason in the words of Converse
 * @param usageShown false where the answer is to say nothing about usage
 * @param floats whether numbers are written with a decimal point
 * @param tier to be echoed, null to stay silent
 * @param latencyMode to be echoed, null to stay silent
 * @param servedTier for formats that always name it, null to stay silent
 */
public record Generation(
        String requestId,
        Instant at,
        String modelId,
        String baseModel,
        JsonNode request,
        Counts counts,
        long metricsOutput,
        long reasoning,
        int events,
        String eventText,
        long latencyMillis,
        String stopReason,
        boolean tool,
        boolean usageShown,
        boolean floats,
        @Nullable String tier,
        @Nullable String latencyMode,
        @Nullable String servedTier) {
    public long firstByteMillis() {
        return Math.max(1, latencyMillis / 3);
    }

    /** An id of something inside the answer, the same each time. */
    String id(String prefix) {
        return prefix + requestId.replace("-", "").substring(8);
    }
}

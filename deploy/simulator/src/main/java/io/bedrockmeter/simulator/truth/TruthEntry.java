package io.bedrockmeter.simulator.truth;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request that was fully received, or one record of a batch job, and what Bedrock would bill for it. The components are the fields of a log line.
 *
 * @param at when the request had arrived, ISO-8601 in UTC
 * @param modelId as the request names it, decoded; of a guardrail operation the guardrail, or empty
 * @param endpoint runtime or mantle
 * @param attributes that narrow the units down for their price, for example {@code quality} of images
 * @param mode on_demand, priority, flex, reserved, latency_optimized, batch, provisioned or custom_import
 * @param usd the exact cost as a decimal string; null where the price table does not know it
 */
public record TruthEntry(
        String requestId,
        String at,
        String accessKey,
        String operation,
        String modelId,
        String endpoint,
        int status,
        String outcome,
        Map<String, Long> units,
        Map<String, String> attributes,
        String tier,
        String latency,
        String mode,
        boolean billed,
        @Nullable String usd) {
    public TruthEntry withOutcome(String newOutcome) {
        return new TruthEntry(
                requestId,
                at,
                accessKey,
                operation,
                modelId,
                endpoint,
                status,
                newOutcome,
                units,
                attributes,
                tier,
                latency,
                mode,
                billed,
                usd);
    }
}

package io.bedrockmeter.metering.usage;

import org.jspecify.annotations.Nullable;

/**
 * How a call was served, as its answer says. The price follows this, not what was asked. Null where the answer is silent,
 * which means the default. Immutable.
 *
 * @param serviceTier {@code default}, {@code priority}, {@code flex} or {@code reserved}, as on the wire
 * @param latency {@code standard} or {@code optimized}, as on the wire
 * @param invokedModelId the model that a prompt router chose, as on the wire
 */
public record Served(
        @Nullable String serviceTier,
        @Nullable String latency,
        @Nullable String invokedModelId) {
    /** An answer that says nothing about how it was served. */
    public static final Served SILENT = new Served(null, null, null);

    /** The tier in Amazon Bedrock's own words; null if a model's body means something else by it. */
    static @Nullable String tierCalled(String word) {
        return switch (word) {
            case "default", "priority", "flex", "reserved" -> word;
            case "standard" -> "default";
            default -> null;
        };
    }
}

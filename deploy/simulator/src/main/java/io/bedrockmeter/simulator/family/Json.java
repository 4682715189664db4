package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The few shapes of JSON that families have in common. */
final class Json {
    /** The member that the service adds to the last chunk of a stream. */
    static final String METRICS = "amazon-bedrock-invocationMetrics";

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Adds the metrics that the service puts into the last chunk of a stream. */
    static ObjectNode withMetrics(ObjectNode chunk, Generation generation, boolean withCache) {
        if (!generation.usageShown()) {
            return chunk;
        }
        Counts counts = generation.counts();
        ObjectNode metrics = chunk.putObject(METRICS);
        metrics.put("inputTokenCount", counts.input());
        metrics.put("outputTokenCount", generation.metricsOutput());
        metrics.put("invocationLatency", generation.latencyMillis());
        metrics.put("firstByteLatency", generation.firstByteMillis());
        if (withCache) {
            metrics.put("cacheReadInputTokenCount", counts.cacheRead());
            metrics.put("cacheWriteInputTokenCount", counts.cacheWrite());
        }
        return chunk;
    }

    /** A run of chunks of which only the current one exists. */
    static Stream<ObjectNode> run(List<ObjectNode> before, int times, IntFunction<ObjectNode> each) {
        return Stream.concat(before.stream(), IntStream.range(0, times).mapToObj(each));
    }

    /** The tokens generated when chunk {@code index} is out. */
    static long outputUpTo(int index, Generation generation) {
        return generation.counts().output() * (index + 1L) / generation.events();
    }

    static String stopReason(Generation generation, String ended, String cut) {
        return generation.stopReason().equals("max_tokens") ? cut : ended;
    }
}

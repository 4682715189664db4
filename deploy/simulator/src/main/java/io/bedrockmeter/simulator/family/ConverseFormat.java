package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Converse and ConverseStream: one shape over all families, usage in the body or in the last event. */
public final class ConverseFormat {
    private final boolean caches;
    private final @Nullable ObjectNode trace;

    /**
     * Families that cache have the cache counts, and have them twice.
     *
     * @param trace of guardrail and router, null for none
     */
    public ConverseFormat(boolean caches, @Nullable ObjectNode trace) {
        this.caches = caches;
        this.trace = trace;
    }

    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        body.putObject("metrics").put("latencyMs", generation.latencyMillis());
        ObjectNode message = body.putObject("output").putObject("message");
        ArrayNode content = message.putArray("content");
        content.addObject().put("text", text);
        if (generation.tool()) {
            ObjectNode toolUse = content.addObject().putObject("toolUse");
            toolUse.putObject("input").put("city", "Paris");
            toolUse.put("name", "get_weather").put("toolUseId", toolId(generation));
        }
        message.put("role", "assistant");
        echo(body, generation);
        body.put("stopReason", generation.stopReason());
        addTrace(body);
        usage(body, generation);
        return body;
    }

    public Iterator<Event> events(Generation generation) {
        Stream<Event> start = Stream.of(new Event("messageStart", Json.object().put("role", "assistant")));
        Stream<Event> deltas = Json.run(List.of(), generation.events(), index -> textDelta(generation))
                .map(payload -> new Event("contentBlockDelta", payload));
        return Stream.concat(Stream.concat(start, deltas), ending(generation).stream())
                .iterator();
    }

    private List<Event> ending(Generation generation) {
        List<Event> ending = new ArrayList<>();
        ending.add(blockStop(0));
        if (generation.tool()) {
            ending.addAll(toolBlock(generation));
        }
        ending.add(new Event("messageStop", Json.object().put("stopReason", generation.stopReason())));
        if (generation.usageShown()) {
            ObjectNode metadata = Json.object();
            metadata.putObject("metrics").put("latencyMs", generation.latencyMillis());
            echo(metadata, generation);
            addTrace(metadata);
            usage(metadata, generation);
            ending.add(new Event("metadata", metadata));
        }
        return ending;
    }

    private void addTrace(ObjectNode body) {
        if (trace != null) {
            body.set("trace", trace);
        }
    }

    private static ObjectNode textDelta(Generation generation) {
        ObjectNode payload = Json.object().put("contentBlockIndex", 0);
        payload.putObject("delta").put("text", generation.eventText());
        return payload;
    }

    private static List<Event> toolBlock(Generation generation) {
        ObjectNode start = Json.object().put("contentBlockIndex", 1);
        ObjectNode toolUse = start.putObject("start").putObject("toolUse");
        toolUse.put("name", "get_weather").put("toolUseId", toolId(generation));
        ObjectNode delta = Json.object().put("contentBlockIndex", 1);
        delta.putObject("delta").putObject("toolUse").put("input", "{\"city\":\"Paris\"}");
        return List.of(new Event("contentBlockStart", start), new Event("contentBlockDelta", delta), blockStop(1));
    }

    private static Event blockStop(int index) {
        return new Event("contentBlockStop", Json.object().put("contentBlockIndex", index));
    }

    private static void echo(ObjectNode body, Generation generation) {
        if (generation.latencyMode() != null) {
            body.putObject("performanceConfig").put("latency", generation.latencyMode());
        }
        if (generation.tier() != null) {
            body.putObject("serviceTier").put("type", generation.tier());
        }
    }

    private void usage(ObjectNode body, Generation generation) {
        if (!generation.usageShown()) {
            return;
        }
        Counts counts = generation.counts();
        ObjectNode usage = body.putObject("usage");
        if (counts.cacheWrite() > 0) {
            ArrayNode details = usage.putArray("cacheDetails");
            detail(details, "1h", counts.cacheWrite1h());
            detail(details, "5m", counts.cacheWrite5m());
        }
        if (caches) {
            usage.put("cacheReadInputTokenCount", counts.cacheRead());
            usage.put("cacheReadInputTokens", counts.cacheRead());
            usage.put("cacheWriteInputTokenCount", counts.cacheWrite());
            usage.put("cacheWriteInputTokens", counts.cacheWrite());
        }
        usage.put("inputTokens", counts.input()).put("outputTokens", counts.output());
        usage.putObject("serverToolUsage");
        usage.put("totalTokens", counts.total());
    }

    private static void detail(ArrayNode details, String ttl, long tokens) {
        if (tokens > 0) {
            details.addObject().put("inputTokens", tokens).put("ttl", ttl);
        }
    }

    private static String toolId(Generation generation) {
        return "tooluse_" + generation.requestId().replace("-", "").substring(10);
    }
}

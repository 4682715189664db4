package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Amazon Nova's format: close to Converse, with names of its own for cached tokens. */
public final class Nova implements Family {
    @Override
    public boolean cachesPromptsOf(String baseModel) {
        return true;
    }

    @Override
    public boolean showsCacheReadHeader(Generation generation) {
        return true;
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        ObjectNode message = body.putObject("output").putObject("message");
        message.putArray("content").addObject().put("text", text);
        message.put("role", "assistant");
        body.put("stopReason", generation.stopReason());
        if (generation.usageShown()) {
            usage(body.putObject("usage"), generation.counts())
                    .put("totalTokens", generation.counts().total());
        }
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        ObjectNode start = Json.object();
        start.putObject("messageStart").put("role", "assistant");
        // Every piece of text is a content block of its own: a delta, then its stop.
        Stream<ObjectNode> blocks = Json.run(
                List.of(start),
                2 * generation.events(),
                index -> index % 2 == 0 ? delta(index / 2, generation) : blockStop(index / 2));
        return Stream.concat(blocks, Stream.of(messageStop(generation), metadata(generation)))
                .iterator();
    }

    private static ObjectNode delta(int index, Generation generation) {
        ObjectNode chunk = Json.object();
        ObjectNode delta = chunk.putObject("contentBlockDelta");
        delta.putObject("delta").put("text", generation.eventText());
        delta.put("contentBlockIndex", index);
        return chunk;
    }

    private static ObjectNode blockStop(int index) {
        ObjectNode chunk = Json.object();
        chunk.putObject("contentBlockStop").put("contentBlockIndex", index);
        return chunk;
    }

    private static ObjectNode messageStop(Generation generation) {
        ObjectNode chunk = Json.object();
        chunk.putObject("messageStop").put("stopReason", generation.stopReason());
        return chunk;
    }

    private static ObjectNode metadata(Generation generation) {
        ObjectNode chunk = Json.object();
        ObjectNode metadata = chunk.putObject("metadata");
        if (generation.usageShown()) {
            usage(metadata.putObject("usage"), generation.counts());
        }
        metadata.putObject("metrics");
        metadata.putObject("trace");
        return Json.withMetrics(chunk, generation, true);
    }

    private static ObjectNode usage(ObjectNode usage, Counts counts) {
        return usage.put("inputTokens", counts.input())
                .put("outputTokens", counts.output())
                .put("cacheReadInputTokenCount", counts.cacheRead())
                .put("cacheWriteInputTokenCount", counts.cacheWrite());
    }
}

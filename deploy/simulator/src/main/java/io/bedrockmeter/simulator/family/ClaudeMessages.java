package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's Messages format. Its stream counts in its own events and, sometimes less, in the service's metrics. */
public final class ClaudeMessages implements Family {
    private static final Pattern WITHOUT_CACHE =
            Pattern.compile("anthropic\\.claude-(v|instant|3-haiku|3-sonnet|3-opus|3-5-sonnet-20240620).*");
    private static final Pattern WITHOUT_TTL_SPLIT =
            Pattern.compile("anthropic\\.claude-(v|instant|3|opus-4-2|sonnet-4-2).*");
    private static final Pattern VERSION = Pattern.compile("-v\\d+(:\\d+)?$");
    private static final String VENDOR = "anthropic.";
    private static final int TOOL_BLOCK = 1;

    @Override
    public boolean cachesPromptsOf(String baseModel) {
        return !WITHOUT_CACHE.matcher(baseModel).matches();
    }

    @Override
    public boolean splitsCacheWritesOf(String baseModel) {
        return !WITHOUT_TTL_SPLIT.matcher(baseModel).matches();
    }

    @Override
    public boolean showsCacheReadHeader(Generation generation) {
        return usesCache(generation.counts());
    }

    @Override
    public boolean showsCacheWriteHeader(Generation generation) {
        return usesCache(generation.counts()) && !generation.baseModel().contains("opus-4-8");
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = message(generation);
        var content = body.putArray("content");
        content.addObject().put("type", "text").put("text", text);
        if (generation.tool()) {
            ObjectNode tool = content.addObject();
            tool.put("type", "tool_use").put("id", toolId(generation)).put("name", "get_weather");
            tool.putObject("input").put("city", "Paris");
        }
        body.put("stop_reason", generation.stopReason()).putNull("stop_sequence");
        if (generation.usageShown()) {
            usage(body.putObject("usage"), generation, generation.counts().output());
        }
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        Stream<ObjectNode> deltas = Json.run(
                List.of(
                        messageStart(generation),
                        blockStart(0, "text"),
                        Json.object().put("type", "ping")),
                generation.events(),
                index -> textDelta(generation));
        return Stream.concat(deltas, ending(generation).stream()).iterator();
    }

    /** The same as server-sent events: without the metrics of the service, the last usage whole. */
    public Iterator<Event> events(Generation generation) {
        Iterable<ObjectNode> chunks = () -> chunks(generation);
        return StreamSupport.stream(chunks.spliterator(), false)
                .map(chunk -> {
                    chunk.remove(Json.METRICS);
                    String type = chunk.path("type").asString("");
                    if (type.equals("message_delta") && generation.usageShown()) {
                        usage(
                                chunk.putObject("usage"),
                                generation,
                                generation.counts().output());
                    }
                    return new Event(type, chunk);
                })
                .iterator();
    }

    private static List<ObjectNode> ending(Generation generation) {
        List<ObjectNode> ending = new ArrayList<>();
        ending.add(blockStop(0));
        if (generation.tool()) {
            ending.addAll(toolBlock(generation));
        }
        ObjectNode messageDelta = Json.object().put("type", "message_delta");
        messageDelta
                .putObject("delta")
                .put("stop_reason", generation.stopReason())
                .putNull("stop_sequence");
        if (generation.usageShown()) {
            messageDelta
                    .putObject("usage")
                    .put("output_tokens", generation.counts().output());
        }
        ending.add(messageDelta);
        ending.add(Json.withMetrics(
                Json.object().put("type", "message_stop"), generation, usesCache(generation.counts())));
        return ending;
    }

    private static ObjectNode messageStart(Generation generation) {
        ObjectNode start = Json.object().put("type", "message_start");
        ObjectNode message = message(generation);
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        if (generation.usageShown()) {
            usage(
                    message.putObject("usage"),
                    generation,
                    Math.min(1, generation.counts().output()));
        }
        start.set("message", message);
        return start;
    }

    private static ObjectNode message(Generation generation) {
        return Json.object()
                .put(
                        "model",
                        VERSION.matcher(generation.baseModel().substring(VENDOR.length()))
                                .replaceFirst(""))
                .put("id", "msg_bdrk_" + idTail(generation))
                .put("type", "message")
                .put("role", "assistant");
    }

    private static void usage(ObjectNode usage, Generation generation, long output) {
        Counts counts = generation.counts();
        usage.put("input_tokens", counts.input());
        usage.put("cache_creation_input_tokens", counts.cacheWrite());
        usage.put("cache_read_input_tokens", counts.cacheRead());
        if (!WITHOUT_TTL_SPLIT.matcher(generation.baseModel()).matches()) {
            usage.putObject("cache_creation")
                    .put("ephemeral_5m_input_tokens", counts.cacheWrite5m())
                    .put("ephemeral_1h_input_tokens", counts.cacheWrite1h());
        }
        usage.put("output_tokens", output);
        if (generation.reasoning() > 0) {
            usage.putObject("output_tokens_details").put("thinking_tokens", generation.reasoning());
        }
    }

    private static ObjectNode textDelta(Generation generation) {
        ObjectNode delta = Json.object().put("type", "content_block_delta").put("index", 0);
        delta.putObject("delta").put("type", "text_delta").put("text", generation.eventText());
        return delta;
    }

    private static List<ObjectNode> toolBlock(Generation generation) {
        ObjectNode start = Json.object().put("type", "content_block_start").put("index", TOOL_BLOCK);
        ObjectNode tool = start.putObject("content_block").put("type", "tool_use");
        tool.put("id", toolId(generation)).put("name", "get_weather").putObject("input");
        return List.of(start, inputDelta("{\"city\": "), inputDelta("\"Paris\"}"), blockStop(TOOL_BLOCK));
    }

    private static ObjectNode inputDelta(String partialJson) {
        ObjectNode delta = Json.object().put("type", "content_block_delta").put("index", TOOL_BLOCK);
        delta.putObject("delta").put("type", "input_json_delta").put("partial_json", partialJson);
        return delta;
    }

    private static ObjectNode blockStart(int index, String type) {
        ObjectNode start = Json.object().put("type", "content_block_start").put("index", index);
        start.putObject("content_block").put("type", type).put("text", "");
        return start;
    }

    private static ObjectNode blockStop(int index) {
        return Json.object().put("type", "content_block_stop").put("index", index);
    }

    private static boolean usesCache(Counts counts) {
        return counts.cacheRead() + counts.cacheWrite() > 0;
    }

    private static String toolId(Generation generation) {
        return "toolu_bdrk_" + idTail(generation);
    }

    private static String idTail(Generation generation) {
        return generation.requestId().replace("-", "").substring(8);
    }
}

package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's chat completions, which many vendors speak: gpt-oss, Qwen, DeepSeek V3, Gemma, Kimi, MiniMax, Nemotron, GLM, Grok,
 * Writer, Jamba and the newer Mistral. Its prompt tokens include the cached ones.
 */
public final class OpenAiChat implements Family {
    private static final String REASONING = "<reasoning>The user asks, so an answer is due.</reasoning>";

    @Override
    public boolean cachesPromptsOf(String baseModel) {
        return ImplicitCache.of(baseModel) != ImplicitCache.NONE;
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        boolean reasons = generation.baseModel().startsWith("openai.gpt-oss");
        return completion(generation, reasons ? REASONING + text : text);
    }

    /** The same on the route of its own, where reasoning has a member of its own. */
    public ObjectNode completion(Generation generation, String text) {
        ObjectNode body = Json.object();
        ObjectNode choice = body.putArray("choices").addObject();
        choice.put("finish_reason", finishReason(generation)).put("index", 0).putNull("logprobs");
        ObjectNode message = choice.putObject("message");
        if (generation.tool()) {
            message.putNull("content");
            toolCall(message, generation);
        } else {
            message.put("content", text);
        }
        message.putNull("refusal").put("role", "assistant");
        head(body, generation, "chat.completion");
        if (generation.usageShown()) {
            body.set("usage", usage(generation));
        }
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        Stream<ObjectNode> deltas = Json.run(List.of(), generation.events(), index -> delta(generation));
        return Stream.concat(deltas, Stream.of(Json.withMetrics(finish(generation), generation, false)))
                .iterator();
    }

    /** The data of server-sent events: usage only where it was asked for, in a chunk of its own without choices. */
    public Iterator<Event> events(Generation generation, boolean includeUsage) {
        Stream<ObjectNode> chunks = Stream.concat(
                Json.run(List.of(), generation.events(), index -> delta(generation)), Stream.of(finish(generation)));
        if (includeUsage && generation.usageShown()) {
            ObjectNode last = Json.object();
            last.putArray("choices");
            head(last, generation, "chat.completion.chunk");
            last.set("usage", usage(generation));
            chunks = Stream.concat(chunks.map(chunk -> chunk.putNull("usage")), Stream.of(last));
        }
        return chunks.map(chunk -> new Event(Event.UNNAMED, chunk)).iterator();
    }

    private static ObjectNode delta(Generation generation) {
        ObjectNode chunk = Json.object();
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta").put("content", generation.eventText()).put("role", "assistant");
        choice.putNull("finish_reason");
        return head(chunk, generation, "chat.completion.chunk");
    }

    private static ObjectNode finish(Generation generation) {
        ObjectNode chunk = Json.object();
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        ObjectNode delta = choice.putObject("delta");
        if (generation.tool()) {
            toolCall(delta, generation);
        }
        choice.put("finish_reason", finishReason(generation));
        return head(chunk, generation, "chat.completion.chunk");
    }

    private static ObjectNode head(ObjectNode body, Generation generation, String object) {
        body.put("created", generation.at().getEpochSecond())
                .put("id", generation.id("chatcmpl-"))
                .put("model", generation.modelId())
                .put("object", object);
        return generation.servedTier() == null ? body : body.put("service_tier", generation.servedTier());
    }

    private static void toolCall(ObjectNode message, Generation generation) {
        ObjectNode call = message.putArray("tool_calls").addObject();
        call.putObject("function").put("arguments", "{\"city\":\"Paris\"}").put("name", "get_weather");
        call.put("id", generation.id("call_")).put("index", 0).put("type", "function");
    }

    private static ObjectNode usage(Generation generation) {
        Counts counts = generation.counts();
        ObjectNode usage = Json.object().put("completion_tokens", counts.output());
        if (generation.reasoning() > 0) {
            usage.putObject("completion_tokens_details").put("reasoning_tokens", generation.reasoning());
        }
        usage.put("prompt_tokens", counts.totalInput());
        ImplicitCache cache = ImplicitCache.of(generation.baseModel());
        if (cache != ImplicitCache.NONE) {
            ObjectNode details = usage.putObject("prompt_tokens_details").put("cached_tokens", counts.cacheRead());
            if (cache == ImplicitCache.READ_AND_WRITE) {
                details.put("cache_write_tokens", counts.cacheWrite());
            }
        }
        return usage.put("total_tokens", counts.total());
    }

    private static String finishReason(Generation generation) {
        return switch (generation.stopReason()) {
            case "tool_use" -> "tool_calls";
            case "max_tokens" -> "length";
            case "guardrail_intervened", "content_filtered" -> "content_filter";
            default -> "stop";
        };
    }
}

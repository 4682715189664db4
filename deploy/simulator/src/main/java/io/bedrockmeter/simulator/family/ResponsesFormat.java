package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's responses: one object, or events that carry it at the start and, with usage, at the end. */
public final class ResponsesFormat {
    private ResponsesFormat() {}

    public static String idOf(Generation generation) {
        return generation.id("resp_");
    }

    public static ObjectNode body(Generation generation, String text) {
        return response(generation, status(generation), text);
    }

    public static Iterator<Event> events(Generation generation) {
        ObjectNode started = response(generation, "in_progress", null);
        List<Event> start = List.of(
                event("response.created").with(started),
                event("response.in_progress").with(started),
                event("response.output_item.added").withItem(message(generation, "in_progress", null)),
                event("response.content_part.added").withPart(generation, ""));
        Stream<Event> deltas = Json.run(List.of(), generation.events(), index -> delta(generation))
                .map(payload -> new Event("response.output_text.delta", payload));
        String text = generation.eventText().repeat(generation.events());
        List<Event> end = new ArrayList<>();
        end.add(event("response.content_part.done").withPart(generation, text));
        end.add(event("response.output_item.done").withItem(message(generation, "completed", text)));
        if (generation.tool()) {
            end.add(event("response.output_item.done").withItem(functionCall(generation)));
        }
        end.add(event("response." + status(generation)).with(response(generation, status(generation), text)));
        Stream<Event> numbered = Stream.of(start.stream(), deltas, end.stream()).flatMap(part -> part);
        long[] number = {0};
        return numbered.map(event -> new Event(
                        event.type(),
                        event.payload().put("sequence_number", number[0]++).put("type", event.type())))
                .iterator();
    }

    private static ObjectNode response(Generation generation, String status, @Nullable String text) {
        boolean over = text != null;
        ObjectNode body = Json.object().put("background", false);
        body.putObject("billing").put("payer", "developer");
        body.put("created_at", generation.at().getEpochSecond()).putNull("error");
        body.put("id", idOf(generation));
        if (status.equals("incomplete")) {
            body.putObject("incomplete_details").put("reason", "max_output_tokens");
        } else {
            body.putNull("incomplete_details");
        }
        body.put("model", generation.modelId()).put("object", "response");
        ArrayNode output = body.putArray("output");
        if (over) {
            if (generation.tool()) {
                output.add(functionCall(generation));
            } else {
                output.add(message(generation, "completed", text));
            }
        }
        String tier = over ? generation.servedTier() : "auto";
        if (tier != null) {
            body.put("service_tier", tier);
        }
        body.put("status", status);
        body.put("store", generation.request().path("store").asBoolean(true));
        if (over && generation.usageShown()) {
            body.set("usage", usage(generation));
        } else {
            body.putNull("usage");
        }
        return body;
    }

    private static ObjectNode usage(Generation generation) {
        Counts counts = generation.counts();
        ObjectNode usage = Json.object().put("input_tokens", counts.totalInput());
        ObjectNode details = usage.putObject("input_tokens_details");
        if (ImplicitCache.of(generation.baseModel()) == ImplicitCache.READ_AND_WRITE) {
            details.put("cache_write_tokens", counts.cacheWrite());
        }
        details.put("cached_tokens", counts.cacheRead());
        usage.put("output_tokens", counts.output());
        usage.putObject("output_tokens_details").put("reasoning_tokens", generation.reasoning());
        return usage.put("total_tokens", counts.total());
    }

    private static ObjectNode message(Generation generation, String status, @Nullable String text) {
        ObjectNode message = Json.object();
        ArrayNode content = message.putArray("content");
        if (text != null) {
            content.add(part(text));
        }
        return message.put("id", generation.id("msg_"))
                .put("role", "assistant")
                .put("status", status)
                .put("type", "message");
    }

    private static ObjectNode part(String text) {
        ObjectNode part = Json.object();
        part.putArray("annotations");
        part.putArray("logprobs");
        return part.put("text", text).put("type", "output_text");
    }

    private static ObjectNode functionCall(Generation generation) {
        return Json.object()
                .put("arguments", "{\"city\":\"Paris\"}")
                .put("call_id", generation.id("call_"))
                .put("id", generation.id("fc_"))
                .put("name", "get_weather")
                .put("status", "completed")
                .put("type", "function_call");
    }

    private static ObjectNode delta(Generation generation) {
        return Json.object()
                .put("content_index", 0)
                .put("delta", generation.eventText())
                .put("item_id", generation.id("msg_"))
                .put("output_index", 0);
    }

    private static String status(Generation generation) {
        return generation.stopReason().equals("max_tokens") ? "incomplete" : "completed";
    }

    private static Named event(String type) {
        return new Named(type);
    }

    /** An event in the making. */
    private record Named(String type) {
        Event with(ObjectNode response) {
            ObjectNode payload = Json.object();
            payload.set("response", response);
            return new Event(type, payload);
        }

        Event withItem(ObjectNode item) {
            ObjectNode payload = Json.object();
            payload.set("item", item);
            return new Event(type, payload.put("output_index", 0));
        }

        Event withPart(Generation generation, String text) {
            ObjectNode payload = Json.object().put("content_index", 0).put("item_id", generation.id("msg_"));
            payload.set("part", part(text));
            return new Event(type, payload.put("output_index", 0));
        }
    }
}

package io.bedrockmeter.simulator.family;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Cohere's Command R format, a chat: counted in headers and metrics only. */
public final class CohereCommandR implements Family {
    @Override
    public ObjectNode body(Generation generation, String text) {
        return response(generation, text);
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        ObjectNode start = Json.object()
                .put("event_type", "stream-start")
                .put("generation_id", generation.requestId())
                .put("is_finished", false);
        Stream<ObjectNode> deltas = Json.run(
                List.of(start),
                generation.events(),
                index -> Json.object()
                        .put("event_type", "text-generation")
                        .put("is_finished", false)
                        .put("text", generation.eventText()));
        ObjectNode end = Json.object()
                .put("event_type", "stream-end")
                .put("finish_reason", CohereCommand.finishReason(generation))
                .put("is_finished", true);
        end.set("response", response(generation, generation.eventText()));
        return Stream.concat(deltas, Stream.of(Json.withMetrics(end, generation, false)))
                .iterator();
    }

    private static ObjectNode response(Generation generation, String text) {
        ObjectNode response =
                Json.object().put("response_id", generation.requestId()).put("text", text);
        response.put("generation_id", generation.requestId());
        ArrayNode history = response.putArray("chat_history");
        history.addObject().put("role", "USER").put("message", "as asked");
        history.addObject().put("role", "CHATBOT").put("message", text);
        return response.put("finish_reason", CohereCommand.finishReason(generation));
    }
}

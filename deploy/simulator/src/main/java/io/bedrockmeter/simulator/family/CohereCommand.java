package io.bedrockmeter.simulator.family;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Cohere's Command format: counted in headers and metrics only, a closing chunk of its own. */
public final class CohereCommand implements Family {
    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        body.putArray("generations")
                .addObject()
                .put("finish_reason", finishReason(generation))
                .put("id", generation.requestId())
                .put("text", text);
        return body.put("id", generation.requestId()).put("prompt", "as asked");
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        Stream<ObjectNode> deltas = Json.run(
                List.of(),
                generation.events(),
                index -> Json.object().put("is_finished", false).put("text", generation.eventText()));
        ObjectNode end =
                Json.object().put("finish_reason", finishReason(generation)).put("is_finished", true);
        return Stream.concat(deltas, Stream.of(Json.withMetrics(end, generation, false)))
                .iterator();
    }

    static String finishReason(Generation generation) {
        return Json.stopReason(generation, "COMPLETE", "MAX_TOKENS");
    }
}

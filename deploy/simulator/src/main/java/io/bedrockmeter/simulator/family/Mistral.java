package io.bedrockmeter.simulator.family;

import java.util.Iterator;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Mistral's text completion format: it counts nothing itself, so headers and metrics are the only signal. */
public final class Mistral implements Family {
    @Override
    public ObjectNode body(Generation generation, String text) {
        return outputs(text, Json.stopReason(generation, "stop", "length"));
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Json.run(List.of(), generation.events(), index -> chunk(index, generation))
                .iterator();
    }

    private static ObjectNode chunk(int index, Generation generation) {
        ObjectNode chunk = Json.object();
        ObjectNode output = chunk.putArray("outputs").addObject().put("text", generation.eventText());
        if (index < generation.events() - 1) {
            output.putNull("stop_reason");
            return chunk;
        }
        output.put("stop_reason", Json.stopReason(generation, "stop", "length"));
        return Json.withMetrics(chunk, generation, false);
    }

    private static ObjectNode outputs(String text, String stopReason) {
        ObjectNode body = Json.object();
        body.putArray("outputs").addObject().put("text", text).put("stop_reason", stopReason);
        return body;
    }
}

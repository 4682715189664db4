package io.bedrockmeter.simulator.family;

import java.util.Iterator;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Meta's Llama format: the prompt counted in the first chunk, the generation counted up. */
public final class Llama implements Family {
    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object().put("generation", text);
        if (generation.usageShown()) {
            body.put("prompt_token_count", generation.counts().input());
            body.put("generation_token_count", generation.counts().output());
        }
        return body.put("stop_reason", Json.stopReason(generation, "stop", "length"));
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Json.run(List.of(), generation.events(), index -> chunk(index, generation))
                .iterator();
    }

    private static ObjectNode chunk(int index, Generation generation) {
        boolean last = index == generation.events() - 1;
        ObjectNode chunk = Json.object().put("generation", generation.eventText());
        if (generation.usageShown()) {
            if (index == 0) {
                chunk.put("prompt_token_count", generation.counts().input());
            } else {
                chunk.putNull("prompt_token_count");
            }
            chunk.put("generation_token_count", Json.outputUpTo(index, generation));
        }
        chunk.put("stop_reason", last ? Json.stopReason(generation, "stop", "length") : null);
        return last ? Json.withMetrics(chunk, generation, false) : chunk;
    }
}

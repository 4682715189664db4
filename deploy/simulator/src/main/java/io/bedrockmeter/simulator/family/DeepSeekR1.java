package io.bedrockmeter.simulator.family;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** DeepSeek R1's text completions: counted in headers and metrics only. */
public final class DeepSeekR1 implements Family {
    @Override
    public ObjectNode body(Generation generation, String text) {
        return choice(text, Json.stopReason(generation, "stop", "length"));
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Json.run(List.of(), generation.events(), index -> chunk(index, generation))
                .iterator();
    }

    private static ObjectNode chunk(int index, Generation generation) {
        boolean last = index == generation.events() - 1;
        ObjectNode chunk = choice(generation.eventText(), last ? Json.stopReason(generation, "stop", "length") : null);
        return last ? Json.withMetrics(chunk, generation, false) : chunk;
    }

    private static ObjectNode choice(String text, @Nullable String stopReason) {
        ObjectNode body = Json.object();
        body.putArray("choices").addObject().put("text", text).put("stop_reason", stopReason);
        return body;
    }
}

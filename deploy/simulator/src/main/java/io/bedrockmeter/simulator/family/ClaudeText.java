package io.bedrockmeter.simulator.family;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's text completions, of Claude 2 and Claude Instant: counted in headers and metrics only. */
public final class ClaudeText implements Family {
    @Override
    public ObjectNode body(Generation generation, String text) {
        return completion(text, Json.stopReason(generation, "stop_sequence", "max_tokens"))
                .put("stop", "\n\nHuman:");
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Json.run(List.of(), generation.events(), index -> chunk(index, generation))
                .iterator();
    }

    private static ObjectNode chunk(int index, Generation generation) {
        boolean last = index == generation.events() - 1;
        String stopReason = last ? Json.stopReason(generation, "stop_sequence", "max_tokens") : null;
        ObjectNode chunk = completion(generation.eventText(), stopReason).put("stop", last ? "\n\nHuman:" : null);
        return last ? Json.withMetrics(chunk, generation, false) : chunk;
    }

    private static ObjectNode completion(String text, @Nullable String stopReason) {
        return Json.object().put("type", "completion").put("completion", text).put("stop_reason", stopReason);
    }
}

package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** TwelveLabs' Pegasus: answers about a film, billed by its seconds, which no answer tells, and by the output token. */
public final class Pegasus implements Family {
    /** How long a film is that no script says the length of. */
    private static final long FILM_SECONDS = 30;

    @Override
    public Counts counts(JsonNode request, Counts tokens) {
        return Counts.NONE.withOutput(tokens.output()).withOthers(Map.of("video_input_second", FILM_SECONDS));
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        return Json.object().put("message", text).put("finishReason", Json.stopReason(generation, "stop", "length"));
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Json.run(List.of(), generation.events(), index -> chunk(index, generation))
                .iterator();
    }

    private static ObjectNode chunk(int index, Generation generation) {
        boolean last = index == generation.events() - 1;
        ObjectNode chunk = Json.object().put("message", generation.eventText());
        if (!last) {
            return chunk;
        }
        chunk.put("finishReason", Json.stopReason(generation, "stop", "length"));
        return Json.withMetrics(chunk, generation, false);
    }
}

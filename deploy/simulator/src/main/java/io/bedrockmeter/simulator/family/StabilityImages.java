package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Stability's images: one for each call, none where a filter took it. */
public final class StabilityImages implements Family {
    @Override
    public Kind kind() {
        return Kind.IMAGE;
    }

    @Override
    public TokenHeaders tokenHeaders() {
        return TokenHeaders.NONE;
    }

    @Override
    public Counts counts(JsonNode request, Counts tokens) {
        return Counts.ofOthers(Map.of("image", 1L));
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        long returned = generation.counts().other("image");
        ArrayNode reasons = body.putArray("finish_reasons");
        if (returned == 0) {
            reasons.add("Filter reason: output image");
            return body;
        }
        body.putArray("seeds").add(1);
        reasons.addNull();
        body.putArray("images").add(AmazonImages.IMAGE);
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Collections.emptyIterator();
    }
}

package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** TwelveLabs' Marengo: embeddings of a text or an image at once, billed by the request. */
public final class Marengo implements Family {
    @Override
    public Kind kind() {
        return Kind.EMBEDDING;
    }

    @Override
    public TokenHeaders tokenHeaders() {
        return TokenHeaders.NONE;
    }

    @Override
    public Counts counts(JsonNode request, Counts tokens) {
        boolean image = request.path("inputType").asString("text").contains("image");
        return Counts.ofOthers(Map.of(image ? "image_input" : "text_request", 1L));
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        Vector.fill(body.putArray("data").addObject().putArray("embedding"), 1);
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Collections.emptyIterator();
    }
}

package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Titan embeddings of texts, and of texts with an image: one vector, input tokens only. */
public final class TitanEmbeddings implements Family {
    @Override
    public Kind kind() {
        return Kind.EMBEDDING;
    }

    @Override
    public TokenHeaders tokenHeaders() {
        return TokenHeaders.INPUT;
    }

    @Override
    public Counts counts(JsonNode request, Counts tokens) {
        Counts counted = request.has("inputImage") && !request.has("inputText") ? Counts.NONE : tokens;
        return request.has("inputImage") ? counted.withOthers(Map.of("image_input", 1L)) : counted;
    }

    @Override
    public Map<String, String> attributes(JsonNode request) {
        return request.has("inputImage") ? Map.of("kind", "standard") : Map.of();
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        Vector.fill(body.putArray("embedding"), 1);
        if (generation.baseModel().contains("v2")) {
            Vector.fill(body.putObject("embeddingsByType").putArray("float"), 1);
        }
        if (generation.usageShown()) {
            body.put("inputTextTokenCount", generation.counts().input());
        }
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Collections.emptyIterator();
    }
}

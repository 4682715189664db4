package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Cohere embeddings, versions 3 and 4: a vector for each text, tokens counted in a header only. */
public final class CohereEmbed implements Family {
    @Override
    public Kind kind() {
        return Kind.EMBEDDING;
    }

    @Override
    public TokenHeaders tokenHeaders() {
        return TokenHeaders.INPUT;
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        boolean byType = generation.baseModel().contains("embed-v4");
        ArrayNode vectors = byType ? body.putObject("embeddings").putArray("float") : body.putArray("embeddings");
        for (int input = 0; input < inputs(generation.request()); input++) {
            Vector.fill(vectors.addArray(), input);
        }
        body.put("id", generation.requestId());
        return body.put("response_type", byType ? "embeddings_by_type" : "embeddings_floats");
    }

    @Override
    public Counts counts(JsonNode request, Counts tokens) {
        long images = request.path("images").size();
        for (JsonNode input : request.path("inputs")) {
            for (JsonNode part : input.path("content")) {
                images += part.path("type").asString("").equals("image_url") ? 1 : 0;
            }
        }
        boolean text = !request.path("texts").isEmpty()
                || images == 0
                || !request.path("inputs").isEmpty();
        Counts counted = text ? tokens : Counts.NONE;
        return images == 0 ? counted : counted.withOthers(Map.of("image_input", images));
    }

    private static int inputs(JsonNode request) {
        return Math.max(
                1,
                request.path("texts").size()
                        + request.path("images").size()
                        + request.path("inputs").size());
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Collections.emptyIterator();
    }
}

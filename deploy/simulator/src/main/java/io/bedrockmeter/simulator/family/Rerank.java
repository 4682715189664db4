package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reranking, of Cohere and Amazon: no tokens at all. A search unit is a query over up to a hundred pieces of documents. */
public final class Rerank implements Family {
    private static final int PIECES_PER_UNIT = 100;

    @Override
    public Kind kind() {
        return Kind.RANKING;
    }

    @Override
    public TokenHeaders tokenHeaders() {
        return TokenHeaders.NONE;
    }

    @Override
    public Counts counts(JsonNode request, Counts tokens) {
        long documents = Math.max(1, request.path("documents").size());
        return Counts.ofOthers(Map.of("search_unit", (documents + PIECES_PER_UNIT - 1) / PIECES_PER_UNIT));
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        ArrayNode results = body.putArray("results");
        int documents = generation.request().path("documents").size();
        int wanted = Math.min(documents, generation.request().path("top_n").asInt(documents));
        for (int index = 0; index < wanted; index++) {
            results.addObject().put("index", documents - 1 - index).put("relevance_score", 1.0 / (index + 2));
        }
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Collections.emptyIterator();
    }
}

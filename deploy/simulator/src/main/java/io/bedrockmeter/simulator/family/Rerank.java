package io.bedrockmeter.simulator.family;

import io.bedrockmeter.simulator.truth.Counts;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reranking, of Cohere and Amazon: no tokens at all. A search unit is a query over up to a hundred pieces of documents, and no
 * answer tells how many there were. */
public final class Rerank implements Family {
    private static final int PIECES_PER_UNIT = 100;

    /** A document that is longer than this, the query included, is billed as several. */
    private static final int PIECE_TOKENS_MAX = 500;

    private static final int QUERY_TOKENS_MAX = PIECE_TOKENS_MAX / 2;
    private static final int BYTES_PER_TOKEN = 4;

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
        long room = PIECE_TOKENS_MAX - Math.min(QUERY_TOKENS_MAX, tokens(request.path("query")));
        long pieces = 0;
        for (JsonNode document : request.path("documents")) {
            pieces += Math.max(1, Math.ceilDiv(tokens(document), room));
        }
        return Counts.ofOthers(Map.of("search_unit", Math.max(1, Math.ceilDiv(pieces, PIECES_PER_UNIT))));
    }

    private static long tokens(JsonNode text) {
        String written = text.isString() ? text.asString() : text.toString();
        return Math.ceilDiv(written.getBytes(StandardCharsets.UTF_8).length, BYTES_PER_TOKEN);
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

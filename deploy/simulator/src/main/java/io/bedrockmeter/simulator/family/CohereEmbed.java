package io.bedrockmeter.simulator.family;

import java.util.Collections;
import java.util.Iterator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Cohere embeddings, versions 3 and 4: a vector for each text, tokens counted in a header only. */
public final class CohereEmbed implements Family {
    @Override
    public boolean isEmbedding() {
        return true;
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        boolean byType = generation.baseModel().contains("embed-v4");
        ArrayNode vectors = byType ? body.putObject("embeddings").putArray("float") : body.putArray("embeddings");
        for (int input = 0; input < generation.inputs(); input++) {
            Vector.fill(vectors.addArray(), input);
        }
        body.put("id", generation.requestId());
        return body.put("response_type", byType ? "embeddings_by_type" : "embeddings_floats");
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Collections.emptyIterator();
    }
}

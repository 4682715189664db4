package io.bedrockmeter.simulator.family;

import java.util.Collections;
import java.util.Iterator;
import tools.jackson.databind.node.ObjectNode;

/** Titan text embeddings, versions 1 and 2: one vector, input tokens only. */
public final class TitanEmbeddings implements Family {
    @Override
    public boolean isEmbedding() {
        return true;
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

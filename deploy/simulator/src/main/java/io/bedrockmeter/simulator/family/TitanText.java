package io.bedrockmeter.simulator.family;

import java.util.Iterator;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Amazon Titan's text format: input counted in the first chunk, output in the last. */
public final class TitanText implements Family {
    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object();
        ObjectNode result = Json.object();
        if (generation.usageShown()) {
            body.put("inputTextTokenCount", generation.counts().input());
            result.put("tokenCount", generation.counts().output());
        }
        result.put("outputText", text).put("completionReason", Json.stopReason(generation, "FINISH", "LENGTH"));
        body.putArray("results").add(result);
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Json.run(List.of(), generation.events(), index -> chunk(index, generation))
                .iterator();
    }

    @Override
    public ObjectNode refusalChunk(Generation generation, String text) {
        // Numbers as floats, as seen under a guardrail; they count the canned text and are not billed.
        return Json.object()
                .put("outputText", text)
                .put("index", 0.0)
                .put("totalOutputTextTokenCount", 3.0)
                .put("completionReason", "FINISH")
                .put("inputTextTokenCount", 6.0);
    }

    private static ObjectNode chunk(int index, Generation generation) {
        boolean last = index == generation.events() - 1;
        ObjectNode chunk =
                Json.object().put("outputText", generation.eventText()).put("index", 0);
        if (last && generation.usageShown()) {
            chunk.put("totalOutputTextTokenCount", generation.counts().output());
        } else {
            chunk.putNull("totalOutputTextTokenCount");
        }
        chunk.put("completionReason", last ? Json.stopReason(generation, "FINISH", "LENGTH") : null);
        if (index == 0 && generation.usageShown()) {
            chunk.put("inputTextTokenCount", generation.counts().input());
        } else {
            chunk.putNull("inputTextTokenCount");
        }
        return last ? Json.withMetrics(chunk, generation, false) : chunk;
    }
}

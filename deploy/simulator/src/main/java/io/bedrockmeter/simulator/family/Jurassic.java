package io.bedrockmeter.simulator.family;

import java.util.Collections;
import java.util.Iterator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** AI21's Jurassic-2 format: every token is listed, so the lengths of two lists are the counts. Not streamed. */
public final class Jurassic implements Family {
    @Override
    public Kind kind() {
        return Kind.TEXT_UNSTREAMED;
    }

    @Override
    public ObjectNode body(Generation generation, String text) {
        ObjectNode body = Json.object().put("id", 1234);
        ObjectNode prompt = body.putObject("prompt").put("text", "as asked");
        ObjectNode completion = body.putArray("completions").addObject();
        ObjectNode data = completion.putObject("data").put("text", text);
        if (generation.usageShown()) {
            tokens(prompt.putArray("tokens"), generation.counts().input());
            tokens(data.putArray("tokens"), generation.counts().output());
        }
        completion.putObject("finishReason").put("reason", Json.stopReason(generation, "endoftext", "length"));
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return Collections.emptyIterator();
    }

    private static void tokens(ArrayNode list, long count) {
        for (long number = 0; number < count; number++) {
            ObjectNode token = list.addObject();
            token.putObject("generatedToken").put("token", "▁so").put("logprob", -1.5);
            token.putNull("topTokens");
        }
    }
}

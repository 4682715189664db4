package io.bedrockmeter.simulator.family;

import java.util.Iterator;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A model that the customer imported or runs in an endpoint: chat for messages, text completions for a prompt. */
public final class OwnModel implements Family {
    private static final OpenAiChat CHAT = new OpenAiChat();

    @Override
    public ObjectNode body(Generation generation, String text) {
        if (isChat(generation)) {
            return CHAT.completion(generation, text);
        }
        ObjectNode body = completion(generation, text);
        if (generation.usageShown()) {
            body.putObject("usage")
                    .put("prompt_tokens", generation.counts().input())
                    .put("completion_tokens", generation.counts().output())
                    .put("total_tokens", generation.counts().total());
        }
        return body;
    }

    @Override
    public Iterator<ObjectNode> chunks(Generation generation) {
        return isChat(generation)
                ? CHAT.chunks(generation)
                : Json.run(List.of(), generation.events(), index -> chunk(index, generation))
                        .iterator();
    }

    private static ObjectNode chunk(int index, Generation generation) {
        ObjectNode chunk = completion(generation, generation.eventText());
        return index == generation.events() - 1 ? Json.withMetrics(chunk, generation, false) : chunk;
    }

    private static ObjectNode completion(Generation generation, String text) {
        ObjectNode body = Json.object();
        body.putArray("choices")
                .addObject()
                .put("finish_reason", Json.stopReason(generation, "stop", "length"))
                .put("index", 0)
                .put("text", text);
        return body.put("id", generation.id("cmpl-")).put("object", "text_completion");
    }

    private static boolean isChat(Generation generation) {
        return generation.request().has("messages");
    }
}

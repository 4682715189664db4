package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Operation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** CountTokens and its counterpart among the messages: free, and only for bare identifiers of Claude. */
final class TokenCounting {
    private static final int BYTES_PER_TOKEN = 4;

    private TokenCounting() {}

    static Reply count(Reply.Asked asked) {
        String id = asked.route().modelId();
        boolean countable = ModelId.parse(id, null).base().equals(id) && id.startsWith("anthropic.claude-");
        if (!countable) {
            return new Reply.Failed(Errors.validation("The provided model doesn't support counting tokens."));
        }
        long tokens = Math.max(1, asked.request().body().length / BYTES_PER_TOKEN);
        if (asked.route().operation() == Operation.MESSAGES_COUNT_TOKENS) {
            return new Reply.Free(JsonNodeFactory.instance.objectNode().put("input_tokens", tokens));
        }
        JsonNode input = asked.json().path("input");
        return input.has("invokeModel") || input.has("converse")
                ? new Reply.Free(JsonNodeFactory.instance.objectNode().put("inputTokens", tokens))
                : new Reply.Failed(Errors.validation("input must have one of invokeModel and converse."));
    }
}

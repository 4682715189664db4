package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.script.ErrorAnswer;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What can be done with responses that were made before, and the list of models: calls about calls, all free. */
final class ResponseOperations {
    private static final List<String> MODELS = List.of(
            "anthropic.claude-sonnet-5",
            "google.gemma-3-27b-it",
            "moonshotai.kimi-k2.5",
            "openai.gpt-5.6-sol",
            "openai.gpt-oss-120b",
            "qwen.qwen3-32b");

    private final StoredResponses responses;

    ResponseOperations(StoredResponses responses) {
        this.responses = responses;
    }

    Reply get(Reply.Asked asked) {
        String id = asked.route().modelId();
        return responses.get(id).<Reply>map(Reply.Free::new).orElseGet(() -> missing(id));
    }

    Reply cancel(Reply.Asked asked) {
        String id = asked.route().modelId();
        return responses.get(id).isPresent()
                ? new Reply.Failed(Errors.validation("Cannot cancel a synchronous response."))
                : missing(id);
    }

    Reply delete(Reply.Asked asked) {
        String id = asked.route().modelId();
        return responses.delete(id)
                ? new Reply.Free(JsonNodeFactory.instance
                        .objectNode()
                        .put("id", id)
                        .put("object", "response.deleted")
                        .put("deleted", true))
                : missing(id);
    }

    static Reply models() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode data = answer.putArray("data");
        MODELS.forEach(id -> data.addObject()
                .put("created", 1_764_460_800L)
                .put("id", id)
                .put("object", "model")
                .put("owned_by", "system")
                .put("status", "available"));
        return new Reply.Free(answer.put("object", "list"));
    }

    private static Reply missing(String id) {
        return new Reply.Failed(ErrorAnswer.of(404, "not_found_error", "Response with id '" + id + "' not found."));
    }
}

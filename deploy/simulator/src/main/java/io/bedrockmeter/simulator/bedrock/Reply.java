package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Dialect;
import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.call.Route;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.truth.Counts;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an operation without a generation answers: a document and what it is billed, or an error. */
sealed interface Reply {
    /** One JSON document, free of charge. */
    record Free(ObjectNode json) implements Reply {}

    /** One JSON document and a bill. */
    record Billed(ObjectNode json, Counts counts, Map<String, String> attributes, ModelId model) implements Reply {}

    /** An error in the form of the interface that was called. */
    record Failed(ErrorAnswer error) implements Reply {}

    /** What such an operation is asked. */
    record Asked(Caller caller, Received request, JsonNode json, Route route, Script script) {
        Dialect dialect() {
            return route.operation().dialect();
        }
    }
}

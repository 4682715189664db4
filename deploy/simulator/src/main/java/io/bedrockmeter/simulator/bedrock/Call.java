package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Dialect;
import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.call.Route;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.script.Script;
import tools.jackson.databind.JsonNode;

/** An accepted call of a known model, and the script it is answered by. */
record Call(Caller caller, Received request, JsonNode json, Route route, ModelId model, Family family, Script script) {
    Call withScript(Script newScript) {
        return new Call(caller, request, json, route, model, family, newScript);
    }

    /** Whether the answer comes in pieces. */
    boolean isStream() {
        return route.operation().isEventStream() || isServerSent();
    }

    /** Whether those pieces are server-sent events. */
    boolean isServerSent() {
        return route.operation().dialect() != Dialect.AWS && json.path("stream").asBoolean(false);
    }
}

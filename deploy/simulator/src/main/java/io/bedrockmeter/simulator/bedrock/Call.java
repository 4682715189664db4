package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.call.Route;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.script.Script;
import tools.jackson.databind.JsonNode;

/** An accepted call of a known model, and the script it is answered by. */
record Call(Caller caller, Received request, JsonNode json, Route route, ModelId model, Family family, Script script) {}

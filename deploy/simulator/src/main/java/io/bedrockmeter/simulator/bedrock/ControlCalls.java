package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Dialect;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.control.ControlPlane;
import io.bedrockmeter.simulator.control.ControlRoute;
import io.bedrockmeter.simulator.control.Lookup;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.ScriptBook;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Calls of the control plane: answered, kept, never billed. Thread-safe. */
final class ControlCalls {
    private final ScriptBook scripts;
    private final ControlPlane control;
    private final BatchJobs batchJobs;

    ControlCalls(ScriptBook scripts, ControlPlane control, BatchJobs batchJobs) {
        this.scripts = scripts;
        this.control = control;
        this.batchJobs = batchJobs;
    }

    /** Answers a look-up. */
    Answer answer(Caller caller, Received request, ControlRoute route) {
        Script script = scripts.takeNamed(
                route.operation(),
                route.identifier(),
                request.header(Script.HEADER).orElse(null));
        Reply reply = script.error() == null ? reply(caller, request, route, script) : new Reply.Failed(script.error());
        if (reply instanceof Reply.Free found) {
            control.record(new Lookup(route.operation(), route.identifier(), 200));
            byte[] told = script.raw() == null
                    ? Bedrock.bytes(found.json())
                    : script.raw().body();
            return Answer.withoutBill(
                    Bedrock.ok(caller, Dialect.AWS),
                    Rendering.cut(script, Answer.Body.of(told)),
                    Inference.cut(script),
                    Inference.timing(script));
        }
        ErrorAnswer error = ((Reply.Failed) reply).error();
        control.record(new Lookup(route.operation(), route.identifier(), error.status()));
        Errors.Rendered rendered = Errors.render(caller, error, Errors.BEDROCK);
        return Answer.withoutBill(rendered.head(), rendered.body(), Answer.Cut.NONE, Inference.timing(script));
    }

    private Reply reply(Caller caller, Received request, ControlRoute route, Script script) {
        if (BatchJobs.isAbout(route)) {
            JsonNode json = Bedrock.parse(request).orElseGet(JsonNodeFactory.instance::objectNode);
            return batchJobs.answer(new BatchJobs.Asked(route, request, json, caller, script));
        }
        return control.answer(route)
                .<Reply>map(Reply.Free::new)
                .orElseGet(() -> new Reply.Failed(ErrorAnswer.of(
                        404,
                        "ResourceNotFoundException",
                        "The requested resource was not found: " + route.identifier())));
    }
}

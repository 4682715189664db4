package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.GuardrailScript;
import io.bedrockmeter.simulator.script.GuardrailScript.Action;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The guardrail of one call: what it does, what its evaluations are billed, and how it shows in the answer.
 *
 * @param asked whether the call names it; a scripted one may be there without being named, as an organisation enforces it
 * @param traced whether the answer shows its findings
 */
record Guardrail(
        String id,
        String version,
        boolean asked,
        boolean traced,
        @Nullable Action action,
        GuardrailScript script,
        long promptCharacters) {
    private static final String MASKED = "Call {NAME}, the meter reads {NUMBER}.";
    private static final String WITHHELD = "Sorry, the model cannot answer this question.";

    /** Empty where the call has none. */
    static Optional<Guardrail> of(Call call) {
        JsonNode config = call.json().path("guardrailConfig");
        boolean converse = call.route().operation().isConverse();
        String id = converse
                ? config.path("guardrailIdentifier").asString("")
                : call.request().header("x-amzn-bedrock-guardrailidentifier").orElse("");
        boolean blocked = call.script().has(Fault.Kind.GUARDRAIL_BLOCKED);
        if (id.isEmpty() && call.script().guardrail() == null && !blocked) {
            return Optional.empty();
        }
        String version = converse
                ? config.path("guardrailVersion").asString("DRAFT")
                : call.request().header("x-amzn-bedrock-guardrailversion").orElse("DRAFT");
        String trace = converse
                ? config.path("trace").asString("disabled")
                : call.request().header("x-amzn-bedrock-trace").orElse("DISABLED");
        GuardrailScript script = call.script().guardrailOrPassing();
        JsonNode texts = call.json().has("messages") ? call.json().path("messages") : call.json();
        return Optional.of(new Guardrail(
                id.isEmpty() ? "enforced0001" : id,
                version,
                !id.isEmpty() || call.script().guardrail() != null,
                trace.toLowerCase(Locale.ROOT).startsWith("enabled"),
                blocked ? Action.BLOCK_INPUT : script.action(),
                script,
                GuardrailUnits.characters(texts)));
    }

    boolean blocksInput() {
        return action == Action.BLOCK_INPUT;
    }

    boolean changesOutput() {
        return action == Action.BLOCK_OUTPUT || action == Action.MASK_OUTPUT;
    }

    /** What it is billed; a fault that blocks without a guardrail in the call is not billed. */
    Map<String, Long> units(long answerCharacters) {
        if (!asked) {
            return Map.of();
        }
        return blocksInput()
                ? inputUnits()
                : GuardrailUnits.sum(inputUnits(), GuardrailUnits.of(script, answerCharacters));
    }

    /** The text of the answer after the guardrail. */
    String answer(String text) {
        if (action == null) {
            return text;
        }
        return switch (action) {
            case BLOCK_INPUT, BLOCK_OUTPUT -> WITHHELD;
            case MASK_OUTPUT -> MASKED;
        };
    }

    /** The member {@code trace.guardrail} of Converse. */
    ObjectNode converseTrace(long answerCharacters, String modelText) {
        ObjectNode trace = JsonNodeFactory.instance.objectNode();
        trace.put("actionReason", action == null ? "No action." : "Guardrail blocked.");
        trace.putObject("inputAssessment").set(id, inputAssessment());
        if (!blocksInput()) {
            trace.putArray("modelOutput").add(modelText);
            trace.putObject("outputAssessments").putArray(id).add(outputAssessment(answerCharacters));
        }
        return trace;
    }

    /** Adds action and trace to the last JSON of an InvokeModel answer. */
    void addTo(ObjectNode body, long answerCharacters, @Nullable ObjectNode modelOutput) {
        body.put("amazon-bedrock-guardrailAction", action == null ? "NONE" : "INTERVENED");
        if (!traced) {
            return;
        }
        ObjectNode trace = body.putObject("amazon-bedrock-trace").putObject("guardrail");
        trace.put("actionReason", action == null ? "No action." : "Guardrail blocked.");
        trace.putObject("input").set(id, inputAssessment());
        if (!blocksInput()) {
            if (modelOutput != null) {
                trace.putArray("modelOutput").add(modelOutput.toString());
            }
            ObjectNode output = JsonNodeFactory.instance.objectNode();
            output.set(id, outputAssessment(answerCharacters));
            trace.putArray("outputs").add(output);
        }
    }

    private Map<String, Long> inputUnits() {
        return GuardrailUnits.of(script, promptCharacters);
    }

    private ObjectNode inputAssessment() {
        return GuardrailUnits.assessment(
                new GuardrailUnits.Applied(id, version, blocksInput()), inputUnits(), promptCharacters);
    }

    private ObjectNode outputAssessment(long characters) {
        return GuardrailUnits.assessment(
                new GuardrailUnits.Applied(id, version, changesOutput()),
                GuardrailUnits.of(script, characters),
                characters);
    }
}

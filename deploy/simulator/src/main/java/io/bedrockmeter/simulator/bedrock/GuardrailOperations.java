package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.script.GuardrailScript;
import io.bedrockmeter.simulator.truth.Counts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** ApplyGuardrail and InvokeGuardrailChecks: texts are looked at, no model is asked. */
final class GuardrailOperations {
    private static final ModelId NO_MODEL = new ModelId("", "", false, ModelId.Kind.ON_DEMAND);
    private static final Pattern VERSION = Pattern.compile("/version/([^/]+)/apply$");

    private GuardrailOperations() {}

    static Reply apply(Reply.Asked asked) {
        JsonNode content = asked.json().path("content");
        if (!content.isArray() || !asked.json().has("source")) {
            return new Reply.Failed(Errors.validation("source and content are required."));
        }
        long characters = 0;
        long images = 0;
        for (JsonNode part : content) {
            characters += part.path("text").path("text").asString("").length();
            images += part.has("image") ? 1 : 0;
        }
        GuardrailScript script = asked.script().guardrailOrPassing();
        Map<String, Long> units = new LinkedHashMap<>(GuardrailUnits.of(script, characters));
        if (images > 0 && script.units() == null) {
            units.put("guardrail_content_image", images);
        }
        boolean intervened = script.action() != null;
        GuardrailUnits.Applied applied =
                new GuardrailUnits.Applied(asked.route().modelId(), version(asked.request()), intervened);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("action", intervened ? "GUARDRAIL_INTERVENED" : "NONE");
        answer.put("actionReason", intervened ? "Guardrail blocked." : "No action.");
        answer.putArray("assessments").add(GuardrailUnits.assessment(applied, units, characters));
        ObjectNode covered = answer.putObject("guardrailCoverage").putObject("textCharacters");
        covered.put("guarded", characters).put("total", characters);
        ArrayNode outputs = answer.putArray("outputs");
        if (intervened) {
            outputs.addObject().put("text", "Sorry, the model cannot answer this question.");
        }
        answer.set("usage", GuardrailUnits.usage(units));
        return new Reply.Billed(answer, Counts.ofOthers(units), Map.of(), NO_MODEL);
    }

    private static String version(Received request) {
        Matcher version = VERSION.matcher(request.path());
        return version.find() ? version.group(1) : "DRAFT";
    }

    static Reply check(Reply.Asked asked) {
        JsonNode checks = asked.json().path("checks");
        if (checks.isEmpty()) {
            return new Reply.Failed(Errors.validation("checks is required."));
        }
        long units =
                GuardrailUnits.textUnits(GuardrailUnits.characters(asked.json().path("messages")));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode results = answer.putObject("results");
        ObjectNode usage = answer.putObject("usage");
        Map<String, Long> billed = new LinkedHashMap<>();
        Map<String, String> known = Map.of(
                "contentFilter", "guardrail_check_content_filter",
                "promptAttack", "guardrail_check_prompt_attack",
                "sensitiveInformation", "guardrail_check_sensitive_information");
        known.forEach((check, unit) -> {
            if (checks.has(check)) {
                results.putObject(check).putArray("results");
                usage.putObject(check).put("textUnits", units);
                billed.put(unit, units);
            }
        });
        return new Reply.Billed(answer, Counts.ofOthers(billed), Map.of(), NO_MODEL);
    }
}

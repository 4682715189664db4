package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.script.GuardrailScript;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What an evaluation by a guardrail is billed, and how the service writes that down. */
final class GuardrailUnits {
    private static final long CHARACTERS_PER_UNIT = 1000;

    /** The members of {@code usage}, by the unit names of the truth log. */
    private static final Map<String, String> MEMBERS = new LinkedHashMap<>();

    static {
        MEMBERS.put("guardrail_automated_reasoning", "automatedReasoningPolicyUnits");
        MEMBERS.put("guardrail_content_image", "contentPolicyImageUnits");
        MEMBERS.put("guardrail_content", "contentPolicyUnits");
        MEMBERS.put("guardrail_contextual_grounding", "contextualGroundingPolicyUnits");
        MEMBERS.put("guardrail_sensitive_information_free", "sensitiveInformationPolicyFreeUnits");
        MEMBERS.put("guardrail_sensitive_information", "sensitiveInformationPolicyUnits");
        MEMBERS.put("guardrail_topic", "topicPolicyUnits");
        MEMBERS.put("guardrail_word", "wordPolicyUnits");
    }

    private GuardrailUnits() {}

    /** The units of one evaluation of so much text. */
    static Map<String, Long> of(GuardrailScript script, long characters) {
        if (script.units() != null) {
            return script.units();
        }
        long units = textUnits(characters);
        return Map.of(
                "guardrail_content", units,
                "guardrail_topic", units,
                "guardrail_word", units,
                "guardrail_sensitive_information", units);
    }

    static long textUnits(long characters) {
        return Math.max(1, (characters + CHARACTERS_PER_UNIT - 1) / CHARACTERS_PER_UNIT);
    }

    static Map<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
        Map<String, Long> sum = new TreeMap<>(one);
        other.forEach((unit, count) -> sum.merge(unit, count, Long::sum));
        return sum;
    }

    /** The characters of every text in a request, whatever its form. */
    static long characters(JsonNode node) {
        if (node.isString()) {
            return node.stringValue().length();
        }
        long characters = 0;
        for (JsonNode child : node) {
            characters += characters(child);
        }
        return characters;
    }

    static ObjectNode usage(Map<String, Long> units) {
        ObjectNode usage = JsonNodeFactory.instance.objectNode().put("automatedReasoningPolicies", 0);
        MEMBERS.forEach((unit, member) -> usage.put(member, units.getOrDefault(unit, 0L)));
        return usage;
    }

    /** An assessment of so much text. */
    static ObjectNode assessment(Applied applied, Map<String, Long> units, long characters) {
        ObjectNode assessment = JsonNodeFactory.instance.objectNode();
        ObjectNode details = assessment.putObject("appliedGuardrailDetails");
        details.put("guardrailArn", applied.arn()).put("guardrailId", applied.id());
        details.putArray("guardrailOrigin").add("REQUEST");
        details.put("guardrailOwnership", "SELF").put("guardrailVersion", applied.version());
        if (applied.found()) {
            ObjectNode topic =
                    assessment.putObject("topicPolicy").putArray("topics").addObject();
            topic.put("action", "BLOCKED")
                    .put("detected", true)
                    .put("name", "meters")
                    .put("type", "DENY");
        }
        ObjectNode metrics = assessment.putObject("invocationMetrics");
        ObjectNode text = metrics.putObject("guardrailCoverage").putObject("textCharacters");
        text.put("guarded", characters).put("total", characters);
        metrics.put("guardrailProcessingLatency", 210);
        metrics.set("usage", usage(units));
        return assessment;
    }

    /** A guardrail that was applied, and whether it found something. */
    record Applied(String id, String version, boolean found) {
        String arn() {
            return id.startsWith("arn:") ? id : "arn:aws:bedrock:us-east-1:123456789012:guardrail/" + id;
        }
    }
}

package io.bedrockmeter.metering.pricing.offers;

import io.bedrockmeter.metering.pricing.PriceUnit;
import org.jspecify.annotations.Nullable;

/** Usage types of guardrails, and of checks by them, which are another and cheaper family. Stateless. */
final class GuardrailUnits {
    private GuardrailUnits() {}

    static Meaning read(UsageTypeText text) {
        boolean check = text.has("checks");
        PriceUnit unit = check ? ofCheck(text) : ofPolicy(text);
        return unit == null
                ? new Meaning.Unclear("it is a guardrail's, but of no policy that is known")
                : new Meaning.Inference(check ? "bedrock-guardrail-checks" : "bedrock-guardrails", unit);
    }

    private static @Nullable PriceUnit ofCheck(UsageTypeText text) {
        if (text.has("content", "filter")) {
            return PriceUnit.GUARDRAIL_CHECK_CONTENT_FILTER;
        }
        if (text.has("prompt", "attack")) {
            return PriceUnit.GUARDRAIL_CHECK_PROMPT_ATTACK;
        }
        return text.has("sensitive", "information") ? PriceUnit.GUARDRAIL_CHECK_SENSITIVE_INFORMATION : null;
    }

    private static @Nullable PriceUnit ofPolicy(UsageTypeText text) {
        if (text.hasPhrase("content-policy")) {
            return text.has("image") ? PriceUnit.GUARDRAIL_CONTENT_IMAGE : PriceUnit.GUARDRAIL_CONTENT;
        }
        if (text.hasPhrase("topic-policy")) {
            return PriceUnit.GUARDRAIL_TOPIC;
        }
        if (text.hasPhrase("sensitive-information-policy")) {
            return text.has("free")
                    ? PriceUnit.GUARDRAIL_SENSITIVE_INFORMATION_FREE
                    : PriceUnit.GUARDRAIL_SENSITIVE_INFORMATION;
        }
        if (text.hasPhrase("word-policy")) {
            return PriceUnit.GUARDRAIL_WORD;
        }
        if (text.hasPhrase("contextual-grounding-policy")) {
            return PriceUnit.GUARDRAIL_CONTEXTUAL_GROUNDING;
        }
        return text.hasPhrase("automated-reasoning-policy") ? PriceUnit.GUARDRAIL_AUTOMATED_REASONING : null;
    }
}

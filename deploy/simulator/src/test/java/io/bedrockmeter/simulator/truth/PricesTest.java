package io.bedrockmeter.simulator.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.simulator.call.ModelId;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {
    private static final Counts OF_EACH = new Counts(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000);
    private static final Counts TEXT = new Counts(1_000_000, 1_000_000, 0, 0, 0);

    private final Prices prices = Prices.bundled();

    @ParameterizedTest
    @CsvSource({
        // 1.10 + 5.50 + 0.11 + 1.375 + 2.20 and, a tenth less, 1.00 + 5.00 + 0.10 + 1.25 + 2.00
        "us.anthropic.claude-haiku-4-5-20251001-v1:0, 10.285",
        "global.anthropic.claude-haiku-4-5-20251001-v1:0, 9.35",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0, 9.35"
    })
    void aGlobalProfileHasPricesOfItsOwn(String modelId, BigDecimal usd) {
        assertThat(usd(modelId, "on_demand", OF_EACH))
                .hasValueSatisfying(cost -> assertThat(cost).isEqualByComparingTo(usd));
    }

    @ParameterizedTest
    @CsvSource({"on_demand, 4.0", "priority, 7.0", "flex, 2.0", "latency_optimized, 5.0"})
    void aModeHasPricesOfItsOwn(String mode, BigDecimal usd) {
        assertThat(usd("amazon.nova-pro-v1:0", mode, TEXT))
                .hasValueSatisfying(cost -> assertThat(cost).isEqualByComparingTo(usd));
    }

    @Test
    void whatTheTableLacksHasNoPriceRatherThanNone() {
        assertThat(usd("amazon.nova-micro-v1:0", "priority", TEXT)).isEmpty();
        assertThat(usd("amazon.nova-lite-v1:0", "on_demand", OF_EACH)).isEmpty();
        assertThat(usd("amazon.unheard-of-v1:0", "on_demand", TEXT)).isEmpty();
        assertThat(usd("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "on_demand", new Counts(200_001, 1, 0, 0, 0)))
                .isEmpty();
        assertThat(prices.usd("eu-west-1", ModelId.parse("amazon.nova-pro-v1:0", ""), "on_demand", TEXT))
                .isEmpty();
    }

    @Test
    void provisionedThroughputIsPaidByTheHour() {
        assertThat(usd("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl", "provisioned", TEXT))
                .hasValue(BigDecimal.ZERO);
    }

    /**
     * USD for a million tokens, as AWS prints them: its pricing page as of 2026-07-24 for speech and text, the text rates again in
     * the offer file AmazonBedrock of 2026-08-20.
     */
    @ParameterizedTest
    @CsvSource({
        "amazon.nova-sonic-v1:0, speech_input, 3.40",
        "amazon.nova-sonic-v1:0, speech_output, 13.60",
        "amazon.nova-sonic-v1:0, input, 0.06",
        "amazon.nova-sonic-v1:0, output, 0.24",
        "amazon.nova-2-sonic-v1:0, speech_input, 3.00",
        "amazon.nova-2-sonic-v1:0, speech_output, 12.00",
        "amazon.nova-2-sonic-v1:0, input, 0.33",
        "amazon.nova-2-sonic-v1:0, output, 2.75"
    })
    void speechAndTextOfASessionHaveRatesOfTheirOwn(String model, String unit, BigDecimal usdPerMillion) {
        assertThat(usd(model, "on_demand", million(unit)))
                .hasValueSatisfying(cost -> assertThat(cost).isEqualByComparingTo(usdPerMillion));
    }

    /** USD for one unit, by the usage types of us-east-1 in the offer file AmazonBedrock as of 2026-08-09. */
    @ParameterizedTest
    @CsvSource({
        "USE1-Guardrail-ContentPolicyUnitsConsumed, guardrail_content, 0.00015",
        "USE1-Guardrail-ContentPolicyImageUnitsConsumed, guardrail_content_image, 0.00075",
        "USE1-Guardrail-TopicPolicyUnitsConsumed, guardrail_topic, 0.00015",
        "USE1-Guardrail-WordPolicyUnitsConsumed, guardrail_word, 0",
        "USE1-Guardrail-SensitiveInformationPolicyPaidUnitsConsumed, guardrail_sensitive_information, 0.0001",
        "USE1-Guardrail-SensitiveInformationPolicyFreeUnitsConsumed, guardrail_sensitive_information_free, 0",
        "USE1-Guardrail-ContextualGroundingPolicyUnitsConsumed, guardrail_contextual_grounding, 0.0001",
        "USE1-Guardrail-AutomatedReasoningPolicyUnitsConsumed, guardrail_automated_reasoning, 0.00017",
        "USE1-GuardrailChecks-ContentFilterCheckUnitsConsumed, guardrail_check_content_filter, 0.00007",
        "USE1-GuardrailChecks-PromptAttackCheckUnitsConsumed, guardrail_check_prompt_attack, 0.00008",
        "USE1-GuardrailChecks-SensitiveInformationCheckUnitsConsumed, guardrail_check_sensitive_information, 0.0001"
    })
    void unitsOfGuardrailsAndChecksCostWhatTheirUsageTypesDo(String usageType, String unit, BigDecimal usd) {
        assertThat(usd("gr1abcdefghi", "on_demand", Counts.ofOthers(Map.of(unit, 1L))))
                .as(usageType)
                .hasValueSatisfying(cost -> assertThat(cost).isEqualByComparingTo(usd));
    }

    private static Counts million(String unit) {
        return switch (unit) {
            case "input" -> new Counts(1_000_000, 0, 0, 0, 0);
            case "output" -> new Counts(0, 1_000_000, 0, 0, 0);
            default -> Counts.ofOthers(Map.of(unit, 1_000_000L));
        };
    }

    private Optional<BigDecimal> usd(String modelId, String mode, Counts counts) {
        return prices.usd("us-east-1", ModelId.parse(modelId, "amazon.nova-lite-v1:0"), mode, counts);
    }
}

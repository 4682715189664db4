package io.bedrockmeter.metering.pricing;

import static io.bedrockmeter.metering.pricing.Books.BUNDLED;
import static io.bedrockmeter.metering.pricing.Books.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuotaTokensTest {
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final Usage USAGE = Usage.of(UsageUnit.INPUT, 1_000, UsageUnit.OUTPUT, 100)
            .with(UsageUnit.CACHE_READ, 50_000)
            .with(UsageUnit.CACHE_WRITE_5M, 200)
            .with(UsageUnit.CACHE_WRITE_1H, 30);

    @ParameterizedTest
    @CsvSource({
        "anthropic.claude-3-5-sonnet-20241022-v2:0, 1",
        "us.anthropic.claude-3-7-sonnet-20250219-v1:0, 5",
        "us.anthropic.claude-sonnet-4-20250514-v1:0, 5",
        "global.anthropic.claude-haiku-4-5-20251001-v1:0, 5",
        "us.anthropic.claude-opus-4-7, 5",
        "us.anthropic.claude-opus-4-8, 15",
        "us.anthropic.claude-opus-5, 10",
        "us.anthropic.claude-opus-5-5, 10",
        "us.anthropic.claude-sonnet-5, 10",
        "us.anthropic.claude-fable-5-1, 10",
        "us.openai.gpt-5.6-sol, 10",
        "openai.gpt-oss-20b-1:0, 1",
        "amazon.nova-micro-v1:0, 1",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6, 1",
    })
    void countsEachTokenOfOutputAsOftenAsAmazonBedrockDoesAndNoneThatACacheHad(String model, long times) {
        long tokens = BUNDLED.quotaAtEnd(call(model, Endpoint.RUNTIME, -1), Served.SILENT, USAGE);

        assertThat(tokens).isEqualTo(1_000 + 200 + 30 + 100 * times);
    }

    @ParameterizedTest
    @CsvSource({"anthropic.claude-opus-4-8", "openai.gpt-5.6-sol", "anthropic.claude-haiku-4-5"})
    void countsEachTokenOnceAtMantle(String model) {
        assertThat(BUNDLED.quotaAtEnd(call(model, Endpoint.MANTLE, -1), Served.SILENT, USAGE))
                .isEqualTo(1_330);
    }

    @Test
    void knowsTheModelsThatItCountsMoreThanOnce() {
        assertThat(BUNDLED.modelIds()).containsAll(QuotaTokens.OUTPUT_COUNTS.keySet());
    }

    /** Whoever adds a model of a maker whose output counts more than once must look up how often that does. */
    @Test
    void saysOfEachModelOfAnthropicSinceTheFirstOfThemWhetherItsOutputCountsMoreThanOnce() {
        assertThat(BUNDLED.modelIds().stream()
                        .filter(id -> id.startsWith("anthropic.") && !QuotaTokens.OUTPUT_COUNTS.containsKey(id)))
                .allMatch(id -> id.matches("anthropic\\.claude-(v[12].*|instant.*|3-[a-z].*|3-5-.*)")
                        || id.matches("anthropic\\.claude-(fable-5|mythos-5|mythos-preview|sonnet-5-5)"));
    }

    @Test
    void countsAtTheStartItsInputByItsLengthAndTheOutputThatIsAskedFor() {
        assertThat(BUNDLED.quotaAtStart(call(HAIKU, Endpoint.RUNTIME, 4_096))).isEqualTo(500 + 4_096);
    }

    @Test
    void countsAtTheStartAllThatTheModelGivesWhereNoLimitIsAskedFor() {
        assertThat(BUNDLED.quotaAtStart(call(HAIKU, Endpoint.RUNTIME, -1))).isEqualTo(500 + 65_536);
    }

    @Test
    void countsNoMoreInputThanTheModelTakes() {
        RequestFacts large = new RequestFacts(25_000_000, 10, null, null);

        assertThat(BUNDLED.quotaAtStart(call(HAIKU, WireFormat.CONVERSE_JSON, large)))
                .isEqualTo(200_010);
    }

    @ParameterizedTest
    @CsvSource({
        "amazon.titan-embed-text-v2:0",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6"
    })
    void countsNoOutputAtTheStartOfAModelThatGivesNoTokensOrThatIsNotKnown(String model) {
        assertThat(BUNDLED.quotaAtStart(call(model, Endpoint.RUNTIME, -1))).isEqualTo(500);
    }

    @ParameterizedTest
    @EnumSource(
            value = WireFormat.class,
            names = {"COUNT_TOKENS", "BATCH_JOB", "UNBILLED", "APPLY_GUARDRAIL", "GUARDRAIL_CHECKS", "ASYNC_JOB"})
    void countsNoTokensOfWhatRunsNoModelNow(WireFormat format) {
        assertThat(BUNDLED.quotaAtStart(call(HAIKU, format, RequestFacts.ofBytes(2_000))))
                .isZero();
    }

    @Test
    void countsOfASessionNothingAtTheStartButOneTokenSoThatItWaitsForWhatWasUsedTooMuch() {
        String sonic = "amazon.nova-sonic-v1:0";
        Usage speech = Usage.of(UsageUnit.SPEECH_INPUT, 20, UsageUnit.SPEECH_OUTPUT, 25);
        PricedCall session = call(sonic, WireFormat.BIDIRECTIONAL_EVENT_STREAM, RequestFacts.ofBytes(0));

        assertThat(BUNDLED.quotaAtStart(session)).isEqualTo(1);
        assertThat(BUNDLED.quotaAtEnd(session, Served.SILENT, speech)).isEqualTo(45);
    }

    private static PricedCall call(String model, Endpoint endpoint, long maxOutputTokens) {
        RequestFacts facts = new RequestFacts(2_000, maxOutputTokens, null, null);
        return new PricedCall(ModelRef.parse(model), "us-east-1", endpoint, WireFormat.CONVERSE_JSON, facts, NOW);
    }

    private static PricedCall call(String model, WireFormat format, RequestFacts facts) {
        return new PricedCall(ModelRef.parse(model), "us-east-1", Endpoint.RUNTIME, format, facts, NOW);
    }
}

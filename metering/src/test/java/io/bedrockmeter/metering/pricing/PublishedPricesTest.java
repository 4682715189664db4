package io.bedrockmeter.metering.pricing;

import static io.bedrockmeter.metering.pricing.Books.BUNDLED;
import static io.bedrockmeter.metering.pricing.Books.NOW;
import static io.bedrockmeter.metering.pricing.Books.call;
import static io.bedrockmeter.metering.pricing.Books.tier;
import static io.bedrockmeter.metering.pricing.Books.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bundled book against published figures and published examples. */
class PublishedPricesTest {
    /** A million is published, and a single call of a million can be in a dearer band: prices are of ten calls of this. */
    private static final long TENTH_OF_A_MILLION = 100_000;

    private static final String MICRO = "amazon.nova-micro-v1:0";
    private static final String SONNET_4_6 = "anthropic.claude-sonnet-4-6";

    @ParameterizedTest
    @CsvSource({
        // model as called, region, unit, USD for a million
        "us.anthropic.claude-sonnet-4-6, us-east-1, input, 3.30",
        "anthropic.claude-sonnet-4-6, us-east-1, output, 16.50",
        "global.anthropic.claude-sonnet-4-6, us-east-1, input, 3.00",
        "us.anthropic.claude-sonnet-4-6, us-east-1, cache_read, 0.33",
        "us.anthropic.claude-sonnet-4-6, us-east-1, cache_write_5m, 4.125",
        "us.anthropic.claude-sonnet-4-6, us-east-1, cache_write_1h, 6.60",
        "global.anthropic.claude-sonnet-4-6, us-east-1, cache_write_1h, 6.00",
        "global.anthropic.claude-opus-4-6-v1, us-east-1, cache_write_5m, 6.25",
        "global.anthropic.claude-opus-4-6-v1, us-east-1, cache_write_1h, 10.00",
        "us.anthropic.claude-opus-4-7, us-east-1, input, 5.50",
        "us-gov.anthropic.claude-opus-5-5, us-gov-west-1, input, 4.80",
        "us.anthropic.claude-opus-5-5, us-east-1, input, 4.40",
        "us.anthropic.claude-opus-5-5, eu-north-1, cache_read, 0.22",
        "amazon.nova-micro-v1:0, us-east-1, input, 0.035",
        "amazon.nova-micro-v1:0, us-east-1, output, 0.14",
        "amazon.nova-micro-v1:0, us-east-1, cache_read, 0.00875",
        "us.amazon.nova-2-lite-v1:0, us-east-1, input, 0.33",
        "global.amazon.nova-2-lite-v1:0, us-east-1, input, 0.30",
        "eu.amazon.nova-2-lite-v1:0, eu-south-1, input, 0.528",
        "amazon.nova-2-lite-v1:0, ap-northeast-1, input, 0.396",
        "us.meta.llama3-1-405b-instruct-v1:0, us-west-2, output, 2.40",
        "us.meta.llama3-1-70b-instruct-v1:0, us-west-2, input, 0.72",
        "mistral.mistral-large-2402-v1:0, us-east-1, input, 4.00",
        "mistral.mistral-large-2402-v1:0, eu-west-3, output, 15.60",
        "mistral.mistral-large-2407-v1:0, us-west-2, input, 2.00",
        "anthropic.claude-3-5-haiku-20241022-v1:0, us-west-2, output, 4.00",
        "amazon.titan-text-express-v1, us-east-1, input, 0.20",
        "amazon.titan-text-lite-v1, us-east-1, output, 0.20",
        "us.openai.gpt-5.5, us-east-1, input, 5.50",
        "xai.grok-4.3, us-east-1, input, 1.25"
    })
    void pricesAMillionAsPublished(String model, String region, String unit, String usd) {
        Charge charge = charge(call(model, region), Usage.of(UsageUnit.of(unit), TENTH_OF_A_MILLION));

        assertThat(charge.cost().times(10)).isEqualTo(usd(usd));
        assertThat(charge.status()).isEqualTo(CostStatus.PRICED);
    }

    @ParameterizedTest
    @ValueSource(strings = {SONNET_4_6, "anthropic.claude-opus-4-7", "anthropic.claude-haiku-4-5-20251001-v1:0"})
    void billsAGlobalProfileOneEleventhBelowAGeographicOne(String model) {
        Usage usage = Usage.of(UsageUnit.INPUT, 11_000, UsageUnit.OUTPUT, 1_100);

        Money geographic = charge(call("us." + model, "us-east-1"), usage).cost();
        Money global = charge(call("global." + model, "us-east-1"), usage).cost();

        assertThat(geographic.times(10)).isEqualTo(global.times(11));
        assertThat(charge(call(model, "us-east-1"), usage).cost()).isEqualTo(geographic);
    }

    @Test
    void writesNovasCacheForNothing() {
        Charge charge = charge(call(MICRO, "us-east-1"), Usage.of(UsageUnit.CACHE_WRITE_5M, 50_000));

        assertThat(charge.status()).isEqualTo(CostStatus.FREE);
        assertThat(charge.cost()).isEqualTo(Money.ZERO);
        assertThat(charge.baseline()).isEqualTo(usd("0.00175"));
    }

    @Test
    void holdsACacheWriteThatHasNoPriceAgainstNothing() {
        Charge charge = charge(call(MICRO, "us-east-1"), Usage.of(UsageUnit.CACHE_WRITE_1H, 50_000));

        assertThat(charge.status()).isEqualTo(CostStatus.UNPRICED_UNIT);
        assertThat(charge.cost()).isEqualTo(Money.ZERO);
    }

    @Test
    void doublesTheInputOfAWholeCallBeyondTheLongContextOfGpt() {
        PricedCall call = call("us.openai.gpt-5.5", "us-west-2");

        assertThat(charge(call, Usage.of(UsageUnit.INPUT, 301_016)).cost()).isEqualTo(usd("3.311176"));
        assertThat(charge(call, Usage.of(UsageUnit.INPUT, 272_000)).cost()).isEqualTo(usd("1.496"));
        assertThat(charge(call, Usage.of(UsageUnit.INPUT, 272_001)).cost()).isEqualTo(usd("2.992011"));
    }

    @Test
    void keepsClaudeFlatFromFourSixOn() {
        Charge charge = charge(call("us." + SONNET_4_6, "us-east-1"), Usage.of(UsageUnit.INPUT, 900_000));

        assertThat(charge.cost()).isEqualTo(usd("2.97"));
        assertThat(charge.status()).isEqualTo(CostStatus.PRICED);
    }

    @Test
    void estimatesTheLongContextOfOlderClaudesWhichOnlyOthersList() {
        PricedCall call = call("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us-east-1");

        Charge charge = charge(call, Usage.of(UsageUnit.INPUT, 200_001));

        assertThat(charge.status()).isEqualTo(CostStatus.ESTIMATED);
        assertThat(charge.cost()).isEqualTo(usd("1.3200066"));
    }

    @Test
    void pricesTheTiersAndLatencyThatWereServed() {
        Usage usage = Usage.of(UsageUnit.INPUT, TENTH_OF_A_MILLION);
        PricedCall terra = call("us.openai.gpt-5.6-terra", "us-east-1");
        PricedCall pro = call("us.amazon.nova-pro-v1:0", "us-east-1");

        assertThat(BUNDLED.charge(terra, tier("priority"), usage, false).cost()).isEqualTo(usd("0.44"));
        assertThat(BUNDLED.charge(terra, tier("flex"), usage, false).cost()).isEqualTo(usd("0.11"));
        assertThat(BUNDLED.charge(terra, tier("default"), usage, false).cost()).isEqualTo(usd("0.22"));
        assertThat(BUNDLED.charge(pro, new Served(null, "optimized", null), usage, false)
                        .cost())
                .isEqualTo(usd("0.1"));
        assertThat(BUNDLED.charge(pro, Served.SILENT, usage, false).cost()).isEqualTo(usd("0.08"));
    }

    @Test
    void cutsThePriceOfGptLunaOnTheDayOfTheCut() {
        Usage usage = Usage.of(UsageUnit.INPUT, TENTH_OF_A_MILLION, UsageUnit.OUTPUT, TENTH_OF_A_MILLION);
        String luna = "us.openai.gpt-5.6-luna";

        Charge before = charge(call(luna, "us-east-1", Instant.parse("2026-07-29T23:59:59.999999999Z")), usage);
        Charge after = charge(call(luna, "us-east-1", Instant.parse("2026-07-30T00:00:00Z")), usage);

        assertThat(before.cost()).isEqualTo(usd("0.77"));
        assertThat(after.cost()).isEqualTo(usd("0.154"));
    }

    @Test
    void billsClaude35SonnetAtExtendedAccessSinceDecember2025() {
        Usage usage = Usage.of(UsageUnit.INPUT, TENTH_OF_A_MILLION, UsageUnit.OUTPUT, TENTH_OF_A_MILLION);
        String sonnet = "anthropic.claude-3-5-sonnet-20241022-v2:0";

        assertThat(charge(call(sonnet, "us-west-2", Instant.parse("2025-11-30T23:59:59Z")), usage)
                        .cost())
                .isEqualTo(usd("1.8"));
        assertThat(charge(call(sonnet, "us-west-2", Instant.parse("2025-12-01T00:00:00Z")), usage)
                        .cost())
                .isEqualTo(usd("3.6"));
        assertThat(charge(call(sonnet, "us-west-2"), usage).mode()).isEqualTo(PricingMode.ON_DEMAND);
    }

    @Test
    void pricesEachGuardrailPolicyAndKnowsTheFreeOnes() {
        PricedCall call = call(MICRO, "us-east-1");
        Usage billed = Usage.of(UsageUnit.GUARDRAIL_CONTENT, 1, UsageUnit.GUARDRAIL_TOPIC, 1)
                .with(UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION, 10)
                .with(UsageUnit.GUARDRAIL_CONTEXTUAL_GROUNDING, 10)
                .with(UsageUnit.GUARDRAIL_AUTOMATED_REASONING, 100)
                .with(UsageUnit.GUARDRAIL_CONTENT_IMAGE, 4);
        Usage free = Usage.of(UsageUnit.GUARDRAIL_WORD, 9, UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION_FREE, 9);

        assertThat(charge(call, billed).cost()).isEqualTo(usd("0.0223"));
        assertThat(charge(call, free).status()).isEqualTo(CostStatus.FREE);
        assertThat(charge(call(MICRO, "eu-west-1"), billed).status()).isEqualTo(CostStatus.UNPRICED_UNIT);
    }

    @Test
    void takesTheCacheOfClaudeForWhatItIsWorth() {
        Charge charge = charge(
                call("us." + SONNET_4_6, "us-east-1"),
                Usage.of(UsageUnit.INPUT, 3, UsageUnit.OUTPUT, 44)
                        .with(UsageUnit.CACHE_READ, 9_511)
                        .with(UsageUnit.CACHE_WRITE_5M, 1_956));

        assertThat(charge.cost()).isEqualTo(usd("0.01194303"));
        assertThat(charge.baseline()).isEqualTo(usd("0.038577"));
    }

    @ParameterizedTest
    @CsvSource({
        // example, model, region, unit count pairs, USD
        "cache write for five minutes, global.anthropic.claude-opus-4-6-v1, us-east-1, cache_write_5m=8882, 0.0555125",
        "cache write for an hour, global.anthropic.claude-opus-4-6-v1, us-east-1, cache_write_1h=8882, 0.08882",
        "cache among others, global.anthropic.claude-sonnet-4-6, us-east-1, input=15460 output=10370 cache_write_5m=19810, 0.2762175",
        "long context, openai.gpt-5.5, us-west-2, input=301016, 3.311176",
        "geographic routing, us.anthropic.claude-sonnet-4-5-20250929-v1:0, us-east-1, input=100000 output=100000, 1.98",
        "global routing, global.anthropic.claude-sonnet-4-5-20250929-v1:0, us-east-1, input=100000 output=100000, 1.8",
        "two guardrail policies, amazon.nova-micro-v1:0, us-east-1, guardrail_topic=1 guardrail_content=1, 0.0003",
        "personal data in summaries, amazon.nova-micro-v1:0, us-east-1, guardrail_sensitive_information=40000, 4",
        "rerank, amazon.rerank-v1:0, us-east-1, search_unit=1000, 1",
        "rerank of 350 documents, cohere.rerank-v3-5:0, us-east-1, search_unit=4, 0.008"
    })
    void reproducesPublishedExamples(String example, String model, String region, String counts, String usd) {
        Usage usage = Usage.NONE;
        for (String count : counts.split(" ", -1)) {
            String[] pair = count.split("=", 2);
            usage = usage.with(UsageUnit.of(pair[0]), Long.parseLong(pair[1]));
        }

        Charge charge = charge(call(model, region), usage);

        assertThat(charge.cost()).as(example).isEqualTo(usd(usd));
        assertThat(charge.status()).as(example).isEqualTo(CostStatus.PRICED);
    }

    /**
     * What AWS itself has worked out, at the rates of the day where those have changed since. Of its example of a model evaluation the
     * people are another product (50 tasks at 0.21 make it 11.06), and what it says of knowledge bases no call through here consumes.
     */
    @Test
    void reproducesTheExamplesOfAws() {
        PriceBook ofThatDay = Books.of(
                Books.line("on_demand", "input", "0.00001102"),
                Books.line("on_demand", "output", "0.00003268"),
                Books.line("custom_model_import", "custom_model_unit_minute", "0.0785"));

        Charge claude21 = ofThatDay.charge(
                Books.call("x.m", "us-east-1"),
                Served.SILENT,
                Usage.of(UsageUnit.INPUT, 11_000, UsageUnit.OUTPUT, 4_000),
                false);
        Charge evaluated = charge(
                call("anthropic.claude-v2:1", "us-east-1"), Usage.of(UsageUnit.INPUT, 5_000, UsageUnit.OUTPUT, 20_000));
        Charge evaluatedToo = charge(
                call("anthropic.claude-instant-v1", "us-east-1"),
                Usage.of(UsageUnit.INPUT, 5_000, UsageUnit.OUTPUT, 15_000));
        Money titan = offered(BUNDLED, "amazon.titan-text-express-v1", PriceUnit.MODEL_UNIT_HOUR, 2 * 24 * 31);
        Money imported = offered(ofThatDay, "x.m", PriceUnit.CUSTOM_MODEL_UNIT_MINUTE, 2);

        assertThat(claude21.cost()).isEqualTo(usd("0.25194"));
        assertThat(evaluated.cost().plus(evaluatedToo.cost())).isEqualTo(usd("0.56"));
        assertThat(titan).isEqualTo(usd("27379.2"));
        assertThat(imported).isEqualTo(usd("0.157"));
    }

    private static Money offered(PriceBook book, String model, PriceUnit unit, long count) {
        return book
                .capacity(
                        new ResolvedModel(model, Routing.IN_REGION_OR_GEO),
                        "us-east-1",
                        Map.of(unit, count),
                        Map.of(),
                        NOW)
                .offers()
                .stream()
                .map(CapacityOffer::cost)
                .min(Money::compareTo)
                .orElseThrow();
    }

    @Test
    void reproducesPublishedExamplesOfBatch() {
        Charge micro = BUNDLED.chargeIn(
                PricingMode.BATCH,
                call(MICRO, "us-east-1"),
                Usage.of(UsageUnit.INPUT, 1_000_000, UsageUnit.OUTPUT, 1_000_000));
        Charge sonnet = BUNDLED.chargeIn(
                PricingMode.BATCH,
                call("global." + SONNET_4_6, "us-east-1"),
                Usage.of(UsageUnit.INPUT, 1_800, UsageUnit.OUTPUT, 1_000));

        assertThat(micro.cost()).isEqualTo(usd("0.0875"));
        assertThat(sonnet.cost()).isEqualTo(usd("0.0102"));
    }

    /** The same examples from the shared file, where it is: its exact result against this book's. */
    @Test
    void agreesWithTheSharedExamples() throws Exception {
        Path golden = Path.of(System.getProperty("bedrockmeter.root", ".."), "..", "shared/data/prices/golden.json");
        assumeTrue(Files.exists(golden), () -> golden + " is not here");
        Map<String, String> exact = new HashMap<>();
        for (JsonNode example :
                JsonMapper.shared().readTree(Files.readString(golden)).get("examples")) {
            exact.put(example.get("id").stringValue(), example.get("exactUsd").stringValue());
        }
        Usage tenth = Usage.of(UsageUnit.INPUT, TENTH_OF_A_MILLION, UsageUnit.OUTPUT, TENTH_OF_A_MILLION);

        Map<String, Money> ours = Map.of(
                "cache-5m",
                charge(
                                call("global.anthropic.claude-opus-4-6-v1", "us-east-1"),
                                Usage.of(UsageUnit.CACHE_WRITE_5M, 8882))
                        .cost(),
                "cache-mixed",
                charge(
                                call("global." + SONNET_4_6, "us-east-1"),
                                Usage.of(UsageUnit.INPUT, 15_460, UsageUnit.OUTPUT, 10_370)
                                        .with(UsageUnit.CACHE_WRITE_5M, 19_810))
                        .cost(),
                "longctx-gpt55",
                charge(call("us.openai.gpt-5.5", "us-east-1"), Usage.of(UsageUnit.INPUT, 301_016))
                        .cost(),
                "guardrail-two-policies",
                charge(call(MICRO, "us-east-1"), Usage.of(UsageUnit.GUARDRAIL_TOPIC, 1, UsageUnit.GUARDRAIL_CONTENT, 1))
                        .cost(),
                "guardrail-pii-summaries",
                charge(call(MICRO, "us-east-1"), Usage.of(UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION, 40_000))
                        .cost(),
                "batch-nova-micro",
                BUNDLED.chargeIn(PricingMode.BATCH, call(MICRO, "us-east-1"), tenth)
                        .cost()
                        .times(10),
                "sonnet45-regional-vs-global",
                charge(call("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us-east-1"), tenth)
                        .cost()
                        .times(10));

        assertThat(ours).allSatisfy((id, cost) -> assertThat(cost.toUsdString()).isEqualTo(exact.get(id)));
    }

    @Test
    void showsThePriceOfProvisionedThroughputByCommitment() {
        List<Price> prices = BUNDLED.quote(ModelRef.parse(MICRO), "us-east-1", PricingMode.PROVISIONED, NOW)
                .orElseThrow()
                .prices();

        assertThat(prices.stream()
                        .map(price -> price.key().tariff().label() + " "
                                + price.rate().perUnit().toUsdString()))
                .containsExactly("provisioned_no_commit 60.5", "provisioned_1mo 55", "provisioned_6mo 30.25");
    }

    @Test
    void quotesOnePriceForEachThingWithItsSource() {
        Quote quote = BUNDLED.quote(ModelRef.parse("us." + SONNET_4_6), "us-east-1", PricingMode.ON_DEMAND, NOW)
                .orElseThrow();

        assertThat(quote.prices().stream().map(price -> price.key().unit()))
                .containsExactly(
                        PriceUnit.INPUT,
                        PriceUnit.CACHE_READ,
                        PriceUnit.CACHE_WRITE_5M,
                        PriceUnit.CACHE_WRITE_1H,
                        PriceUnit.OUTPUT);
        assertThat(quote.prices()).allMatch(price -> price.rate().confidence() == Confidence.A);
        assertThat(quote.prices())
                .allMatch(price -> price.rate().source().title().startsWith("AWS price list"));
        assertThat(quote.priceBook()).isEqualTo(BUNDLED.version());
    }

    @Test
    void leavesAnUnknownRegionOfAKnownModelUnpriced() {
        Charge charge = charge(call(MICRO, "antarctica-south-1"), Usage.of(UsageUnit.INPUT, 1));

        assertThat(BUNDLED.knows(MICRO)).isTrue();
        assertThat(charge.status()).isEqualTo(CostStatus.UNPRICED_MODEL);
        assertThat(charge.cost()).isEqualTo(Money.ZERO);
    }

    @Test
    void hasAPriceUnitForEveryUnitOfUsage() {
        assertThat(UsageUnit.values()).filteredOn(unit -> !unit.isCapacity()).allSatisfy(unit -> {
            assertThat(PriceUnit.of(unit).usage()).contains(unit);
            assertThat(PriceUnit.of(unit).label()).isEqualTo(unit.label());
        });
    }

    private static Charge charge(PricedCall call, Usage usage) {
        return BUNDLED.charge(call, Served.SILENT, usage, false);
    }
}

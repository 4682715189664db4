package io.bedrockmeter.metering.pricing;

import static io.bedrockmeter.metering.pricing.Books.NOW;
import static io.bedrockmeter.metering.pricing.Books.call;
import static io.bedrockmeter.metering.pricing.Books.line;
import static io.bedrockmeter.metering.pricing.Books.tier;
import static io.bedrockmeter.metering.pricing.Books.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of usage under a small book made for the purpose. */
class ChargingTest {
    private static final String ARN = "arn:aws:bedrock:us-east-1:123456789012:";
    private static final PriceBook BOOK = Books.of(
            line("on_demand", "input", "0.000003"),
            line("on_demand", "output", "0.000015"),
            line("on_demand", "cache_read", "0.0000003"),
            line("on_demand", "cache_write_5m", "0"),
            line("on_demand", "web_grounding_request", "0.03").replace(" A s", " C s"),
            line("on_demand_custom_model", "input", "0.000009"),
            line("priority", "input", "0.000006"),
            line("priority", "output", "0.00003"),
            line("batch", "input", "0.000001"),
            line("on_demand", "input", "0.000006").replace(" base ", " long_gt_200k "),
            line("on_demand", "image_input", "0.0001").replace("image_input -", "image_input kind=standard"),
            line("on_demand", "image", "0.04").replace("image -", "image quality=standard"),
            line("bedrock-guardrails", "on_demand", "guardrail_topic", "0.00015"),
            line("bedrock-guardrails", "on_demand", "guardrail_word", "0"),
            line("bedrock-websearch", "on_demand", "web_search_query", "0.012"));
    private static final PricedCall CALL = call("x.m", "us-east-1");
    private static final Usage PLAIN = Usage.of(UsageUnit.INPUT, 100, UsageUnit.OUTPUT, 10);

    @Test
    void multipliesEachUnitByItsRateAndNamesTheBook() {
        Charge charge = charge(CALL, PLAIN.with(UsageUnit.CACHE_READ, 1000));

        assertThat(charge.cost()).isEqualTo(usd("0.00075"));
        assertThat(charge.status()).isEqualTo(CostStatus.PRICED);
        assertThat(charge.mode()).isEqualTo(PricingMode.ON_DEMAND);
        assertThat(charge.priceBook()).isEqualTo(BOOK.version());
        assertThat(charge.lines())
                .containsExactly(
                        new ChargeLine(UsageUnit.INPUT, 100, usd("0.000003"), usd("0.0003"), usd("0.0003")),
                        new ChargeLine(UsageUnit.CACHE_READ, 1000, usd("0.0000003"), usd("0.0003"), usd("0.003")),
                        new ChargeLine(UsageUnit.OUTPUT, 10, usd("0.000015"), usd("0.00015"), usd("0.00015")));
        assertThat(charge.baseline()).isEqualTo(usd("0.00345"));
    }

    @Test
    void leavesAUnitWithoutAPriceUnpricedAndChargesTheOthers() {
        Charge charge = charge(CALL, PLAIN.with(UsageUnit.CACHE_WRITE_1H, 7));

        assertThat(charge.status()).isEqualTo(CostStatus.UNPRICED_UNIT);
        assertThat(charge.cost()).isEqualTo(usd("0.00045"));
        assertThat(charge.lines())
                .contains(new ChargeLine(UsageUnit.CACHE_WRITE_1H, 7, null, Money.ZERO, usd("0.000021")));
    }

    @Test
    void pricesNoModelRegionRoutingOrModeThatTheBookDoesNotHave() {
        assertUnpriced(charge(call("x.other", "us-east-1"), PLAIN));
        assertUnpriced(charge(call("x.m", "eu-west-1"), PLAIN));
        assertUnpriced(charge(call("global.x.m", "us-east-1"), PLAIN));
        assertUnpriced(BOOK.charge(CALL, tier("flex"), PLAIN, false));
        assertUnpriced(charge(call(ARN + "application-inference-profile/a1b2c3d4e5f6", "us-east-1"), PLAIN));
        assertUnpriced(charge(call(ARN + "prompt/ABCDEFGHIJ", "us-east-1"), PLAIN));
        assertUnpriced(charge(call(ARN + "prompt-router/a1b2c3d4e5f6", "us-east-1"), PLAIN));
        assertUnpriced(charge(call(ARN + "custom-model/x.m/a1b2c3d4e5f6", "us-east-1"), PLAIN));
        assertUnpriced(charge(call("no model at all", "us-east-1"), PLAIN));
    }

    @Test
    void pricesByTheTierServedAndKeepsTheOnDemandPriceAsBaseline() {
        Charge charge = BOOK.charge(CALL, tier("priority"), PLAIN.with(UsageUnit.CACHE_READ, 10), false);

        assertThat(charge.mode()).isEqualTo(PricingMode.PRIORITY);
        assertThat(charge.cost()).isEqualTo(usd("0.0009"));
        assertThat(charge.status()).isEqualTo(CostStatus.UNPRICED_UNIT);
        assertThat(charge.baseline()).isEqualTo(usd("0.00048"));
    }

    @Test
    void callsAPublishedZeroFreeOnlyWhereNothingElseIsBilled() {
        Usage write = Usage.of(UsageUnit.CACHE_WRITE_5M, 5000);

        Charge free = charge(CALL, write);
        Charge mixed = charge(CALL, write.with(UsageUnit.INPUT, 1));

        assertThat(free.status()).isEqualTo(CostStatus.FREE);
        assertThat(free.cost()).isEqualTo(Money.ZERO);
        assertThat(free.lines().getFirst().rate()).isEqualTo(Money.ZERO);
        assertThat(free.baseline()).isEqualTo(usd("0.015"));
        assertThat(mixed.status()).isEqualTo(CostStatus.PRICED);
    }

    @Test
    void callsUsageThatWasReadAndIsNothingFree() {
        assertThat(charge(CALL, Usage.NONE).status()).isEqualTo(CostStatus.FREE);
        assertThat(charge(call("x.other", "us-east-1"), Usage.NONE).status()).isEqualTo(CostStatus.FREE);
        assertThat(BOOK.charge(CALL, Served.SILENT, Usage.NONE, true).status()).isEqualTo(CostStatus.ESTIMATED);
    }

    @Test
    void saysSoWhereUsagePriceOrModeIsAGuess() {
        PricedCall silent = call("x.m", WireFormat.INVOKE_JSON, new RequestFacts(10, -1, "priority", null));

        Charge guessedUsage = BOOK.charge(CALL, Served.SILENT, PLAIN, true);
        Charge doubtfulPrice = charge(CALL, PLAIN.with(UsageUnit.WEB_GROUNDING_REQUEST, 1));
        Charge guessedMode = charge(silent, PLAIN);

        assertThat(guessedUsage.status()).isEqualTo(CostStatus.ESTIMATED);
        assertThat(doubtfulPrice.status()).isEqualTo(CostStatus.ESTIMATED);
        assertThat(guessedMode.status()).isEqualTo(CostStatus.ESTIMATED);
        assertThat(guessedMode.cost()).isEqualTo(usd("0.0009"));
    }

    @Test
    void billsNoTokensOfCapacityPaidByTimeButShowsThem() {
        PricedCall provisioned = call(ARN + "provisioned-model/abcdef123456", "us-east-1");
        PriceBook told = BOOK.withAliases(Map.of(ARN + "provisioned-model/abcdef123456", "x.m"));

        Charge opaque = charge(provisioned, PLAIN);
        Charge named = told.charge(provisioned, Served.SILENT, PLAIN, false);
        Charge reserved = BOOK.charge(CALL, tier("reserved"), PLAIN, false);
        Charge imported = charge(call(ARN + "imported-model/abcdef123456", "us-east-1"), PLAIN);

        assertPrepaid(opaque, PricingMode.PROVISIONED, Money.ZERO);
        assertPrepaid(named, PricingMode.PROVISIONED, usd("0.00045"));
        assertPrepaid(reserved, PricingMode.RESERVED, usd("0.00045"));
        assertPrepaid(imported, PricingMode.CUSTOM_IMPORT, Money.ZERO);
    }

    @Test
    void billsGuardrailsAndWebSearchBesideAnyModelAndMode() {
        Usage guarded = Usage.of(UsageUnit.GUARDRAIL_TOPIC, 2, UsageUnit.WEB_SEARCH_QUERY, 1);

        Charge blocked = charge(call("x.other", "us-east-1"), guarded);
        Charge prepaid =
                charge(call(ARN + "provisioned-model/abcdef123456", "us-east-1"), guarded.with(UsageUnit.OUTPUT, 5));
        Charge words = charge(CALL, Usage.of(UsageUnit.GUARDRAIL_WORD, 4));
        Charge elsewhere = charge(call("x.m", "eu-west-1"), guarded);

        assertThat(blocked.status()).isEqualTo(CostStatus.PRICED);
        assertThat(blocked.cost()).isEqualTo(usd("0.0123"));
        assertThat(blocked.baseline()).isEqualTo(usd("0.0123"));
        assertThat(prepaid.status()).isEqualTo(CostStatus.PREPAID);
        assertThat(prepaid.cost()).isEqualTo(usd("0.0123"));
        assertThat(words.status()).isEqualTo(CostStatus.FREE);
        assertThat(elsewhere.status()).isEqualTo(CostStatus.UNPRICED_UNIT);
        assertThat(elsewhere.cost()).isEqualTo(Money.ZERO);
    }

    @Test
    void repricesTheWholeCallAboveTheLengthOfABandCachedTokensIncluded() {
        Usage at = Usage.of(UsageUnit.INPUT, 199_000, UsageUnit.CACHE_READ, 1_000);
        Usage above = at.with(UsageUnit.CACHE_READ, 1_001);

        Charge atLimit = charge(CALL, at);
        Charge aboveLimit = charge(CALL, above);

        assertThat(atLimit.lines().getFirst().rate()).isEqualTo(usd("0.000003"));
        assertThat(aboveLimit.lines().getFirst().rate()).isEqualTo(usd("0.000006"));
        assertThat(aboveLimit.status()).isEqualTo(CostStatus.UNPRICED_UNIT);
        assertThat(aboveLimit.lines().get(1).rate()).isNull();
    }

    @Test
    void pricesAUnitThatComesInKindsOnlyWhereTheKindIsTheDefault() {
        Charge imageInput = charge(CALL, Usage.of(UsageUnit.IMAGE_INPUT, 2));
        Charge image = charge(CALL, Usage.of(UsageUnit.IMAGE, 2));

        assertThat(imageInput.cost()).isEqualTo(usd("0.0002"));
        assertThat(image.status()).isEqualTo(CostStatus.UNPRICED_UNIT);
    }

    @Test
    void knowsWhatTheOperatorSaysAnIdentifierStandsFor() {
        String profile = ARN + "application-inference-profile/a1b2c3d4e5f6";
        String deployment = ARN + "custom-model-deployment/a1b2c3d4e5f6";
        PriceBook told = BOOK.withAliases(Map.of(profile, "us.x.m", deployment, "x.m"));

        Charge byProfile = told.charge(call(profile, "us-east-1"), Served.SILENT, PLAIN, false);
        Charge fineTuned =
                told.charge(call(deployment, "us-east-1"), Served.SILENT, Usage.of(UsageUnit.INPUT, 10), false);

        assertThat(byProfile.cost()).isEqualTo(usd("0.00045"));
        assertThat(byProfile.priceBook()).matches("test-2026-01-01-[0-9a-f]{8}\\+aliases-[0-9a-f]{8}");
        assertThat(fineTuned.cost()).isEqualTo(usd("0.00009"));
        assertThat(BOOK.withAliases(Map.of())).isSameAs(BOOK);
    }

    @Test
    void refusesEveryAliasForAModelThatTheBookDoesNotHave() {
        Map<String, String> aliases = Map.of("a", "x.none", "b", "x.m", "c", ARN + "prompt/ABCDEFGHIJ");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> BOOK.withAliases(aliases))
                .withMessageContaining("alias 'a'")
                .withMessageContaining("'x.none'")
                .withMessageContaining("alias 'c'")
                .withMessageNotContaining("alias 'b'");
    }

    @Test
    void pricesARouterByTheModelThatItsAnswerNames() {
        PricedCall router = call(ARN + "default-prompt-router/x.m:1", "us-east-1");
        Served byArn = new Served(null, null, "arn:aws:bedrock:us-east-1::foundation-model/x.m");
        Served byProfile = new Served(null, null, ARN + "inference-profile/us.x.m");

        assertThat(BOOK.charge(router, byArn, PLAIN, false).cost()).isEqualTo(usd("0.00045"));
        assertThat(BOOK.charge(router, byProfile, PLAIN, false).cost()).isEqualTo(usd("0.00045"));
        assertThat(BOOK.resolve(router.model(), byArn).map(ResolvedModel::id)).contains("x.m");
        assertThat(BOOK.charge(CALL, new Served(null, null, "x.other"), PLAIN, false)
                        .cost())
                .isEqualTo(usd("0.00045"));
    }

    @Test
    void usesThePriceInForceWhenTheCallStarted() {
        PriceBook book = Books.of(
                line("on_demand", "input", "0.000005").replace("- - -", "- 2026-07-30 -"),
                line("on_demand", "input", "0.000001").replace("- - -", "2026-07-30 2026-09-01 -"));
        Usage one = Usage.of(UsageUnit.INPUT, 1);

        assertThat(costAt(book, "2026-07-29T23:59:59.999Z", one)).isEqualTo(usd("0.000005"));
        assertThat(costAt(book, "2026-07-30T00:00:00Z", one)).isEqualTo(usd("0.000001"));
        assertThat(costAt(book, "2026-08-31T23:59:59Z", one)).isEqualTo(usd("0.000001"));
        assertUnpriced(book.charge(
                call("x.m", "us-east-1", Instant.parse("2026-09-01T00:00:00Z")), Served.SILENT, one, false));
    }

    @Test
    void replacesTheListPriceByThatOfExtendedAccessFromItsFirstDay() {
        PriceBook book = Books.of(
                line("on_demand", "input", "0.000003"),
                line("on_demand", "output", "0.000015"),
                line("on_demand_extended_access", "input", "0.000006").replace("- - -", "2025-12-01 - -"));

        assertThat(costAt(book, "2025-11-30T12:00:00Z", Usage.of(UsageUnit.INPUT, 1)))
                .isEqualTo(usd("0.000003"));
        assertThat(costAt(book, "2025-12-01T00:00:00Z", Usage.of(UsageUnit.INPUT, 1)))
                .isEqualTo(usd("0.000006"));
        assertThat(book.charge(CALL, Served.SILENT, PLAIN, false).status()).isEqualTo(CostStatus.UNPRICED_UNIT);
    }

    @Test
    void prefersTheRegionsOwnPriceThenThePartitionsThenTheBetterSource() {
        String wide = line("on_demand", "input", "0.000009").replace("us-east-1", "commercial:*,us-gov-*");
        String doubtful = line("on_demand", "output", "0.00009")
                .replace("us-east-1", "profile:us,default")
                .replace(" A s", " C s");
        PriceBook book = Books.of(line("on_demand", "input", "0.000003"), wide, doubtful);
        Usage one = Usage.of(UsageUnit.INPUT, 1);

        assertThat(book.charge(CALL, Served.SILENT, one, false).cost()).isEqualTo(usd("0.000003"));
        assertThat(book.charge(call("x.m", "sa-east-1"), Served.SILENT, one, false)
                        .cost())
                .isEqualTo(usd("0.000009"));
        assertThat(book.charge(call("x.m", "us-gov-west-1"), Served.SILENT, one, false)
                        .cost())
                .isEqualTo(usd("0.000009"));
        assertUnpriced(book.charge(call("x.m", "cn-north-1"), Served.SILENT, one, false));
        assertThat(book.charge(CALL, Served.SILENT, PLAIN, false).status()).isEqualTo(CostStatus.ESTIMATED);
    }

    @Test
    void keepsPricesOfAnotherEndpointApart() {
        PriceBook book = Books.of(line("on_demand", "input", "0.000003").replace("runtime", "mantle"));

        Charge charge = book.charge(CALL, Served.SILENT, Usage.of(UsageUnit.INPUT, 1), false);

        assertUnpriced(charge);
        assertThat(book.prices("x.m").getFirst().key().attributes()).containsEntry("endpoint", "mantle");
    }

    @Test
    void hasNoAmountRatherThanAWrongOneForACountThatNoCallCanHave() {
        assertThat(charge(CALL, Usage.of(UsageUnit.OUTPUT, Long.MAX_VALUE)).status())
                .isEqualTo(CostStatus.INCONSISTENT);
        assertThat(charge(CALL, Usage.of(UsageUnit.INPUT, 6, UsageUnit.OUTPUT, Long.MAX_VALUE / 15_000_000))
                        .status())
                .isEqualTo(CostStatus.INCONSISTENT);
    }

    @Test
    void pricesAModeThatNoAnswerShows() {
        Charge charge = BOOK.chargeIn(PricingMode.BATCH, CALL, Usage.of(UsageUnit.INPUT, 100));

        assertThat(charge.cost()).isEqualTo(usd("0.0001"));
        assertThat(charge.mode()).isEqualTo(PricingMode.BATCH);
        assertThat(charge.baseline()).isEqualTo(usd("0.0003"));
    }

    @Test
    void quotesThePriceThatDecidesForEachUnit() {
        Quote quote = BOOK.quote(ModelRef.parse("x.m"), "us-east-1", PricingMode.ON_DEMAND, NOW)
                .orElseThrow();

        assertThat(quote.prices().stream().map(price -> price.key().unit().label()))
                .containsExactly(
                        "input",
                        "input",
                        "cache_read",
                        "cache_write_5m",
                        "output",
                        "image",
                        "image_input",
                        "web_grounding_request");
        assertThat(quote.price(UsageUnit.INPUT, ContextBand.LONG_GT_200K))
                .map(price -> price.rate().perUnit())
                .contains(usd("0.000006"));
        assertThat(quote.price(UsageUnit.IMAGE, ContextBand.BASE)).isEmpty();
        assertThat(quote.prices())
                .allMatch(price -> price.rate().source().title().equals("A list"));
        assertThat(BOOK.quote(ModelRef.parse("nothing"), "us-east-1", PricingMode.ON_DEMAND, NOW))
                .isEmpty();
        assertThat(BOOK.quote(ModelRef.parse("x.none"), "us-east-1", PricingMode.ON_DEMAND, NOW)
                        .orElseThrow()
                        .prices())
                .isEmpty();
    }

    @Test
    void refusesAChargeWhoseArithmeticIsWrong() {
        ChargeLine line = new ChargeLine(UsageUnit.INPUT, 2, usd("1"), usd("2"), Money.ZERO);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChargeLine(UsageUnit.INPUT, 2, usd("1"), usd("3"), Money.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChargeLine(UsageUnit.INPUT, 2, null, usd("1"), Money.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChargeLine(UsageUnit.INPUT, 0, usd("1"), Money.ZERO, Money.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Charge(PricingMode.ON_DEMAND, CostStatus.PRICED, usd("3"), List.of(line), "book"));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Charge(PricingMode.ON_DEMAND, CostStatus.PRICED, usd("4"), List.of(line, line), "book"));
        assertThat(Charge.withoutUsage(PricingMode.ON_DEMAND, CostStatus.NOT_BILLED, "book")
                        .cost())
                .isEqualTo(Money.ZERO);
    }

    private static Charge charge(PricedCall call, Usage usage) {
        return BOOK.charge(call, Served.SILENT, usage, false);
    }

    private static Money costAt(PriceBook book, String instant, Usage usage) {
        return book.charge(call("x.m", "us-east-1", Instant.parse(instant)), Served.SILENT, usage, false)
                .cost();
    }

    private static void assertUnpriced(Charge charge) {
        assertThat(charge.status()).isEqualTo(CostStatus.UNPRICED_MODEL);
        assertThat(charge.cost()).isEqualTo(Money.ZERO);
        assertThat(charge.lines()).isNotEmpty().allMatch(line -> line.rate() == null);
    }

    private static void assertPrepaid(Charge charge, PricingMode mode, Money baseline) {
        assertThat(charge.status()).isEqualTo(CostStatus.PREPAID);
        assertThat(charge.mode()).isEqualTo(mode);
        assertThat(charge.cost()).isEqualTo(Money.ZERO);
        assertThat(charge.lines()).hasSize(2).allMatch(line -> line.rate() == null);
        assertThat(charge.baseline()).isEqualTo(baseline);
    }
}

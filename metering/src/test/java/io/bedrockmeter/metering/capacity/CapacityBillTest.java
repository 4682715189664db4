package io.bedrockmeter.metering.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.ledger.CapacityUse;
import io.bedrockmeter.metering.ledger.CapacityWindow;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.CapacityTerms;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.Commitment;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CapacityBillTest {
    private static final PriceBook PRICES = PriceBook.bundled();
    private static final String ARN = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/provis000001";
    private static final String IMPORTED = "arn:aws:bedrock:us-east-1:123456789012:imported-model/import000001";
    private static final String MICRO = "amazon.nova-micro-v1:0";
    private static final Instant HOUR = Instant.parse("2026-11-25T09:20:00Z");
    private static final CapacityUse SEARCH = new CapacityUse("search", "ranking", 2, 2_000, 1_000);
    private static final CapacityUse CHAT = new CapacityUse("support", "chat", 1, 500, 500);

    /*
     * Two model units of Nova Micro without commitment for an hour: 2 × 60.50 = 121 USD.
     * search used 3,000 tokens, support 1,000, so they pay three quarters and one: 90.75 and 30.25 USD.
     * In the ledger: 1,500,000 and 500,000 millionths of a model unit hour at 60.50 / 10⁶ = 0.0000605 USD.
     */
    @Test
    void chargesAnHourToWhoeverUsedIt() {
        CapacityWindow window = bill(MICRO, 2, Commitment.NONE, null).window(HOUR, Hours.LENGTH, List.of(CHAT, SEARCH));

        assertThat(window.entries())
                .extracting(CapacityBillTest::told)
                .containsExactly(
                        "search/ranking EXACT complete priced 1500000 × 0.0000605 = 90.75",
                        "support/chat EXACT complete priced 500000 × 0.0000605 = 30.25");
        LedgerEntry first = window.entries().getFirst();
        assertThat(first.calls()).isZero();
        assertThat(first.model()).isEqualTo(MICRO);
        assertThat(first.intent().modelRequested()).isEqualTo(ARN);
        assertThat(first.intent().operation()).isEqualTo(CapacityWindow.PROVISIONED);
        assertThat(first.charge().mode()).isEqualTo(PricingMode.PROVISIONED);
        assertThat(first.charge().baseline()).isEqualTo(Money.ZERO);
        assertThat(first.intent().startedAt()).isEqualTo(HOUR);
        assertThat(first.endedAt()).isEqualTo(HOUR.plus(Hours.LENGTH));
        assertThat(first.attributes()).isEqualTo(Map.of("tariff", "provisioned_no_commit"));
    }

    @Test
    void chargesAnHourThatNobodyUsedAllTheSame() {
        CapacityWindow window =
                bill(MICRO, 2, Commitment.SIX_MONTHS, HOUR.plusSeconds(1)).window(HOUR, Hours.LENGTH, List.of());

        assertThat(window.entries())
                .extracting(CapacityBillTest::told)
                .containsExactly("unallocated/idle EXACT complete priced 2000000 × 0.00003025 = 60.5");
    }

    @ParameterizedTest
    @CsvSource({"NONE, 60.5", "ONE_MONTH, 55", "SIX_MONTHS, 30.25"})
    void costsByItsCommitment(Commitment commitment, String usd) {
        CapacityWindow window = bill(MICRO, 1, commitment, null).window(HOUR, Hours.LENGTH, List.of(CHAT));

        assertThat(cost(window)).isEqualTo(Money.parseUsd(usd));
    }

    @Test
    void isAGuessAtItsOldRateOnceTheCommitmentIsOver() {
        CapacityWindow window = bill(MICRO, 1, Commitment.ONE_MONTH, HOUR).window(HOUR, Hours.LENGTH, List.of());

        assertThat(window.entries())
                .extracting(CapacityBillTest::told)
                .containsExactly("unallocated/idle EXACT commitment_expired estimated 1000000 × 0.000055 = 55");
    }

    @Test
    void saysSoWhereTheBookHasNoPrice() {
        CapacityWindow window =
                bill("amazon.nova-pro-v1:0", 3, Commitment.ONE_MONTH, null).window(HOUR, Hours.LENGTH, List.of(SEARCH));

        assertThat(window.entries())
                .extracting(CapacityBillTest::told)
                .containsExactly("search/ranking EXACT complete unpriced_model 3000000 × null = 0");
    }

    @Test
    void neverTakesThePriceOfABaseModelForACustomOne() {
        Holding custom = holding(MICRO, true, 1, Commitment.NONE, null);

        CapacityWindow window = CapacityBill.provisioned(custom, HOUR, CapacityBill.UNALLOCATED, null, PRICES)
                .window(HOUR, Hours.LENGTH, List.of());

        assertThat(window.entries().getFirst().charge().status()).isEqualTo(CostStatus.UNPRICED_MODEL);
        assertThat(window.entries().getFirst().attributes())
                .isEqualTo(Map.of("tariff", "provisioned_no_commit_custom"));
    }

    @Test
    void takesAnOperatorsWordForTheModel() {
        PriceBook aliased = PRICES.withAliases(Map.of(ARN, MICRO));
        Holding holding = holding("vendor.unheard-of", false, 1, Commitment.NONE, null);

        CapacityWindow window =
                CapacityBill.provisioned(holding, HOUR, "search", null, aliased).window(HOUR, Hours.LENGTH, List.of());

        assertThat(window.entries().getFirst().model()).isEqualTo(MICRO);
        assertThat(told(window.entries().getFirst())).startsWith("search/idle").endsWith("= 60.5");
    }

    /*
     * Two custom model units of a Llama for five minutes, one copy: 2 × 5 × 0.05718 = 0.5718 USD, in 10,000,000 millionths of a minute
     * at 0.00000005718. A third of the tokens is 3,333,333 of them, the rest 6,666,667.
     */
    @Test
    void chargesAnImportedModelByFiveMinutes() {
        CapacityBill bill =
                CapacityBill.imported(IMPORTED, 2, false, "us-east-1", CapacityTerms.imported("Llama", "v1"), PRICES);

        CapacityWindow window = bill.window(
                HOUR,
                Duration.ofMinutes(5),
                List.of(new CapacityUse("search", "ranking", 2, 20, 0), new CapacityUse("support", "chat", 1, 0, 10)));

        assertThat(window.entries())
                .extracting(CapacityBillTest::told)
                .containsExactly(
                        "search/ranking ESTIMATED copies_assumed estimated 6666667 × 0.00000005718 = 0.38120001906",
                        "support/chat ESTIMATED copies_assumed estimated 3333333 × 0.00000005718 = 0.19059998094");
        assertThat(cost(window)).isEqualTo(Money.parseUsd("0.5718"));
        assertThat(window.entries().getFirst().model()).isEqualTo("custom-model-import");
        assertThat(window.entries().getFirst().charge().mode()).isEqualTo(PricingMode.CUSTOM_IMPORT);
    }

    @Test
    void isCertainOfAnImportedModelWhoseCopiesAreKnown() {
        CapacityWindow window = CapacityBill.imported(
                        IMPORTED, 4, true, "us-east-1", CapacityTerms.imported("Llama", "v1"), PRICES)
                .window(HOUR, Duration.ofMinutes(5), List.of(CHAT));

        assertThat(window.entries())
                .extracting(CapacityBillTest::told)
                .containsExactly("support/chat EXACT complete priced 20000000 × 0.00000005718 = 1.1436");
    }

    @Test
    void hasTheSameIdsWhoeverWorksItOut() {
        CapacityBill bill = bill(MICRO, 2, Commitment.NONE, null);

        CapacityWindow one = bill.window(HOUR, Hours.LENGTH, List.of(CHAT, SEARCH));
        CapacityWindow same = bill.window(HOUR, Hours.LENGTH, List.of(SEARCH, CHAT));
        CapacityWindow next = bill.window(HOUR.plus(Hours.LENGTH), Hours.LENGTH, List.of(SEARCH, CHAT));

        assertThat(same).isEqualTo(one);
        assertThat(ids(next)).doesNotContainAnyElementsOf(ids(one));
        assertThat(ids(one)).doesNotHaveDuplicates();
    }

    /** 1.0000001 USD an hour are 1,000,000.1 picodollars a millionth of it. */
    @Test
    void refusesARateThatWouldHaveToBeRounded() {
        Money odd = Money.parseUsd("1.0000001");

        assertThat(odd.dividedExactly(CapacityTerms.MICROS)).isNull();
        assertThat(Money.parseUsd("1.000001").dividedExactly(CapacityTerms.MICROS))
                .isEqualTo(Money.ofPicos(1_000_001));
    }

    @Test
    void wholeRatesAreWhatAllPublishedPricesHave() {
        assertThat(PRICES.catalogueIds().stream()
                        .flatMap(id -> PRICES.prices(id).stream())
                        .filter(price -> price.key().unit().label().equals("model_unit_hour")
                                || price.key().unit().label().equals("custom_model_unit_minute")))
                .hasSizeGreaterThan(60)
                .allSatisfy(price -> assertThat(price.rate().perUnit().dividedExactly(CapacityTerms.MICROS))
                        .isNotNull());
    }

    private static CapacityBill bill(String model, int units, Commitment commitment, @Nullable Instant expiresAt) {
        return CapacityBill.provisioned(
                holding(model, false, units, commitment, expiresAt), HOUR, CapacityBill.UNALLOCATED, null, PRICES);
    }

    private static Holding holding(
            String model, boolean fineTuned, int units, Commitment commitment, @Nullable Instant expiresAt) {
        return new Holding(
                ARN, new Holding.Terms(model, fineTuned, units, commitment, "us-east-1", expiresAt), HOUR, HOUR, HOUR);
    }

    private static List<String> ids(CapacityWindow window) {
        return window.entries().stream()
                .map(entry -> entry.intent().attemptId())
                .toList();
    }

    private static Money cost(CapacityWindow window) {
        return window.entries().stream().map(entry -> entry.charge().cost()).reduce(Money.ZERO, Money::plus);
    }

    private static String told(LedgerEntry entry) {
        Charge charge = entry.charge();
        ChargeLine line = charge.lines().getFirst();
        assertThat(line.unit()).isIn(UsageUnit.MODEL_UNIT_MICROHOUR, UsageUnit.CUSTOM_MODEL_UNIT_MICROMINUTE);
        assertThat(entry.state() == EntryState.ESTIMATED)
                .isEqualTo(entry.reason().equals(CapacityBill.COPIES_ASSUMED));
        Money rate = line.rate();
        return entry.intent().account().team() + "/" + entry.intent().account().app() + " " + entry.state() + " "
                + entry.reason() + " " + charge.status().label() + " " + line.count() + " × "
                + (rate == null ? "null" : rate.toUsdString()) + " = "
                + charge.cost().toUsdString();
    }
}

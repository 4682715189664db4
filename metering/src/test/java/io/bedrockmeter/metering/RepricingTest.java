package io.bedrockmeter.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.budget.BudgetListener;
import io.bedrockmeter.metering.budget.Budgets;
import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.MemoryLedger;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.ledger.Records;
import io.bedrockmeter.metering.ledger.StandingEntry;
import io.bedrockmeter.metering.meters.AllowedLabels;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.meters.MeterSettings;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.metering.rate.RateLimiter;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageGap;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RepricingTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String ARN = "arn:aws:bedrock:us-east-1:123456789012:";
    private static final String PROFILE = ARN + "application-inference-profile/a1b2c3d4e5f6";
    private static final String GLOBAL_PROFILE = ARN + "application-inference-profile/g1b2c3d4e5f6";
    private static final String PROVISIONED = ARN + "provisioned-model/a1b2c3d4e5f6";
    private static final String DEPLOYMENT = ARN + "custom-model-deployment/a1b2c3d4e5f6";
    private static final String IMAGES = ARN + "application-inference-profile/i1b2c3d4e5f6";
    private static final String SONNET = "anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final PriceBook BLIND = PriceBook.bundled();
    private static final PriceBook KNOWING = BLIND.knowing(Map.of(
            PROFILE, ModelRef.parse(SONNET),
            GLOBAL_PROFILE, ModelRef.parse("global." + SONNET),
            PROVISIONED, ModelRef.parse("amazon.nova-lite-v1:0"),
            DEPLOYMENT, ModelRef.parse("amazon.nova-lite-v1:0"),
            IMAGES, ModelRef.parse("amazon.nova-canvas-v1:0")));
    private static final Usage USAGE = Usage.of(UsageUnit.INPUT, 1000, UsageUnit.OUTPUT, 100)
            .with(UsageUnit.CACHE_READ, 50)
            .with(UsageUnit.GUARDRAIL_CONTENT, 2);

    private final MemoryLedger ledger = new MemoryLedger(10);
    private final MeterPublisher meters = meters();
    private final List<LedgerEntry> unresolved = new ArrayList<>();
    private PriceBook book = BLIND;
    private long ids = 1;
    private final Metering metering = new Metering(
            ledger,
            () -> book,
            () -> 1_000_000,
            new RateLimiter(System::nanoTime),
            new Spending(new Budgets(BudgetListener.NOBODY), keyId -> ""),
            meters,
            unresolved::add);
    private final Repricing repricing =
            new Repricing(ledger, () -> book, meters::publishCorrection, () -> Records.attemptId(1_000 + ids++));

    @AfterEach
    void metersShowWhatTheLedgerHolds() {
        BigInteger charged = BigInteger.ZERO;
        for (LedgerEntry entry : ledger.entries()) {
            charged = charged.add(BigInteger.valueOf(entry.charge().cost().picos()));
        }
        for (Correction correction : ledger.corrections()) {
            charged = charged.add(BigInteger.valueOf(correction.difference().picos()));
        }
        assertThat(meters.totalCostPicos()).isEqualTo(charged);
    }

    @ParameterizedTest
    @CsvSource({
        "Converse, , ",
        "Converse, priority, priority",
        "Converse, priority, ",
        "Converse, flex, flex",
        "InvokeModel, , ",
        "InvokeModel, priority, ",
        "InvokeModel, reserved, ",
    })
    void comesToWhatTheCallWouldHaveComeToHadItsModelBeenKnown(
            String operation, @Nullable String tierAsked, @Nullable String tierServed) {
        for (String identifier : List.of(PROFILE, GLOBAL_PROFILE, PROVISIONED, DEPLOYMENT)) {
            UsageReading reading = new UsageReading.Exact(USAGE, new Served(tierServed, null, null), false);
            book = KNOWING;
            LedgerEntry known = settle(identifier, operation, tierAsked, reading);
            book = BLIND;
            LedgerEntry blind = settle(identifier, operation, tierAsked, reading);

            book = KNOWING;
            LedgerEntry corrected = reprice(blind);

            assertThat(blind.isUnresolved()).as(identifier).isTrue();
            assertThat(corrected.isUnresolved()).as(identifier).isFalse();
            assertThat(corrected.charge()).as(identifier).isEqualTo(known.charge());
            assertThat(corrected.intent().model()).isEqualTo(known.intent().model());
            assertThat(corrected.intent().routing()).isEqualTo(known.intent().routing());
            assertThat(corrected.upperBound()).isEqualTo(known.upperBound());
        }
    }

    /** The rates of long contexts are for records that are long, not for many that are short. */
    @Test
    void pricesASumOfBatchRecordsOnlyWhereNoneCanBeLong() {
        LedgerEntry few = settle(PROFILE, "ModelInvocationJob", null, exact(Usage.of(UsageUnit.INPUT, 200_000)));
        LedgerEntry many = settle(PROFILE, "ModelInvocationJob", null, exact(Usage.of(UsageUnit.INPUT, 200_001)));
        book = KNOWING;

        LedgerEntry corrected = reprice(few);
        boolean isNew =
                repricing.reprice(StandingEntry.of(many)).toCompletableFuture().join();

        assertThat(corrected.charge().cost())
                .isEqualTo(Money.parseUsd("0.0000033").times(200_000));
        assertThat(isNew).isFalse();
        assertThat(ledger.corrections()).hasSize(1);
    }

    @Test
    void chargesAGlobalProfileItsOwnRate() {
        LedgerEntry regional = settle(PROFILE, exact(USAGE));
        LedgerEntry global = settle(GLOBAL_PROFILE, exact(USAGE));
        book = KNOWING;

        Money regionalCost = reprice(regional).charge().cost();
        Money globalCost = reprice(global).charge().cost();

        assertThat(globalCost).isLessThan(regionalCost);
    }

    @Test
    void chargesNothingForCapacityThatIsPaidByTimeAndNamesItsModelAllTheSame() {
        LedgerEntry call = settle(PROVISIONED, exact(Usage.of(UsageUnit.INPUT, 1000, UsageUnit.OUTPUT, 100)));
        book = KNOWING;

        LedgerEntry corrected = reprice(call);

        assertThat(corrected.intent().model()).isEqualTo("amazon.nova-lite-v1:0");
        assertThat(corrected.charge().status()).isEqualTo(CostStatus.PREPAID);
        assertThat(corrected.charge().cost()).isEqualTo(Money.ZERO);
        assertThat(corrected.charge().lines()).hasSize(2);
        assertThat(corrected.charge().baseline()).isGreaterThan(Money.ZERO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard", "premium"})
    void pricesWhatOnlyTheAttributesTell(String quality) {
        Usage images = Usage.of(UsageUnit.IMAGE, 2).withAttributes(Map.of("quality", quality, "resolution", "1024"));
        book = KNOWING;
        LedgerEntry known = settle(IMAGES, exact(images));
        book = BLIND;
        LedgerEntry call = settle(IMAGES, exact(images));
        book = KNOWING;

        Charge charge = reprice(call).charge();

        assertThat(charge).isEqualTo(known.charge());
    }

    @Test
    void keepsAnEstimateAnEstimateWithAnUpperBound() {
        UsageReading partial = new UsageReading.Partial(Usage.NONE, USAGE, UsageGap.TRUNCATED, Served.SILENT, false);
        LedgerEntry call = settle(PROFILE, partial);
        book = KNOWING;

        LedgerEntry corrected = reprice(call);

        assertThat(corrected.state()).isEqualTo(EntryState.ESTIMATED);
        assertThat(corrected.reason()).isEqualTo("truncated");
        assertThat(corrected.charge().status()).isEqualTo(CostStatus.ESTIMATED);
        assertThat(corrected.upperBound()).isGreaterThan(corrected.charge().cost());
    }

    @Test
    void keepsMissingUsageMissing() {
        LedgerEntry call = settle(PROFILE, new UsageReading.Absent(USAGE, UsageGap.NOT_REPORTED, Served.SILENT));
        book = KNOWING;

        LedgerEntry corrected = reprice(call);

        assertThat(corrected.charge().status()).isEqualTo(CostStatus.USAGE_MISSING);
        assertThat(corrected.charge().cost()).isGreaterThan(Money.ZERO);
    }

    @Test
    void chargesACallThatACrashCutAtTheMostThatItCanHaveCost() {
        LedgerEntry settled = settle(PROFILE, exact(USAGE));
        Charge nothing = Charge.withoutUsage(
                settled.charge().mode(), CostStatus.ESTIMATED, settled.charge().priceBook());
        LedgerEntry crashed = new LedgerEntry(
                settled.intent(), NOW, EntryState.UNKNOWN_AFTER_CRASH, "process_died", nothing, Money.ZERO, null, 0, 0);
        MemoryLedger reopened = new MemoryLedger(1);
        assertThat(reopened.tryTakeSlot()).isTrue();
        reopened.recordIntent(crashed.intent()).toCompletableFuture().join();
        reopened.recordEntry(crashed).toCompletableFuture().join();
        MeterPublisher itsMeters = meters();
        Repricing afterCrash = new Repricing(
                reopened, () -> KNOWING, itsMeters::publishCorrection, () -> Records.attemptId(1_000 + ids++));

        afterCrash.reprice(StandingEntry.of(crashed)).toCompletableFuture().join();

        LedgerEntry corrected = reopened.corrections().get(0).replacement();
        assertThat(corrected.charge().cost()).isGreaterThan(Money.ZERO).isEqualTo(corrected.upperBound());
        assertThat(corrected.state()).isEqualTo(EntryState.UNKNOWN_AFTER_CRASH);
        assertThat(itsMeters.totalCostPicos())
                .isEqualTo(BigInteger.valueOf(corrected.charge().cost().picos()));
    }

    @Test
    void leavesACallAloneWhoseModelIsStillNotKnown() {
        LedgerEntry call = settle(PROFILE, exact(USAGE));

        boolean isNew =
                repricing.reprice(StandingEntry.of(call)).toCompletableFuture().join();

        assertThat(isNew).isFalse();
        assertThat(ledger.corrections()).isEmpty();
    }

    @Test
    void correctsACallOnceAndShowsItOnce() {
        LedgerEntry call = settle(PROFILE, exact(USAGE));
        book = KNOWING;
        reprice(call);
        BigInteger shown = meters.totalCostPicos();

        boolean isNew =
                repricing.reprice(StandingEntry.of(call)).toCompletableFuture().join();

        assertThat(isNew).isFalse();
        assertThat(meters.totalCostPicos()).isEqualTo(shown);
    }

    @Test
    void believesTheOperatorMoreThanAmazon() {
        PriceBook told = BLIND.withAliases(Map.of(PROFILE, "amazon.nova-lite-v1:0"))
                .knowing(Map.of(PROFILE, ModelRef.parse(SONNET)));

        assertThat(told.resolve(ModelRef.parse(PROFILE), Served.SILENT))
                .hasValueSatisfying(model -> assertThat(model.id()).isEqualTo("amazon.nova-lite-v1:0"));
    }

    private static MeterPublisher meters() {
        return new MeterPublisher(
                new SimpleMeterRegistry(),
                InstantSource.fixed(NOW),
                MeterSettings.DEFAULT.withoutHold(),
                new AllowedLabels(Set.of("team"), Set.of("app"), BLIND.modelIds(), Set.of("us-east-1")));
    }

    private static UsageReading exact(Usage usage) {
        return new UsageReading.Exact(usage, Served.SILENT, false);
    }

    private LedgerEntry reprice(LedgerEntry call) {
        boolean isNew =
                repricing.reprice(StandingEntry.of(call)).toCompletableFuture().join();
        assertThat(isNew).isTrue();
        return ledger.corrections().get(ledger.corrections().size() - 1).replacement();
    }

    private LedgerEntry settle(String identifier, UsageReading reading) {
        return settle(identifier, "Converse", null, reading);
    }

    private LedgerEntry settle(String identifier, String operation, @Nullable String tier, UsageReading reading) {
        Invocation invocation = new Invocation(
                Records.attemptId(ids++),
                NOW,
                new AccountId("team", "app", "key"),
                Allowance.UNLIMITED,
                operation,
                operation.equals("Converse") ? WireFormat.CONVERSE_JSON : WireFormat.INVOKE_JSON,
                ModelRef.parse(identifier),
                "us-east-1",
                Endpoint.RUNTIME,
                new RequestFacts(1_000, -1, tier, null),
                null);
        Admission admission = metering.admit(invocation);
        AdmittedCall call = ((Admission.Admitted) admission).call();
        Outcome outcome = new Outcome(Ending.COMPLETE, 200, false, NOW, 1_000, "request", Outcome.Timings.NONE);
        return metering.settle(call, reading, outcome).entry();
    }
}

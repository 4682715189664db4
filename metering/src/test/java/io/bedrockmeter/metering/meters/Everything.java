package io.bedrockmeter.metering.meters;

import io.bedrockmeter.metering.budget.Budget;
import io.bedrockmeter.metering.budget.BudgetListener;
import io.bedrockmeter.metering.budget.BudgetMode;
import io.bedrockmeter.metering.budget.BudgetPeriod;
import io.bedrockmeter.metering.budget.BudgetScope;
import io.bedrockmeter.metering.budget.BudgetStatus;
import io.bedrockmeter.metering.budget.BudgetUnit;
import io.bedrockmeter.metering.budget.Budgets;
import io.bedrockmeter.metering.budget.Each;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Commitment;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.rate.Limited;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** A process in which everything has happened that has a meter. */
final class Everything {
    private Everything() {}

    static Exposed exposed() {
        Exposed exposed = new Exposed();
        MeterPublisher publisher = new MeterPublisher(
                exposed.registry(), new SettableClock(), MeterSettings.DEFAULT.withoutHold(), Calls.ALLOWED);
        calls(publisher);
        StateMeters state = new StateMeters(exposed.registry(), "0.1.0", "b174ccb");
        state.priceBooks(Map.of("bundled", Instant.ofEpochSecond(1_795_000_000)));
        state.priceBooksWaiting(Map.of("aws", true));
        state.holdings(List.of(new HoldingFigures(
                "provis000001",
                Calls.NOVA,
                Commitment.SIX_MONTHS,
                2,
                Money.parseUsd("60.5"),
                Instant.ofEpochSecond(1_810_000_000),
                1_000,
                100)));
        state.configLoaded(Instant.ofEpochSecond(1_795_000_000));
        state.keysStale(false);
        state.batchJobs(Map.of("InProgress", 2L));
        state.showPrices(List.of(new UnitPrice(
                Calls.NOVA, PricingMode.ON_DEMAND, UsageUnit.INPUT, Calls.REGION, Money.ofPicos(35_000))));
        new BudgetMeters(exposed.registry(), publisher).show(budgets());
        state.ledger(new QuietLedger(), publisher::totalCostPicos);
        return exposed;
    }

    private static List<BudgetStatus> budgets() {
        Budgets budgets = new Budgets(BudgetListener.NOBODY);
        budgets.begin(List.of(budget("monthly", BudgetUnit.USD), budget("trial", BudgetUnit.TOKENS)))
                .finish(List.of(), id -> false);
        return budgets.statuses(Instant.ofEpochSecond(1_795_000_000));
    }

    private static Budget budget(String name, BudgetUnit unit) {
        return new Budget(
                name,
                BudgetScope.ALL,
                Each.ALL,
                unit,
                1_000_000,
                BudgetPeriod.MONTH,
                ZoneOffset.UTC,
                BudgetMode.STRICT,
                0,
                List.of(),
                false);
    }

    private static void calls(MeterPublisher publisher) {
        Outcome outcome = Calls.success(new Outcome.Timings(4_000_000, 3_000_000, 3_500_000, 500_000));
        publisher.publish(
                Calls.of(Calls.SONNET)
                        .through("ConverseStream")
                        .using(UsageUnit.INPUT, 10, "0.000003", "0.000003")
                        .entry(),
                outcome);
        publisher.publish(
                Calls.of(Calls.CANVAS).using(UsageUnit.IMAGE, 1, "0.04", "0.04").entry(), outcome);
        publisher.publish(
                Calls.of("made.up-model")
                        .that(EntryState.ESTIMATED, "not_reported", CostStatus.UNPRICED_MODEL)
                        .usingUnpriced(UsageUnit.OUTPUT, 5)
                        .entry(),
                outcome);
        publisher.publishRecovered(Calls.of(Calls.NOVA)
                .that(EntryState.UNKNOWN_AFTER_CRASH, "unknown_after_crash", CostStatus.ESTIMATED)
                .reserving("0.1")
                .entry());
        correct(publisher);
        publisher.lookedUp("GetInferenceProfile", "found");
        publisher.callRefused("overloaded");
        publisher.rateRefused("checkout", "evening", Limited.TOKENS);
        publisher.usageDisagreed(Calls.NOVA);
        publisher.budgetOverrun("monthly", "reject");
    }

    private static void correct(MeterPublisher publisher) {
        LedgerEntry dear = Calls.of(Calls.NOVA)
                .using(UsageUnit.INPUT, 10, "0.000002", "0.000003")
                .entry();
        LedgerEntry cheap = Calls.of(Calls.SONNET)
                .using(UsageUnit.INPUT, 10, "0.000001", "0.000003")
                .entry();
        publisher.publishCorrection(Calls.correction(dear, cheap));
    }

    private record QuietLedger() implements LedgerFigures {
        @Override
        public BigInteger chargedPicos() {
            return BigInteger.ZERO;
        }

        @Override
        public long writeFailures() {
            return 0;
        }

        @Override
        public Duration lag() {
            return Duration.ZERO;
        }
    }
}

package io.bedrockmeter.metering.meters;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.ledger.StandingEntry;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Settled calls for tests: a plain one, and what may differ about it. Immutable. */
public record Calls(
        String team,
        String app,
        String model,
        String operation,
        PricingMode mode,
        EntryState state,
        String reason,
        CostStatus status,
        List<ChargeLine> lines,
        Money unattributed) {
    public static final String REGION = "us-east-1";
    public static final String SONNET = "anthropic.claude-sonnet-4-5-20250929-v1:0";
    public static final String NOVA = "amazon.nova-micro-v1:0";
    public static final String CANVAS = "amazon.nova-canvas-v1:0";
    public static final AllowedLabels ALLOWED = new AllowedLabels(
            Set.of("checkout", "search"), Set.of("web", "batch"), Set.of(SONNET, NOVA, CANVAS), Set.of(REGION));

    private static final Instant STARTED = Instant.parse("2026-11-25T12:00:00Z");

    /** A call of team checkout, on demand, exact and priced, that used nothing yet. */
    public static Calls of(String model) {
        return new Calls(
                "checkout",
                "web",
                model,
                "Converse",
                PricingMode.ON_DEMAND,
                EntryState.EXACT,
                "complete",
                CostStatus.PRICED,
                List.of(),
                Money.ZERO);
    }

    public Calls by(String otherTeam, String otherApp) {
        return new Calls(otherTeam, otherApp, model, operation, mode, state, reason, status, lines, unattributed);
    }

    public Calls through(String otherOperation) {
        return new Calls(team, app, model, otherOperation, mode, state, reason, status, lines, unattributed);
    }

    public Calls in(PricingMode otherMode) {
        return new Calls(team, app, model, operation, otherMode, state, reason, status, lines, unattributed);
    }

    public Calls that(EntryState otherState, String otherReason, CostStatus otherStatus) {
        return new Calls(team, app, model, operation, mode, otherState, otherReason, otherStatus, lines, unattributed);
    }

    /** With so many of a unit, at a rate and a baseline rate in USD for each. */
    public Calls using(UsageUnit unit, long count, String rateUsd, String baselineUsd) {
        Money rate = Money.parseUsd(rateUsd);
        return with(new ChargeLine(
                unit,
                count,
                rate,
                rate.times(count),
                Money.parseUsd(baselineUsd).times(count)));
    }

    /** With so many of a unit that has no price. */
    public Calls usingUnpriced(UsageUnit unit, long count) {
        return with(new ChargeLine(unit, count, null, Money.ZERO, Money.ZERO));
    }

    /** With a cost that no line explains. */
    public Calls reserving(String usd) {
        return new Calls(team, app, model, operation, mode, state, reason, status, lines, Money.parseUsd(usd));
    }

    public LedgerEntry entry() {
        Money cost = lines.stream().map(ChargeLine::cost).reduce(unattributed, Money::plus);
        LedgerIntent intent = new LedgerIntent(
                "01931f5e-0000-7000-8000-000000000001",
                STARTED,
                new AccountId(team, app, "AKIDEXAMPLE"),
                operation,
                model,
                model,
                REGION,
                "in_region_or_geo",
                mode.label(),
                cost,
                "test",
                null,
                100);
        Charge charge = new Charge(mode, status, cost, lines, "test");
        return new LedgerEntry(intent, STARTED.plusSeconds(1), state, reason, charge, cost, "request-1", 200, 1_000);
    }

    /** An entry in the place of another. */
    public static Correction correction(LedgerEntry before, LedgerEntry after) {
        LedgerIntent intent = after.intent();
        LedgerIntent renamed = new LedgerIntent(
                "01931f5e-0000-7000-8000-000000000003",
                intent.startedAt(),
                intent.account(),
                intent.operation(),
                intent.modelRequested(),
                intent.model(),
                intent.region(),
                intent.routing(),
                intent.modeRequested(),
                intent.reserved(),
                intent.priceBook(),
                intent.sdkInvocationId(),
                intent.bytesIn());
        LedgerEntry replacement = new LedgerEntry(
                renamed,
                after.endedAt(),
                after.state(),
                after.reason(),
                after.charge(),
                after.upperBound(),
                after.upstreamRequestId(),
                after.httpStatus(),
                after.bytesOut());
        return new Correction(StandingEntry.of(before), "01931f5e-0000-7000-8000-000000000002", replacement);
    }

    /** The outcome of a call that went well, with these durations. */
    public static Outcome success(Outcome.Timings timings) {
        return new Outcome(Ending.COMPLETE, 200, false, STARTED.plusSeconds(1), 1_000, "request-1", timings);
    }

    /** The outcome of a call that went well and was not timed. */
    public static Outcome success() {
        return success(Outcome.Timings.NONE);
    }

    private Calls with(ChargeLine line) {
        List<ChargeLine> more = new ArrayList<>(lines);
        more.add(line);
        return new Calls(team, app, model, operation, mode, state, reason, status, more, unattributed);
    }
}

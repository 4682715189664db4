package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.account.Owner;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Intents and entries for tests; each number makes another call, and always the same one. */
public final class Records {
    public static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    public static final Money RESERVED = Money.parseUsd("0.25");
    public static final Money INPUT_RATE = Money.parseUsd("0.0000033");
    public static final Money OUTPUT_RATE = Money.parseUsd("0.0000165");

    private Records() {}

    /** The id of a call: a UUID of version 7, in order of the numbers. */
    public static String attemptId(long number) {
        long millis = NOON.toEpochMilli() + number;
        return String.format(Locale.ROOT, "%08x-%04x-7000-8000-%012x", millis >>> 16, millis & 0xffff, number);
    }

    public static LedgerIntent intent(long number) {
        return intent(number, RESERVED);
    }

    public static LedgerIntent intent(long number, Money reserved) {
        return intent(number, reserved, "checkout");
    }

    public static LedgerIntent intent(long number, Money reserved, String team) {
        return new LedgerIntent(
                attemptId(number),
                NOON.plusMillis(number),
                new AccountId(team, "web", "AKIDEXAMPLE"),
                "Converse",
                "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                "anthropic.claude-sonnet-4-5-20250929-v1:0",
                "us-east-1",
                "in_region_or_geo",
                "on_demand",
                reserved,
                "bundled-2026-11-25",
                "6f1c9f7e-8f5b-4b9e-9d52-0f3a5b8f1c11",
                1_024);
    }

    /** An exact entry of a call: so many tokens in, as many out. */
    public static LedgerEntry entry(long number, long tokens) {
        return entry(intent(number), tokens);
    }

    /** An exact entry of an intent. */
    public static LedgerEntry entry(LedgerIntent intent, long tokens) {
        List<ChargeLine> lines =
                List.of(line(UsageUnit.INPUT, tokens, INPUT_RATE), line(UsageUnit.OUTPUT, tokens, OUTPUT_RATE));
        return entry(intent, EntryState.EXACT, "complete", CostStatus.PRICED, lines);
    }

    public static LedgerEntry entry(
            LedgerIntent intent, EntryState state, String reason, CostStatus status, List<ChargeLine> lines) {
        Money cost = lines.stream().map(ChargeLine::cost).reduce(Money.ZERO, Money::plus);
        return new LedgerEntry(
                intent,
                intent.startedAt().plus(Duration.ofMillis(1_234)),
                state,
                reason,
                new Charge(PricingMode.of(intent.modeRequested()), status, cost, lines, intent.priceBook()),
                cost,
                "b6d1c1f0-5a0e-4f61-9a0c-1b2c3d4e5f60",
                200,
                4_096);
    }

    /** The intent of a call that creates a batch job. It costs nothing itself. */
    public static LedgerIntent batchCreation(long number) {
        LedgerIntent call = intent(number, Money.ZERO);
        return new LedgerIntent(
                call.attemptId(),
                call.startedAt(),
                call.account(),
                BatchJob.CREATED_BY,
                call.modelRequested(),
                call.model(),
                call.region(),
                call.routing(),
                call.modeRequested(),
                Money.ZERO,
                call.priceBook(),
                call.sdkInvocationId(),
                call.bytesIn());
    }

    /** That a call may begin a job, which will belong to the application of its account. */
    public static AsyncStart asyncStart(LedgerIntent call, @Nullable String token) {
        return new AsyncStart(call, Owner.application(call.account()), token);
    }

    /** A call's own entry, to be corrected to so many tokens. Its two entries have this number and the next. */
    public static Correction correction(LedgerEntry corrected, long number, long tokens) {
        return correction(StandingEntry.of(corrected), number, tokens);
    }

    public static Correction correction(StandingEntry standing, long number, long tokens) {
        LedgerIntent intent = standing.entry().intent().renamed(attemptId(number + 1));
        return new Correction(standing, attemptId(number), entry(intent, tokens));
    }

    public static ChargeLine line(UsageUnit unit, long count, Money rate) {
        return new ChargeLine(unit, count, rate, rate.times(count), rate.times(count));
    }
}

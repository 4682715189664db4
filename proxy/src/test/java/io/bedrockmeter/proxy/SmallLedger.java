package io.bedrockmeter.proxy;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.LedgerOptions;
import io.bedrockmeter.metering.ledger.SqliteLedger;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A ledger with two calls of team checkout on 25 November 2026: one came to 0.0031 USD, one died and is settled next time. */
public final class SmallLedger {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private SmallLedger() {}

    /** The file in a folder; made if it is not there. */
    public static Path in(Path folder) {
        Path file = folder.resolve("ledger.db");
        if (!Files.exists(file)) {
            try (SqliteLedger ledger =
                    SqliteLedger.open(new LedgerOptions(file, 10, 0), InstantSource.fixed(NOON), () -> {})) {
                ledger.tryTakeSlot();
                ledger.recordIntent(intent("1")).toCompletableFuture().join();
                ledger.recordEntry(entry(intent("1"))).toCompletableFuture().join();
                ledger.tryTakeSlot();
                ledger.recordIntent(intent("2")).toCompletableFuture().join();
            }
        }
        return file;
    }

    private static LedgerIntent intent(String digit) {
        return new LedgerIntent(
                "019abc00-0000-7000-8000-00000000000" + digit,
                NOON,
                new AccountId("checkout", "web", "AKIDEXAMPLE"),
                "Converse",
                "amazon.nova-micro-v1:0",
                "amazon.nova-micro-v1:0",
                "us-east-1",
                "in_region_or_geo",
                PricingMode.ON_DEMAND.label(),
                Money.parseUsd("0.5"),
                "book-1",
                null,
                100);
    }

    private static LedgerEntry entry(LedgerIntent intent) {
        ChargeLine input = line(UsageUnit.INPUT, 1_000, "0.000003");
        ChargeLine output = line(UsageUnit.OUTPUT, 10, "0.00001");
        Money cost = input.cost().plus(output.cost());
        Charge charge = new Charge(PricingMode.ON_DEMAND, CostStatus.PRICED, cost, List.of(input, output), "book-1");
        return new LedgerEntry(
                intent, NOON.plusSeconds(1), EntryState.EXACT, "complete", charge, cost, "request-1", 200, 1_000);
    }

    private static ChargeLine line(UsageUnit unit, long count, String rateUsd) {
        Money rate = Money.parseUsd(rateUsd);
        return new ChargeLine(unit, count, rate, rate.times(count), rate.times(count));
    }
}

package io.bedrockmeter.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.capacity.CapacityBill;
import io.bedrockmeter.metering.capacity.Hours;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.Commitment;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Capacity that is paid by time in a ledger's file: charged once, and told to whoever goes on after a restart. */
final class CapacitiesTest {
    private static final String ARN = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/provis000001";
    private static final PriceBook PRICES = PriceBook.bundled();
    private static final Instant NOON = Records.NOON;
    private static final Duration LONGEST = Duration.ofMinutes(65);
    /** One unit of Nova Micro for an hour, in picodollars. */
    private static final BigInteger HOUR_PICOS = new BigInteger("60500000000000");

    @TempDir
    private Path folder;

    @Test
    void tellsWhatIsHeldAndHowFarItIsCounted() {
        Holding later = holding(NOON, NOON.plusSeconds(7_000));
        try (SqliteLedger ledger = open()) {
            LedgerContract.await(ledger.recordHolding(holding(NOON, NOON)));
            LedgerContract.await(ledger.recordHolding(later));
            LedgerContract.await(ledger.recordHolding(holding(NOON, NOON.plusSeconds(9))));
            LedgerContract.await(ledger.recordCapacity(window(NOON)));
            LedgerContract.await(ledger.recordCapacity(window(NOON.plus(Hours.LENGTH))));
        }

        try (LedgerReader reader = LedgerReader.open(file())) {
            assertThat(Capacities.holdings(reader))
                    .containsExactly(new Capacities.Counted(later, Optional.of(NOON.plus(Hours.LENGTH))));
            assertThat(Capacities.lastWindow(reader, ARN)).contains(NOON.plus(Hours.LENGTH));
            assertThat(Capacities.lastWindow(reader, "arn:other")).isEmpty();
        }
        assertThat(new LedgerFile(file()).rows("SELECT * FROM usage_provisioned"))
                .containsExactly(ARN + "|amazon.nova-micro-v1:0|1|none|us-east-1||2026-11-25T12:00:00Z|"
                        + "2026-11-25T13:56:40Z");
    }

    @Test
    void chargesAWindowOnceHoweverItIsSharedOutTheSecondTime() {
        try (SqliteLedger ledger = open()) {
            assertThat(isNew(ledger, window(NOON))).isTrue();
            assertThat(isNew(ledger, window(NOON))).isFalse();
            assertThat(isNew(ledger, window(NOON, new CapacityUse("search", "web", 1, 1, 1))))
                    .isFalse();
            assertThat(ledger.chargedPicos()).isEqualTo(HOUR_PICOS);
        }

        try (SqliteLedger next = open()) {
            assertThat(isNew(next, window(NOON))).isFalse();
            assertThat(next.chargedPicos()).isZero();
        }
        assertThat(new LedgerFile(file())
                        .rows("SELECT team, app, calls, state, cost_status, cost_usd FROM usage_entries"))
                .containsExactly("unallocated|idle|0|EXACT|priced|60.5");
        assertThat(new LedgerFile(file()).rows("SELECT unit, count, rate_picousd, attributes FROM usage_units"))
                .containsExactly("model_unit_microhour|1000000|60500000|{\"tariff\":\"provisioned_no_commit\"}");
    }

    @Test
    void leavesAWindowThatDidNotReachTheDiskWholeToTheNextProcess() {
        AtomicBoolean fails = new AtomicBoolean();
        LedgerDatabase.CommitHook hook = () -> {
            if (fails.get()) {
                throw new SQLException("the disk is gone");
            }
        };
        CapacityWindow used = window(NOON, new CapacityUse("a", "web", 1, 1, 1), new CapacityUse("b", "web", 1, 1, 1));
        try (SqliteLedger dying = SqliteLedger.open(options(), InstantSource.fixed(NOON), () -> {}, hook)) {
            fails.set(true);

            assertThatThrownBy(() -> isNew(dying, used)).hasCauseInstanceOf(LedgerException.class);
        }

        try (SqliteLedger next = open()) {
            assertThat(isNew(next, used)).isTrue();
            assertThat(next.recovered()).isEmpty();
            assertThat(next.chargedPicos()).isEqualTo(HOUR_PICOS);
        }
    }

    @Test
    void tellsWhoUsedItByTheWindowInWhichCallsEnded() {
        try (SqliteLedger ledger = open()) {
            call(ledger, 1, "search", NOON.plusSeconds(3_599), 100, 40);
            call(ledger, 2, "search", NOON.plusSeconds(3_599), 10, 4);
            call(ledger, 3, "chat", NOON.plusSeconds(3_599), 1, 0);
            call(ledger, 4, "chat", NOON.plusSeconds(3_600), 7, 0);
            call(ledger, 5, "chat", NOON.plusSeconds(7_200), 9, 0);
            refused(ledger, 6, NOON.plusSeconds(5));
            LedgerContract.await(ledger.recordCapacity(window(NOON, new CapacityUse("search", "web", 1, 1, 1))));
        }

        try (LedgerReader reader = LedgerReader.open(file())) {
            assertThat(Capacities.uses(reader, ARN, NOON, NOON.plusSeconds(7_200), Hours.LENGTH, LONGEST))
                    .isEqualTo(Map.of(
                            NOON,
                            List.of(
                                    new CapacityUse("chat", "web", 1, 1, 0),
                                    new CapacityUse("search", "web", 2, 110, 44)),
                            NOON.plusSeconds(3_600),
                            List.of(new CapacityUse("chat", "web", 1, 7, 0))));
            assertThat(Capacities.firstServed(reader, ARN, NOON, NOON.plusSeconds(7_200), LONGEST))
                    .contains(NOON.plusSeconds(3_599));
            assertThat(Capacities.firstServed(reader, ARN, NOON.plusSeconds(7_201), NOON.plusSeconds(9_200), LONGEST))
                    .isEmpty();
            assertThat(Capacities.named(reader, "provisioned-model/", NOON)).containsExactly(ARN);
            assertThat(Capacities.named(reader, "provisioned-model/", NOON.plusSeconds(60)))
                    .isEmpty();
            assertThat(Capacities.named(reader, "provisioned-model/")).containsExactly(ARN);
            assertThat(Capacities.named(reader, "imported-model/")).isEmpty();
        }
    }

    @Test
    void countsACorrectedCallOnce() {
        try (SqliteLedger ledger = open()) {
            LedgerEntry before = call(ledger, 1, "search", NOON.plusSeconds(60), 100, 40);
            LedgerIntent intent = before.intent().renamed(Records.attemptId(9_001));
            LedgerEntry after = new LedgerEntry(
                    intent,
                    before.endedAt(),
                    before.state(),
                    before.reason(),
                    before.charge(),
                    Money.ZERO,
                    null,
                    200,
                    0);
            LedgerContract.await(
                    ledger.recordCorrection(new Correction(StandingEntry.of(before), Records.attemptId(9_000), after)));
        }

        try (LedgerReader reader = LedgerReader.open(file())) {
            assertThat(Capacities.uses(reader, ARN, NOON, NOON.plusSeconds(3_600), Hours.LENGTH, LONGEST))
                    .isEqualTo(Map.of(NOON, List.of(new CapacityUse("search", "web", 1, 100, 40))));
        }
    }

    @Test
    void isNoCallThatWaitsForItsModel() {
        Holding unknown = new Holding(
                ARN,
                new Holding.Terms("vendor.unheard-of", false, 1, Commitment.NONE, "us-east-1", null),
                NOON,
                NOON,
                NOON);
        try (SqliteLedger ledger = open()) {
            LedgerContract.await(ledger.recordCapacity(CapacityBill.provisioned(unknown, NOON, "search", null, PRICES)
                    .window(NOON, Hours.LENGTH, List.of())));
        }

        try (LedgerReader reader = LedgerReader.open(file())) {
            assertThat(UnresolvedCalls.firstByIdentifier(reader)).isEmpty();
            assertThat(UnresolvedCalls.of(reader, ARN, "", 10)).isEmpty();
        }
    }

    private static CapacityWindow window(Instant hour, CapacityUse... uses) {
        return CapacityBill.provisioned(holding(NOON, NOON), hour, CapacityBill.UNALLOCATED, null, PRICES)
                .window(hour, Hours.LENGTH, List.of(uses));
    }

    private static Holding holding(Instant firstSeen, Instant lastSeen) {
        return new Holding(
                ARN,
                new Holding.Terms("amazon.nova-micro-v1:0", false, 1, Commitment.NONE, "us-east-1", null),
                NOON,
                firstSeen,
                lastSeen);
    }

    private static boolean isNew(SqliteLedger ledger, CapacityWindow window) {
        return ledger.recordCapacity(window).toCompletableFuture().join();
    }

    private static LedgerEntry call(
            SqliteLedger ledger, long number, String team, Instant endedAt, long input, long output) {
        return record(
                ledger,
                number,
                team,
                endedAt,
                EntryState.EXACT,
                CostStatus.PREPAID,
                200,
                output == 0
                        ? List.of(unpriced(UsageUnit.INPUT, input))
                        : List.of(unpriced(UsageUnit.CACHE_READ, input), unpriced(UsageUnit.OUTPUT, output)));
    }

    private static void refused(SqliteLedger ledger, long number, Instant endedAt) {
        record(ledger, number, "search", endedAt, EntryState.NOT_BILLED, CostStatus.NOT_BILLED, 429, List.of());
    }

    private static LedgerEntry record(
            SqliteLedger ledger,
            long number,
            String team,
            Instant endedAt,
            EntryState state,
            CostStatus status,
            int httpStatus,
            List<ChargeLine> lines) {
        LedgerIntent like = Records.intent(number, Money.ZERO);
        LedgerIntent intent = new LedgerIntent(
                like.attemptId(),
                like.startedAt(),
                new AccountId(team, "web", "AKIDEXAMPLE"),
                like.operation(),
                ARN,
                "amazon.nova-micro-v1:0",
                like.region(),
                like.routing(),
                "provisioned",
                Money.ZERO,
                like.priceBook(),
                null,
                0);
        LedgerEntry entry = Records.entry(intent, state, "complete", status, lines);
        LedgerEntry ended =
                new LedgerEntry(intent, endedAt, state, "complete", entry.charge(), Money.ZERO, null, httpStatus, 0);
        assertThat(ledger.tryTakeSlot()).isTrue();
        LedgerContract.await(ledger.recordIntent(intent));
        LedgerContract.await(ledger.recordEntry(ended));
        return ended;
    }

    private static ChargeLine unpriced(UsageUnit unit, long count) {
        return new ChargeLine(unit, count, null, Money.ZERO, Money.ZERO);
    }

    private SqliteLedger open() {
        return SqliteLedger.open(options(), InstantSource.fixed(NOON), () -> {});
    }

    private LedgerOptions options() {
        return new LedgerOptions(file(), 10, 0);
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }
}

package io.bedrockmeter.metering.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.LedgerOptions;
import io.bedrockmeter.metering.ledger.Records;
import io.bedrockmeter.metering.ledger.SqliteLedger;
import io.bedrockmeter.metering.ledger.StandingEntry;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class UsageReportTest {
    private static final Money RATE = Money.parseUsd("0.000003");

    @TempDir
    private Path folder;

    private SqliteLedger ledger;
    private long calls;

    @BeforeEach
    void openTheLedger() {
        ledger = SqliteLedger.open(new LedgerOptions(file(), 100, 0), InstantSource.fixed(Records.NOON), () -> {});
    }

    @AfterEach
    void closeTheLedger() {
        ledger.close();
    }

    @Test
    void addsUpCallsUsageAndCostOfEachGroup() {
        settle("search", "2026-11-25T10:00:00Z", line(UsageUnit.INPUT, 10), line(UsageUnit.OUTPUT, 1));
        settle("search", "2026-11-25T11:00:00Z", line(UsageUnit.INPUT, 30));
        settle("checkout", "2026-11-25T11:00:00Z", line(UsageUnit.OUTPUT, 7));

        UsageReport report = read(UsageQuery.by(Dimension.TEAM));

        assertThat(report.rows())
                .containsExactly(
                        row(List.of("checkout"), 1, Map.of(UsageUnit.OUTPUT, 7L), "0.000021"),
                        row(List.of("search"), 2, Map.of(UsageUnit.INPUT, 40L, UsageUnit.OUTPUT, 1L), "0.000123"));
    }

    @Test
    void hasARowForEachUnitInAReportByType() {
        settle("search", "2026-11-25T10:00:00Z", line(UsageUnit.INPUT, 10), line(UsageUnit.OUTPUT, 1));
        settle("search", "2026-11-25T11:00:00Z", line(UsageUnit.INPUT, 30));

        UsageReport report = read(UsageQuery.by(Dimension.TEAM, Dimension.TYPE));

        assertThat(report.rows())
                .containsExactly(
                        row(List.of("search", "input"), 2, Map.of(UsageUnit.INPUT, 40L), "0.00012"),
                        row(List.of("search", "output"), 1, Map.of(UsageUnit.OUTPUT, 1L), "0.000003"));
    }

    @Test
    void groupsByTheTimeAtWhichACallStarted() {
        settle("search", "2026-11-25T23:59:59.999Z", line(UsageUnit.INPUT, 1));
        settle("search", "2026-12-01T00:00:00Z", line(UsageUnit.INPUT, 2));

        UsageReport report = read(UsageQuery.by(Dimension.MONTH, Dimension.DAY, Dimension.HOUR));

        assertThat(report.rows())
                .extracting(UsageRow::group)
                .containsExactly(
                        List.of("2026-11", "2026-11-25", "2026-11-25T23:00Z"),
                        List.of("2026-12", "2026-12-01", "2026-12-01T00:00Z"));
    }

    @Test
    void tellsWhatRetriesCost() {
        retry("search", "invocation-1", 10);
        retry("search", "invocation-1", 20);
        retry("search", "invocation-1", 40);
        retry("search", "invocation-2", 100);
        retry("checkout", "invocation-2", 1_000);
        retry("search", null, 5_000);
        retry("search", null, 5_000);

        UsageReport report = read(UsageQuery.by(Dimension.TEAM, Dimension.ATTEMPT));

        assertThat(report.rows())
                .containsExactly(
                        row(List.of("checkout", "last"), 1, Map.of(UsageUnit.INPUT, 1_000L), "0.003"),
                        row(List.of("search", "last"), 4, Map.of(UsageUnit.INPUT, 10_140L), "0.03042"),
                        row(List.of("search", "retried"), 2, Map.of(UsageUnit.INPUT, 30L), "0.00009"));
    }

    @Test
    void takesCallsFromTheFirstBoundUpToTheSecond() {
        settle("search", "2026-11-24T23:59:59.999Z", line(UsageUnit.INPUT, 1));
        settle("search", "2026-11-25T00:00:00Z", line(UsageUnit.INPUT, 2));
        settle("search", "2026-11-26T00:00:00Z", line(UsageUnit.INPUT, 4));

        UsageReport report = read(new UsageQuery(
                UsageQuery.parseBound("2026-11-25"), UsageQuery.parseBound("2026-11-26T00:00:00Z"), List.of()));

        assertThat(report.rows()).containsExactly(row(List.of(), 1, Map.of(UsageUnit.INPUT, 2L), "0.000006"));
    }

    @Test
    void tellsEstimatedFromExactCost() {
        settle("search", "2026-11-25T10:00:00Z", line(UsageUnit.INPUT, 10));
        settle(EntryState.ESTIMATED, CostStatus.ESTIMATED, line(UsageUnit.INPUT, 5));

        UsageReport report = read(UsageQuery.by());

        assertThat(report.rows()).singleElement().satisfies(row -> {
            assertThat(row.costUsd()).isEqualTo("0.000045");
            assertThat(row.estimatedUsd()).isEqualTo("0.000015");
        });
    }

    @Test
    void countsCallsWhoseCostIsNotKnown() {
        ChargeLine unpriced = new ChargeLine(UsageUnit.IMAGE, 3, null, Money.ZERO, Money.ZERO);
        settle(EntryState.EXACT, CostStatus.UNPRICED_UNIT, line(UsageUnit.INPUT, 5), unpriced);
        settle(EntryState.EXACT, CostStatus.PRICED, line(UsageUnit.INPUT, 5));

        UsageReport whole = read(UsageQuery.by());
        UsageReport byType = read(UsageQuery.by(Dimension.TYPE));

        assertThat(whole.rows()).extracting(UsageRow::unpricedCalls).containsExactly(1L);
        assertThat(byType.rows())
                .extracting(row -> row.group() + " " + row.calls() + " " + row.unpricedCalls())
                .containsExactly("[image] 1 1", "[input] 2 0");
    }

    @Test
    void countsACorrectedCallOnceAndAsItWasCorrected() {
        ChargeLine unpriced = new ChargeLine(UsageUnit.INPUT, 10, null, Money.ZERO, Money.ZERO);
        LedgerEntry call = Records.entry(
                intent("search", Records.NOON),
                EntryState.EXACT,
                "complete",
                CostStatus.UNPRICED_MODEL,
                List.of(unpriced));
        settle(call);

        correct(call, "another.model", line(UsageUnit.INPUT, 10));

        assertThat(read(UsageQuery.by()).rows())
                .containsExactly(row(List.of(), 1, Map.of(UsageUnit.INPUT, 10L), "0.00003"));
        assertThat(read(UsageQuery.by(Dimension.MODEL, Dimension.COST_STATUS)).rows())
                .containsExactly(row(List.of("another.model", "priced"), 1, Map.of(UsageUnit.INPUT, 10L), "0.00003"));
        assertThat(read(UsageQuery.by(Dimension.MODEL, Dimension.TYPE)).rows())
                .containsExactly(row(List.of("another.model", "input"), 1, Map.of(UsageUnit.INPUT, 10L), "0.00003"));
    }

    @Test
    void takesNoCorrectionForARetry() {
        LedgerEntry first = retry("search", "invocation-1", 10);
        LedgerEntry last = retry("search", "invocation-1", 20);

        correct(first, "another.model", line(UsageUnit.INPUT, 11));
        correct(last, "another.model", line(UsageUnit.INPUT, 21));

        assertThat(read(UsageQuery.by(Dimension.ATTEMPT)).rows())
                .containsExactly(
                        row(List.of("last"), 1, Map.of(UsageUnit.INPUT, 21L), "0.000063"),
                        row(List.of("retried"), 1, Map.of(UsageUnit.INPUT, 11L), "0.000033"));
    }

    @Test
    void showsCallsThatAreStillOpen() {
        open(intent("search", Instant.parse("2026-11-25T10:00:00Z")));

        UsageReport report = read(UsageQuery.by(Dimension.STATE, Dimension.COST_STATUS, Dimension.MODE));

        assertThat(report.rows()).singleElement().satisfies(row -> {
            assertThat(row.group()).containsExactly("OPEN", "", "on_demand");
            assertThat(row.openCalls()).isEqualTo(1);
            assertThat(row.costUsd()).isEqualTo("0");
        });
    }

    @Test
    void callsACostThatNoUnitExplainsUnattributed() {
        open(intent("search", Instant.parse("2026-11-25T10:00:00Z")));
        ledger.close();
        openTheLedger();

        UsageReport report = read(UsageQuery.by(Dimension.TYPE, Dimension.REASON));

        assertThat(report.rows()).singleElement().satisfies(row -> {
            assertThat(row.group()).containsExactly("unattributed", "process_died");
            assertThat(row.costPicos()).isEqualTo(BigInteger.valueOf(Records.RESERVED.picos()));
            assertThat(row.estimatedPicos()).isEqualTo(row.costPicos());
        });
    }

    @Test
    void addsMoreMoneyThan64BitsHold() {
        Money million = Money.parseUsd("5000000.000000000001");
        for (int call = 0; call < 3; call++) {
            settle("search", "2026-11-25T10:00:00Z", new ChargeLine(UsageUnit.INPUT, 1, million, million, million));
        }

        UsageReport report = read(UsageQuery.by(Dimension.TEAM));

        assertThat(report.rows()).singleElement().returns("15000000.000000000003", UsageRow::costUsd);
    }

    @Test
    void agreesWithItselfHoweverItIsGrouped() {
        settle("search", "2026-11-25T10:00:00Z", line(UsageUnit.INPUT, 10), line(UsageUnit.OUTPUT, 1));
        settle(EntryState.ESTIMATED, CostStatus.USAGE_MISSING);
        settle(EntryState.NOT_BILLED, CostStatus.NOT_BILLED);
        LedgerEntry corrected = retry("search", "invocation-1", 1_000);
        correct(corrected, "another.model", line(UsageUnit.INPUT, 999), line(UsageUnit.IMAGE, 1));
        open(intent("checkout", Records.NOON));

        BigInteger whole = total(UsageQuery.by());

        for (Dimension dimension : Dimension.values()) {
            assertThat(total(UsageQuery.by(dimension))).as(dimension.label()).isEqualTo(whole);
        }
        assertThat(whole).isEqualTo(BigInteger.valueOf(3_033_000_000L));
    }

    @Test
    void writesJsonWithMoneyAsTextAndCountsAsNumbers() {
        settle("search", "2026-11-25T10:00:00Z", line(UsageUnit.INPUT, 10), line(UsageUnit.OUTPUT, 1));

        String json = UsageTable.of(read(UsageQuery.by(Dimension.TEAM, Dimension.TYPE)))
                .toJson();

        JsonNode first = new JsonMapper().readTree(json).get(0);
        assertThat(first.get("team").asString()).isEqualTo("search");
        assertThat(first.get("type").asString()).isEqualTo("input");
        assertThat(first.get("count").isIntegralNumber()).isTrue();
        assertThat(first.get("count").asLong()).isEqualTo(10);
        assertThat(first.get("cost_usd").isString()).isTrue();
        assertThat(first.get("cost_usd").asString()).isEqualTo("0.00003");
    }

    @Test
    void writesCsvThatQuotesWhatNeedsIt() throws IOException {
        settle("a \"b\", c", "2026-11-25T10:00:00Z", line(UsageUnit.INPUT, 10));

        StringBuilder csv = new StringBuilder();
        UsageTable.of(read(UsageQuery.by(Dimension.TEAM))).writeCsv(csv);

        assertThat(csv.toString()).isEqualTo("""
                        team,calls,open_calls,input,cost_usd,estimated_usd,unpriced_calls\r
                        "a ""b"", c",1,0,10,0.00003,0,0\r
                        """);
    }

    @Test
    void givesATableItsRowsAndTellsNumbersFromText() {
        settle("search", "2026-11-25T10:00:00Z", line(UsageUnit.INPUT, 10));

        UsageTable table = UsageTable.of(read(UsageQuery.by(Dimension.TEAM, Dimension.DAY)));

        assertThat(table.columns().subList(0, 2)).containsExactly("team", "day");
        assertThat(table.numberColumns()).isEqualTo(table.columns().size() - 2);
        assertThat(table.rows()).containsExactly(List.of("search", "2026-11-25", "1", "0", "10", "0.00003", "0", "0"));
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThatThrownBy(() -> UsageReport.read(folder.resolve("none.db"), UsageQuery.by()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("none.db");
        assertThat(Files.exists(folder.resolve("none.db"))).isFalse();
    }

    @Test
    void refusesAFileThatIsNoLedger() throws IOException {
        Path other =
                Files.writeString(folder.resolve("other.db"), "this is a text and no database at all\n".repeat(99));

        assertThatThrownBy(() -> UsageReport.read(other, UsageQuery.by()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("other.db");
    }

    @Test
    void namesTheDimensionsThereAreWhenOneIsNot() {
        assertThatThrownBy(() -> Dimension.of("colour"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'colour'")
                .hasMessageContaining("team, app, key");
    }

    @Test
    void refusesBoundsThatAreNoTimesOrOutOfOrder() {
        assertThatThrownBy(() -> UsageQuery.parseBound("yesterday")).hasMessageContaining("'yesterday'");
        assertThatThrownBy(() -> UsageQuery.parseBound("2026-02-30T00:00:00Z")).hasMessageContaining("2026-02-30");
        assertThatThrownBy(() -> new UsageQuery(Records.NOON, Records.NOON, List.of()))
                .hasMessageContaining("ends after it begins");
    }

    @Test
    void takesOffTheFirstDiscountThatIsGivenForACallOnItsDay() {
        settle("search", "2026-11-25T23:59:59Z", line(UsageUnit.INPUT, 100));
        settle("search", "2026-11-26T00:00:00Z", line(UsageUnit.INPUT, 100), line(UsageUnit.OUTPUT, 50));
        settle("checkout", "2026-11-26T00:00:00Z", line(UsageUnit.INPUT, 100));
        Discounts discounts = new Discounts(List.of(
                discount("half of it", "search", null, null, LocalDate.parse("2026-11-26"), null, 5_000),
                discount("of another model", null, "amazon.*", null, null, null, 9_000),
                discount("of batch", null, null, "batch", null, null, 9_000),
                discount("of all", null, "anthropic.*", null, LocalDate.parse("2026-11-26"), null, 725),
                discount("never reached", "checkout", null, null, null, null, 10_000)));

        assertThat(net(discounts, Dimension.TEAM, Dimension.DAY))
                .containsExactly(
                        "[checkout, 2026-11-26] 0.0003 0.00027825",
                        "[search, 2026-11-25] 0.0003 0.0003",
                        "[search, 2026-11-26] 0.00045 0.000225");
        assertThat(net(discounts, Dimension.TYPE))
                .containsExactly("[input] 0.0009 0.00072825", "[output] 0.00015 0.000075");
        assertThat(net(discounts)).containsExactly("[] 0.00105 0.00080325");
        assertThat(net(Discounts.NONE)).containsExactly("[] 0.00105 0.00105");
    }

    /** Whatever the discounts, nobody pays more than the list says or less than nothing, and groups come to the whole. */
    @Test
    void neverMakesNetMoreThanListNorLessThanNothing() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            settle(
                    random.nextBoolean() ? "search" : "checkout",
                    "2026-11-2" + random.nextInt(4, 8) + "T10:00:00Z",
                    line(UsageUnit.INPUT, random.nextLong(1_000_000)));
        }
        for (int i = 0; i < 50; i++) {
            Discounts discounts = new Discounts(Stream.generate(() -> randomDiscount(random))
                    .limit(random.nextInt(1, 4))
                    .toList());

            List<UsageRow> rows = UsageReport.read(file(), UsageQuery.by(Dimension.TEAM, Dimension.DAY), discounts)
                    .rows();

            assertThat(rows)
                    .as("seed %d, %s", seed, discounts)
                    .allSatisfy(row -> assertThat(new BigDecimal(row.netUsd()))
                            .isBetween(BigDecimal.ZERO, new BigDecimal(row.costUsd())));
            BigDecimal whole = new BigDecimal(UsageReport.read(file(), UsageQuery.by(), discounts)
                    .rows()
                    .getFirst()
                    .netUsd());
            // Each group is rounded once, so they may differ from the whole by half a picodollar each.
            assertThat(rows.stream().map(row -> new BigDecimal(row.netUsd())).reduce(BigDecimal.ZERO, BigDecimal::add))
                    .as("seed %d, %s", seed, discounts)
                    .isCloseTo(whole, within(new BigDecimal("0.000000000005")));
        }
    }

    private static Discount randomDiscount(Random random) {
        LocalDate from = random.nextBoolean() ? null : LocalDate.of(2026, 11, random.nextInt(23, 29));
        return discount(
                "random",
                random.nextBoolean() ? null : "search",
                random.nextBoolean() ? null : "anthropic.*",
                random.nextBoolean() ? null : "on_demand",
                from,
                random.nextBoolean() || from == null ? null : from.plusDays(random.nextInt(1, 4)),
                random.nextInt(10_001));
    }

    @Test
    void roundsWhatIsToBePaidOnceAndHalfUp() {
        settle(
                "search",
                "2026-11-25T10:00:00Z",
                new ChargeLine(UsageUnit.INPUT, 1, Money.ofPicos(1), Money.ofPicos(1), Money.ZERO));
        settle(
                "checkout",
                "2026-11-25T10:00:00Z",
                new ChargeLine(UsageUnit.INPUT, 1, Money.ofPicos(1), Money.ofPicos(1), Money.ZERO));
        Discounts half = new Discounts(List.of(discount("half", null, null, null, null, null, 5_000)));

        assertThat(net(half, Dimension.TEAM))
                .containsExactly("[checkout] 0.000000000001 0.000000000001", "[search] 0.000000000001 0.000000000001");
        assertThat(net(half)).containsExactly("[] 0.000000000002 0.000000000001");
    }

    @Test
    void takesTheDiscountOfTheModelThatACallWasCorrectedTo() {
        LedgerEntry call = retry("search", null, 100);
        correct(call, "amazon.nova-lite-v1:0", line(UsageUnit.INPUT, 100));
        Discounts discounts =
                new Discounts(List.of(discount("of nova", null, "amazon.nova-lite-v1:0", null, null, null, 1_000)));

        assertThat(net(discounts, Dimension.TEAM)).containsExactly("[search] 0.0003 0.00027");
    }

    @Test
    void showsAColumnOfWhatIsToBePaidOnlyWhereThereAreDiscounts() {
        settle("search", "2026-11-25T10:00:00Z", line(UsageUnit.INPUT, 100));
        Discounts half = new Discounts(List.of(discount("half", null, null, null, null, null, 5_000)));

        assertThat(UsageTable.of(read(UsageQuery.by())).columns()).doesNotContain("net_usd");
        assertThat(UsageTable.of(UsageReport.read(file(), UsageQuery.by(), half))
                        .columns())
                .containsSubsequence("cost_usd", "net_usd", "estimated_usd");
    }

    private List<String> net(Discounts discounts, Dimension... dimensions) {
        return UsageReport.read(file(), UsageQuery.by(dimensions), discounts).rows().stream()
                .map(row -> row.group() + " " + row.costUsd() + " " + row.netUsd())
                .toList();
    }

    private static Discount discount(
            String name,
            @Nullable String team,
            @Nullable String model,
            @Nullable String mode,
            @Nullable LocalDate from,
            @Nullable LocalDate until,
            int basisPoints) {
        return new Discount(name, team, null, model, mode, from, until, basisPoints);
    }

    private UsageReport read(UsageQuery query) {
        return UsageReport.read(file(), query);
    }

    private BigInteger total(UsageQuery query) {
        return read(query).rows().stream().map(UsageRow::costPicos).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static UsageRow row(List<String> group, long calls, Map<UsageUnit, Long> counts, String usd) {
        BigInteger picos = BigInteger.valueOf(Money.parseUsd(usd).picos());
        return new UsageRow(group, calls, 0, 0, counts, picos, BigInteger.ZERO, picos);
    }

    private static ChargeLine line(UsageUnit unit, long count) {
        return Records.line(unit, count, RATE);
    }

    private void settle(String team, String startedAt, ChargeLine... lines) {
        LedgerIntent intent = intent(team, Instant.parse(startedAt));
        settle(Records.entry(intent, EntryState.EXACT, "complete", CostStatus.PRICED, List.of(lines)));
    }

    private LedgerEntry retry(String team, @Nullable String invocationId, long tokens) {
        LedgerEntry entry = Records.entry(
                intent(team, Records.NOON, invocationId),
                EntryState.EXACT,
                "complete",
                CostStatus.PRICED,
                List.of(line(UsageUnit.INPUT, tokens)));
        settle(entry);
        return entry;
    }

    private void correct(LedgerEntry call, String model, ChargeLine... lines) {
        LedgerIntent before = call.intent();
        calls += 2;
        LedgerIntent after = new LedgerIntent(
                Records.attemptId(calls),
                before.startedAt(),
                before.account(),
                before.operation(),
                before.modelRequested(),
                model,
                before.region(),
                before.routing(),
                before.modeRequested(),
                before.reserved(),
                before.priceBook(),
                before.sdkInvocationId(),
                before.bytesIn());
        LedgerEntry replacement = Records.entry(after, EntryState.EXACT, "complete", CostStatus.PRICED, List.of(lines));
        ledger.recordCorrection(new Correction(StandingEntry.of(call), Records.attemptId(calls - 1), replacement))
                .toCompletableFuture()
                .join();
    }

    private void settle(EntryState state, CostStatus status, ChargeLine... lines) {
        settle(Records.entry(intent("search", Records.NOON), state, "complete", status, List.of(lines)));
    }

    private void settle(LedgerEntry entry) {
        open(entry.intent());
        ledger.recordEntry(entry).toCompletableFuture().join();
    }

    private void open(LedgerIntent intent) {
        assertThat(ledger.tryTakeSlot()).isTrue();
        ledger.recordIntent(intent).toCompletableFuture().join();
    }

    private LedgerIntent intent(String team, Instant startedAt) {
        return intent(team, startedAt, Records.intent(1).sdkInvocationId());
    }

    private LedgerIntent intent(String team, Instant startedAt, @Nullable String invocationId) {
        LedgerIntent plain = Records.intent(++calls);
        return new LedgerIntent(
                plain.attemptId(),
                startedAt,
                new AccountId(team, "web", "AKIDEXAMPLE"),
                plain.operation(),
                plain.modelRequested(),
                plain.model(),
                plain.region(),
                plain.routing(),
                plain.modeRequested(),
                plain.reserved(),
                plain.priceBook(),
                invocationId,
                plain.bytesIn());
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }
}

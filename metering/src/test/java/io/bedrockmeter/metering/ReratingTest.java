package io.bedrockmeter.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.batch.BatchBill;
import io.bedrockmeter.metering.budget.BudgetListener;
import io.bedrockmeter.metering.budget.Budgets;
import io.bedrockmeter.metering.capacity.CapacityBill;
import io.bedrockmeter.metering.capacity.Hours;
import io.bedrockmeter.metering.ledger.CapacityWindow;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerOptions;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.ledger.Records;
import io.bedrockmeter.metering.ledger.SqliteLedger;
import io.bedrockmeter.metering.meters.AllowedLabels;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.meters.MeterSettings;
import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.Commitment;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.metering.rate.RateLimiter;
import io.bedrockmeter.metering.report.UsageQuery;
import io.bedrockmeter.metering.report.UsageReport;
import io.bedrockmeter.metering.report.UsageRow;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageGap;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded calls priced by another book: over a real ledger, whose sum the meters must go along with. */
final class ReratingTest {
    private static final String MICRO = "amazon.nova-micro-v1:0";
    private static final String PROFILE =
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";
    private static final String ROUTER = "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/nova:1";
    private static final String CAPACITY = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/provis000001";
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Instant BEFORE = NOW.minusSeconds(60);
    private static final Instant AFTER = NOW.plusSeconds(60);
    private static final Usage USAGE = Usage.of(UsageUnit.INPUT, 1_000, UsageUnit.OUTPUT, 100);

    @TempDir
    private Path folder;

    private final MeterPublisher meters = new MeterPublisher(
            new SimpleMeterRegistry(),
            InstantSource.fixed(NOW),
            MeterSettings.DEFAULT.withoutHold(),
            new AllowedLabels(Set.of("team"), Set.of("app"), PriceBook.bundled().modelIds(), Set.of("us-east-1")));
    private PriceBook book = PriceBook.bundled();
    private long ids = 1;
    private SqliteLedger ledger;
    private Metering metering;

    @BeforeEach
    void open() {
        ledger = SqliteLedger.open(
                new LedgerOptions(folder.resolve("ledger.db"), 100, 0), InstantSource.fixed(NOW), () -> {});
        metering = new Metering(
                ledger,
                () -> book,
                () -> 1_000_000,
                new RateLimiter(System::nanoTime),
                new Spending(new Budgets(BudgetListener.NOBODY), keyId -> ""),
                meters,
                entry -> {});
    }

    @AfterEach
    void metersShowWhatTheLedgerHolds() {
        assertThat(meters.totalCostPicos()).isEqualTo(ledger.chargedPicos()).isEqualTo(recordedPicos());
        ledger.close();
    }

    @Test
    void writesTheDifferenceThatAnotherBookMakesAndNothingTheSecondTime() throws IOException {
        settle(MICRO, exact(USAGE));
        settle(MICRO, exact(USAGE));
        PriceBook dearer = bookOf("0.00000007", "0.00000014");

        ReratedTotals first = rerate(dearer);
        long rows = rows();
        ReratedTotals second = rerate(dearer);

        // The bundled price: 1,000 × 0.035 + 100 × 0.14 USD a million; the other one: 1,000 × 0.07 + 100 × 0.14.
        assertThat(first.byModel())
                .isEqualTo(new TreeMap<>(Map.of(
                        MICRO,
                        new ReratedTotals.Row(2, 2, 0, new BigInteger("98000000"), new BigInteger("168000000")))));
        assertThat(second.total())
                .isEqualTo(new ReratedTotals.Row(2, 0, 0, new BigInteger("168000000"), new BigInteger("168000000")));
        assertThat(rows).isEqualTo(6);
        assertThat(rows()).isEqualTo(rows);
        assertThat(recordedPicos()).isEqualTo(new BigInteger("168000000"));
    }

    @Test
    void goesBackToWhatStoodBeforeWhenTheFirstBookIsRight() throws IOException {
        settle(MICRO, exact(USAGE));
        rerate(bookOf("0.00000007", "0.00000014"));

        ReratedTotals totals = rerate(PriceBook.bundled());

        assertThat(totals.total().afterPicos()).isEqualTo(recordedPicos()).isEqualTo(new BigInteger("49000000"));
    }

    @Test
    void onlyTellsInADryRun() throws IOException {
        settle(MICRO, exact(USAGE));

        ReratedTotals totals = run(bookOf("0.00000007", "0.00000014"), BEFORE, AFTER, true);

        assertThat(totals.total().afterPicos()).isEqualTo(new BigInteger("84000000"));
        assertThat(recordedPicos()).isEqualTo(new BigInteger("49000000"));
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void takesTheCallsOfItsTimeOnly() throws IOException {
        settle(MICRO, exact(USAGE));
        PriceBook dearer = bookOf("0.00000007", "0.00000014");

        assertThat(run(dearer, NOW.plusMillis(1), AFTER, false).total().calls()).isZero();
        assertThat(run(dearer, BEFORE, NOW, false).total().calls()).isZero();
        assertThat(run(dearer, NOW, NOW.plusMillis(1), false).total().changed()).isEqualTo(1);
    }

    @Test
    void leavesWhatTheOtherBookHasNoPriceFor() throws IOException {
        book = bookOf("0.00000007", "0.00000014").withAliases(Map.of(PROFILE, MICRO));
        settle(PROFILE, exact(USAGE));
        settle(MICRO, exact(USAGE));
        PriceBook withoutInput = book("output", "0.00000014");

        ReratedTotals totals = rerate(withoutInput);

        // Without the alias nobody knows the profile's model.
        assertThat(totals.total()).isEqualTo(new ReratedTotals.Row(2, 0, 2, recordedPicos(), recordedPicos()));
    }

    @Test
    void chargesWhatHadNoPriceBefore() throws IOException {
        PriceBook complete = book;
        book = book("output", "0.00000014");
        LedgerEntry half = settle(MICRO, exact(USAGE));

        ReratedTotals totals = rerate(complete);

        assertThat(half.charge().cost().picos()).isEqualTo(14_000_000);
        assertThat(totals.total().changed()).isEqualTo(1);
        assertThat(recordedPicos()).isEqualTo(new BigInteger("49000000"));
    }

    @Test
    void pricesARoutersCallAsTheModelThatItsAnswerNamed() throws IOException {
        UsageReading routed = new UsageReading.Exact(
                USAGE, new Served(null, null, "arn:aws:bedrock:us-east-1::foundation-model/" + MICRO), false);
        settle(ROUTER, routed);

        rerate(bookOf("0.00000007", "0.00000014"));

        assertThat(recordedPicos()).isEqualTo(new BigInteger("84000000"));
        assertThat(report(UsageQuery.parse(Optional.empty(), Optional.empty(), "model")))
                .singleElement()
                .satisfies(row -> assertThat(row.group()).containsExactly(MICRO));
    }

    @Test
    void keepsTheEndpointThatACallWentTo() throws IOException {
        settle("openai.gpt-oss-120b", Endpoint.MANTLE, exact(USAGE));
        BigInteger before = recordedPicos();

        ReratedTotals totals = rerate(PriceBook.bundled());

        assertThat(before).isPositive();
        assertThat(totals.total()).isEqualTo(new ReratedTotals.Row(1, 0, 0, before, before));
    }

    @Test
    void keepsAnEstimateAnEstimateAndLeavesCallsThatCostNothingAlone() throws IOException {
        settle(MICRO, new UsageReading.Partial(Usage.NONE, USAGE, UsageGap.TRUNCATED, Served.SILENT, false));
        settle(MICRO, new UsageReading.Absent(Usage.NONE, UsageGap.NOT_AN_INFERENCE, Served.SILENT));

        ReratedTotals totals = rerate(bookOf("0.00000007", "0.00000014"));

        assertThat(totals.total().calls()).isEqualTo(2);
        assertThat(totals.total().changed()).isEqualTo(1);
        assertThat(report(UsageQuery.parse(Optional.empty(), Optional.empty(), "cost_status")))
                .filteredOn(row -> row.costPicos().signum() != 0)
                .singleElement()
                .satisfies(row -> assertThat(row.group()).containsExactly("estimated"));
    }

    @Test
    void leavesASumOfBatchRecordsAloneBecauseEachIsPricedByItsOwnLength() throws IOException {
        settle(MICRO, BatchBill.OPERATION, Endpoint.RUNTIME, exact(USAGE));

        ReratedTotals totals = rerate(bookOf("0.00000007", "0.00000014"));

        assertThat(totals.total()).isEqualTo(new ReratedTotals.Row(1, 0, 1, recordedPicos(), recordedPicos()));
    }

    @Test
    void goesThroughMoreCallsThanOnePageHolds() throws IOException {
        for (int i = 0; i < 600; i++) {
            settle(MICRO, exact(USAGE));
        }

        ReratedTotals totals = rerate(bookOf("0.00000007", "0.00000014"));

        assertThat(totals.total().calls()).isEqualTo(600);
        assertThat(totals.total().changed()).isEqualTo(600);
        assertThat(recordedPicos()).isEqualTo(BigInteger.valueOf(600 * 84_000_000L));
    }

    /** An hour of three units at 80 USD, once somebody knows the price: in effect from the hour's own date on, and written once. */
    @Test
    void pricesAnHourOfCapacityWhosePriceWasMissing() throws IOException {
        CapacityWindow hour = hour(3, Commitment.ONE_MONTH);
        record(hour);
        assertThat(report(UsageQuery.by()).getFirst())
                .returns(0L, UsageRow::calls)
                .returns(1L, UsageRow::unpricedCalls)
                .returns("0", UsageRow::costUsd);
        PriceBook priced = PriceBook.bundled()
                .under(write(List.of(row("model_unit_hour", "80")
                        .replace("on_demand", "provisioned_1mo")
                        .replace(MICRO, "amazon.nova-pro-v1:0"))));

        ReratedTotals first = rerate(priced);
        ReratedTotals second = rerate(priced);

        assertThat(first.total().changed()).isEqualTo(1);
        assertThat(second.total().changed()).isZero();
        assertThat(report(UsageQuery.by()).getFirst())
                .returns(0L, UsageRow::calls)
                .returns(0L, UsageRow::unpricedCalls)
                .returns("240", UsageRow::costUsd)
                .returns(3_000_000L, row -> row.count(UsageUnit.MODEL_UNIT_MICROHOUR));
    }

    @Test
    void keepsAnHourOfCapacityThatAnotherBookHasNoPriceFor() {
        record(hour(2, Commitment.NONE));

        ReratedTotals totals = rerate(PriceBook.bundled().withAliases(Map.of(CAPACITY, "amazon.nova-lite-v1:0")));

        assertThat(totals.total().left()).isEqualTo(1);
        assertThat(recordedPicos()).isEqualTo(new BigInteger("121000000000000"));
    }

    private static CapacityWindow hour(int units, Commitment commitment) {
        String model = commitment == Commitment.NONE ? MICRO : "amazon.nova-pro-v1:0";
        Holding holding = new Holding(
                CAPACITY, new Holding.Terms(model, false, units, commitment, "us-east-1", null), NOW, NOW, NOW);
        return CapacityBill.provisioned(holding, NOW, CapacityBill.UNALLOCATED, null, PriceBook.bundled())
                .window(NOW, Hours.LENGTH, List.of());
    }

    private void record(CapacityWindow hour) {
        ledger.recordCapacity(hour).toCompletableFuture().join();
        hour.entries().forEach(meters::publishCapacity);
    }

    private ReratedTotals rerate(PriceBook by) {
        return run(by, BEFORE, AFTER, false);
    }

    private ReratedTotals run(PriceBook by, Instant from, Instant to, boolean isDryRun) {
        try (LedgerReader reader = LedgerReader.open(folder.resolve("ledger.db"))) {
            return new Rerating(reader, ledger, meters::publishCorrection, this::nextId).run(from, to, by, isDryRun);
        }
    }

    private PriceBook bookOf(String input, String output) throws IOException {
        return PriceBook.bundled().under(write(List.of(row("input", input), row("output", output))));
    }

    private PriceBook book(String unit, String usd) throws IOException {
        return write(List.of(row(unit, usd)));
    }

    private PriceBook write(List<String> rows) throws IOException {
        Path to = folder.resolve("book-" + ids++);
        PriceBookFolder.write(
                to,
                "Of a test.",
                rows,
                List.of("ours-1\t2026-11-24\tA letter"),
                List.of(MICRO, "amazon.nova-pro-v1:0"));
        return PriceBookFolder.read(to);
    }

    private static String row(String unit, String usd) {
        return MICRO + "\tin_region_or_geo\ton_demand\tbase\t" + unit + "\t-\t" + usd
                + "\tus-east-1\truntime\t-\t-\t-\tA\tours-1\t-";
    }

    private long rows() {
        try (LedgerReader reader = LedgerReader.open(folder.resolve("ledger.db"))) {
            return reader.ask(connection -> {
                try (var row = connection.createStatement().executeQuery("SELECT count(*) FROM usage_entries")) {
                    return row.getLong(1);
                }
            });
        }
    }

    private BigInteger recordedPicos() {
        return report(UsageQuery.by()).stream().map(UsageRow::costPicos).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private List<UsageRow> report(UsageQuery query) {
        return UsageReport.read(folder.resolve("ledger.db"), query).rows();
    }

    private String nextId() {
        return Records.attemptId(10_000_000 + ids++ * 10);
    }

    private static UsageReading exact(Usage usage) {
        return new UsageReading.Exact(usage, Served.SILENT, false);
    }

    private LedgerEntry settle(String identifier, UsageReading reading) {
        return settle(identifier, Endpoint.RUNTIME, reading);
    }

    private LedgerEntry settle(String identifier, Endpoint endpoint, UsageReading reading) {
        return settle(identifier, "Converse", endpoint, reading);
    }

    private LedgerEntry settle(String identifier, String operation, Endpoint endpoint, UsageReading reading) {
        Invocation invocation = new Invocation(
                Records.attemptId(ids++),
                NOW,
                new AccountId("team", "app", "key"),
                Allowance.UNLIMITED,
                operation,
                WireFormat.CONVERSE_JSON,
                ModelRef.parse(identifier),
                "us-east-1",
                endpoint,
                new RequestFacts(1_000, -1, (@Nullable String) null, null),
                null);
        Admission.Admitted admitted = (Admission.Admitted) metering.admit(invocation);
        admitted.intentRecorded().toCompletableFuture().join();
        Outcome outcome = new Outcome(Ending.COMPLETE, 200, false, NOW, 1_000, "request", Outcome.Timings.NONE);
        Settlement settlement = metering.settle(admitted.call(), reading, outcome);
        settlement.recorded().toCompletableFuture().join();
        return settlement.entry();
    }
}

package io.bedrockmeter.metering.ledger;

import static io.bedrockmeter.metering.ledger.Records.batchCreation;
import static io.bedrockmeter.metering.ledger.Records.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batch jobs as a ledger's file tells of them, to whoever goes on after a restart. */
final class BatchJobsTest {
    private static final String FIRST = "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/aaaaaaaaaaaa";
    private static final String SECOND = "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/bbbbbbbbbbbb";

    @TempDir
    private Path folder;

    @Test
    void tellsAfterARestartWhichJobsAreToBeFollowed() {
        try (SqliteLedger ledger = open()) {
            create(ledger, 1, FIRST);
            create(ledger, 2, SECOND);
            LedgerContract.await(ledger.recordBatchJob(submitted(2, SECOND).at("InProgress", Records.RESERVED)));
        }

        assertThat(openJobs())
                .containsExactly(
                        submitted(1, FIRST), new BatchJob(SECOND, batchCreation(2), "InProgress", Records.RESERVED));
    }

    @Test
    void doesNotTakeOtherJobsForBatchJobs() {
        try (SqliteLedger ledger = open()) {
            LedgerIntent call = Records.intent(1);
            begin(ledger, call, "arn:aws:bedrock:us-east-1:123456789012:async-invoke/aaaaaaaaaaaa");
            LedgerContract.await(ledger.recordEntry(entry(call, 1)));
        }

        assertThat(openJobs()).isEmpty();
    }

    @Test
    void followsAJobWhoseCreatorDiedBeforeItsEntry() {
        try (SqliteLedger dying = open()) {
            begin(dying, batchCreation(1), FIRST);
        }

        open().close();

        assertThat(openJobs()).containsExactly(submitted(1, FIRST));
    }

    @Test
    void followsAJobNoMoreOnceItIsSettledAndKeepsItsState() {
        try (SqliteLedger ledger = open()) {
            create(ledger, 1, FIRST);
            create(ledger, 2, SECOND);
            LedgerContract.await(ledger.recordBatchSettlement(settlement(1, FIRST, entry(3, 100), entry(4, 10))));
        }

        assertThat(openJobs()).containsExactly(submitted(2, SECOND));
        try (LedgerReader ledger = LedgerReader.open(file())) {
            assertThat(BatchJobs.countByState(ledger)).isEqualTo(Map.of("Completed", 1L, "Submitted", 1L));
        }
        assertThat(new LedgerFile(file())
                        .rows("SELECT s.arn, count(*), sum(e.cost_picousd) FROM usage_batch_entries s"
                                + " JOIN usage_entries e ON e.attempt_id = s.attempt_id GROUP BY s.arn"))
                .containsExactly(FIRST + "|2|2178000000");
    }

    @Test
    void settlesAJobWithoutEntries() {
        try (SqliteLedger ledger = open()) {
            create(ledger, 1, FIRST);

            assertThat(isNew(ledger, settlement(1, FIRST))).isTrue();
            assertThat(isNew(ledger, settlement(1, FIRST))).isFalse();
        }

        assertThat(openJobs()).isEmpty();
    }

    @Test
    void settlesAJobOnceThoughItsProcessDiedAfterTheCommitAndCouldNotTell() {
        try (SqliteLedger dying = open()) {
            create(dying, 1, FIRST);
            LedgerContract.await(dying.recordBatchSettlement(settlement(1, FIRST, entry(3, 100))));
        }

        try (SqliteLedger next = open()) {
            assertThat(isNew(next, settlement(1, FIRST, entry(3, 100)))).isFalse();
            assertThat(next.chargedPicos()).isZero();
        }
        assertThat(new LedgerFile(file()).value("SELECT count(*) FROM usage_batch_entries"))
                .isEqualTo("1");
    }

    @Test
    void leavesAJobWholeAndOpenWhoseSettlementDidNotReachTheDisk() {
        AtomicBoolean fails = new AtomicBoolean();
        LedgerDatabase.CommitHook hook = () -> {
            if (fails.get()) {
                throw new SQLException("the disk is gone");
            }
        };
        try (SqliteLedger dying = SqliteLedger.open(options(), InstantSource.fixed(Records.NOON), () -> {}, hook)) {
            create(dying, 1, FIRST);
            fails.set(true);

            assertThatThrownBy(() -> isNew(dying, settlement(1, FIRST, entry(3, 100), entry(4, 10))))
                    .hasCauseInstanceOf(LedgerException.class);
        }

        try (SqliteLedger next = open()) {
            assertThat(openJobs()).containsExactly(submitted(1, FIRST));
            assertThat(isNew(next, settlement(1, FIRST, entry(3, 100), entry(4, 10))))
                    .isTrue();
            assertThat(next.chargedPicos()).isEqualTo(BigInteger.valueOf(2_178_000_000L));
        }
    }

    @Test
    void chargesAJobToNobodyButItsCreator() {
        BatchJob job = submitted(1, FIRST);
        LedgerEntry ofAnother = entry(Records.intent(3, Records.RESERVED, "search"), 1);

        assertThatThrownBy(() -> new BatchSettlement(job, Records.NOON, List.of(ofAnother)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("search");
        assertThatThrownBy(() -> new BatchSettlement(job, Records.NOON, List.of(entry(3, 1), entry(3, 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Records.attemptId(3));
    }

    @Test
    void tellsWhichCallsMayHaveCreatedAJobWithoutBeingToldWhich() {
        try (SqliteLedger ledger = open()) {
            create(ledger, 1, FIRST);
            end(ledger, 2, EntryState.NOT_BILLED, "http_4xx", 400);
            end(ledger, 3, EntryState.NOT_BILLED, "upstream_reset", 0);
            end(ledger, 4, EntryState.NOT_BILLED, "http_5xx", 503);
            end(ledger, 5, EntryState.NOT_BILLED, "job_begun_before", 200);
            start(ledger, batchCreation(6), "token-6");
        }
        open().close();

        try (LedgerReader ledger = LedgerReader.open(file())) {
            assertThat(BatchJobs.lost(ledger, Records.NOON.minusSeconds(3600)))
                    .extracting(lost -> lost.call() + " " + lost.token())
                    .containsExactly(
                            batchCreation(3) + " token-3",
                            batchCreation(4) + " token-4",
                            batchCreation(6) + " token-6");
            assertThat(BatchJobs.lost(ledger, Records.NOON.plusSeconds(3600))).isEmpty();
        }
    }

    @Test
    void followsAJobThatWasFoundLater() {
        try (SqliteLedger ledger = open()) {
            end(ledger, 1, EntryState.NOT_BILLED, "upstream_reset", 0);

            assertThat(ledger.recordAsyncJob(batchCreation(1), FIRST)
                            .toCompletableFuture()
                            .join())
                    .isTrue();
        }

        assertThat(openJobs()).containsExactly(submitted(1, FIRST));
    }

    private static void end(SqliteLedger ledger, long number, EntryState state, String reason, int httpStatus) {
        LedgerIntent call = batchCreation(number);
        start(ledger, call, "token-" + number);
        Charge nothing = new Charge(PricingMode.ON_DEMAND, CostStatus.NOT_BILLED, Money.ZERO, List.of(), "test");
        LedgerContract.await(ledger.recordEntry(
                new LedgerEntry(call, Records.NOON, state, reason, nothing, Money.ZERO, null, httpStatus, 0)));
    }

    private static void start(SqliteLedger ledger, LedgerIntent call, String token) {
        assertThat(ledger.tryTakeSlot()).isTrue();
        LedgerContract.await(ledger.recordIntent(call));
        LedgerContract.await(ledger.recordAsyncStart(Records.asyncStart(call, token)));
    }

    private static BatchJob submitted(long number, String arn) {
        return new BatchJob(arn, batchCreation(number), "Submitted", Money.ZERO);
    }

    private static BatchSettlement settlement(long number, String arn, LedgerEntry... entries) {
        return new BatchSettlement(submitted(number, arn).at("Completed", Money.ZERO), Records.NOON, List.of(entries));
    }

    private static boolean isNew(SqliteLedger ledger, BatchSettlement settlement) {
        return ledger.recordBatchSettlement(settlement).toCompletableFuture().join();
    }

    private static void create(SqliteLedger ledger, long number, String arn) {
        LedgerIntent call = batchCreation(number);
        begin(ledger, call, arn);
        LedgerContract.await(
                ledger.recordEntry(Records.entry(call, EntryState.EXACT, "complete", CostStatus.FREE, List.of())));
    }

    private static void begin(SqliteLedger ledger, LedgerIntent call, String arn) {
        assertThat(ledger.tryTakeSlot()).isTrue();
        LedgerContract.await(ledger.recordIntent(call));
        LedgerContract.await(ledger.recordAsyncStart(Records.asyncStart(call, null)));
        LedgerContract.await(ledger.recordAsyncJob(call, arn));
    }

    private List<BatchJob> openJobs() {
        try (LedgerReader ledger = LedgerReader.open(file())) {
            return BatchJobs.open(ledger);
        }
    }

    private SqliteLedger open() {
        return SqliteLedger.open(options(), InstantSource.fixed(Records.NOON), () -> {});
    }

    private LedgerOptions options() {
        return new LedgerOptions(file(), 10, 0);
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }
}

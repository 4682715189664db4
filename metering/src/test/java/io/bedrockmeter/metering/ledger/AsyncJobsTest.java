package io.bedrockmeter.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.account.Owner;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To whom asynchronous invocations belong, as a ledger's file tells it. */
final class AsyncJobsTest {
    private static final String FIRST = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/aaaaaaaaaaaa";
    private static final String SECOND = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/bbbbbbbbbbbb";
    private static final Owner CHECKOUT = new Owner("checkout", "web", null);
    private static final Owner KEY = new Owner("checkout", "web", "AKIDEXAMPLE");

    @TempDir
    private Path folder;

    @Test
    void knowsTheFirstOwnerOverARestart() {
        record(FIRST, CHECKOUT, 1);
        record(FIRST, KEY, 2);

        try (LedgerReader ledger = LedgerReader.open(file())) {
            assertThat(AsyncJobs.ownerOf(ledger, FIRST)).contains(CHECKOUT);
            assertThat(AsyncJobs.ownerOf(ledger, SECOND)).isEmpty();
        }
    }

    @Test
    void tellsAKeysOwnFromThoseOfItsApplication() {
        record(FIRST, CHECKOUT, 1);
        record(SECOND, KEY, 2);

        try (LedgerReader ledger = LedgerReader.open(file())) {
            List<String> all = List.of(FIRST, SECOND, "arn:unknown");
            assertThat(AsyncJobs.ownedBy(ledger, CHECKOUT, all)).containsExactly(FIRST);
            assertThat(AsyncJobs.ownedBy(ledger, KEY, all)).containsExactly(SECOND);
            assertThat(AsyncJobs.ownedBy(ledger, Owner.key(new AccountId("checkout", "web", "OTHER")), all))
                    .isEmpty();
        }
    }

    @Test
    void remembersWhichCallBeganIt() {
        record(FIRST, CHECKOUT, 1);

        assertThat(new LedgerFile(file()).rows("SELECT attempt_id || ' ' || begun_at_millis FROM async_jobs"))
                .containsExactly(Records.attemptId(1) + " "
                        + Records.intent(1).startedAt().toEpochMilli());
    }

    @Test
    void takesACallThatWasOpenWhenItsProcessDiedForChargedAndLetsItsRepetitionNameItsJob() {
        try (SqliteLedger dying = open()) {
            begin(dying, Records.intent(1), CHECKOUT, "token");
        }

        try (SqliteLedger next = open()) {
            begin(next, Records.intent(2), CHECKOUT, "token");
            boolean counts = next.recordAsyncJob(Records.intent(2), FIRST)
                    .toCompletableFuture()
                    .join();

            assertThat(counts).isFalse();
        }
        assertThat(new LedgerFile(file()).rows("SELECT attempt_id FROM async_jobs WHERE arn = '" + FIRST + "'"))
                .containsExactly(Records.attemptId(1));
        try (LedgerReader ledger = LedgerReader.open(file())) {
            assertThat(AsyncJobs.ownerOf(ledger, FIRST)).contains(CHECKOUT);
        }
    }

    @Test
    void keepsTheOwnersThatAnEarlierVersionRecorded() throws SQLException {
        record(FIRST, CHECKOUT, 1);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("DROP VIEW usage_provisioned; DROP TABLE capacity_windows; DROP TABLE holdings;"
                    + "DROP VIEW usage_batch_jobs; DROP VIEW usage_batch_entries; DROP TABLE batch_entries;"
                    + "DROP TABLE batch_jobs; DROP TABLE async_jobs; DELETE FROM schema_migrations WHERE version >= 6;"
                    + "CREATE TABLE async_jobs (arn TEXT NOT NULL PRIMARY KEY, team TEXT NOT NULL, app TEXT NOT NULL,"
                    + " key_id TEXT, attempt_id TEXT NOT NULL, begun_at_millis INTEGER NOT NULL) WITHOUT ROWID;"
                    + "INSERT INTO async_jobs VALUES ('" + SECOND + "', 'checkout', 'web', 'AKIDEXAMPLE', '"
                    + Records.attemptId(1) + "', 5); PRAGMA user_version = 5");
        }

        open().close();

        try (LedgerReader ledger = LedgerReader.open(file())) {
            assertThat(AsyncJobs.ownerOf(ledger, SECOND)).contains(KEY);
        }
    }

    @Test
    void knowsABatchJobByTheLastPartOfItsName() {
        record(FIRST, KEY, 1);
        record("arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefghijkl", CHECKOUT, 2);

        try (LedgerReader ledger = LedgerReader.open(file())) {
            assertThat(AsyncJobs.ownerOf(ledger, "abcdefghijkl")).contains(CHECKOUT);
            assertThat(AsyncJobs.ownerOf(ledger, "bcdefghijkl")).isEmpty();
            assertThat(AsyncJobs.ownerOf(ledger, FIRST.substring(FIRST.length() - 12)))
                    .as("an asynchronous invocation has no short name")
                    .isEmpty();
        }
    }

    @Test
    void keepsTheTokensOfBatchJobsApart() {
        try (SqliteLedger ledger = open()) {
            begin(ledger, Records.intent(1), CHECKOUT, "token");
            begin(ledger, Records.batchCreation(2), CHECKOUT, "token");

            assertThat(ledger.recordAsyncJob(Records.intent(1), null)
                            .toCompletableFuture()
                            .join())
                    .isTrue();
            assertThat(ledger.recordAsyncJob(Records.batchCreation(2), SECOND)
                            .toCompletableFuture()
                            .join())
                    .isTrue();
        }

        try (LedgerReader ledger = LedgerReader.open(file())) {
            assertThat(BatchJobs.open(ledger)).extracting(BatchJob::arn).containsExactly(SECOND);
        }
    }

    private void record(String arn, Owner owner, long number) {
        try (SqliteLedger ledger = open()) {
            LedgerIntent call = Records.intent(number);
            begin(ledger, call, owner, null);
            LedgerContract.await(ledger.recordAsyncJob(call, arn));
            LedgerContract.await(ledger.recordEntry(Records.entry(call, 1)));
        }
    }

    private static void begin(SqliteLedger ledger, LedgerIntent call, Owner owner, @Nullable String token) {
        assertThat(ledger.tryTakeSlot()).isTrue();
        LedgerContract.await(ledger.recordIntent(call));
        LedgerContract.await(ledger.recordAsyncStart(new AsyncStart(call, owner, token)));
    }

    private SqliteLedger open() {
        return SqliteLedger.open(new LedgerOptions(file(), 10, 0), InstantSource.fixed(Records.NOON), () -> {});
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }
}

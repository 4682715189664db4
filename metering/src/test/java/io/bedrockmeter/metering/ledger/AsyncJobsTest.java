package io.bedrockmeter.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.account.Owner;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
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
        record(new AsyncJob(FIRST, CHECKOUT, Records.intent(1)));
        record(new AsyncJob(FIRST, KEY, Records.intent(2)));

        try (LedgerReader ledger = LedgerReader.open(file())) {
            assertThat(AsyncJobs.ownerOf(ledger, FIRST)).contains(CHECKOUT);
            assertThat(AsyncJobs.ownerOf(ledger, SECOND)).isEmpty();
        }
    }

    @Test
    void tellsAKeysOwnFromThoseOfItsApplication() {
        record(new AsyncJob(FIRST, CHECKOUT, Records.intent(1)));
        record(new AsyncJob(SECOND, KEY, Records.intent(2)));

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
        record(new AsyncJob(FIRST, CHECKOUT, Records.intent(1)));

        assertThat(new LedgerFile(file()).rows("SELECT attempt_id || ' ' || begun_at_millis FROM async_jobs"))
                .containsExactly(Records.attemptId(1) + " "
                        + Records.intent(1).startedAt().toEpochMilli());
    }

    private void record(AsyncJob job) {
        try (SqliteLedger ledger =
                SqliteLedger.open(new LedgerOptions(file(), 10, 0), InstantSource.fixed(Records.NOON), () -> {})) {
            assertThat(ledger.tryTakeSlot()).isTrue();
            LedgerContract.await(ledger.recordIntent(job.begunBy()));
            LedgerContract.await(ledger.recordAsyncJob(job));
            LedgerContract.await(ledger.recordEntry(Records.entry(job.begunBy(), 1)));
        }
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }
}

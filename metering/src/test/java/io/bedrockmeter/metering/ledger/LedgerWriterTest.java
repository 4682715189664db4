package io.bedrockmeter.metering.ledger;

import static io.bedrockmeter.metering.ledger.Records.entry;
import static io.bedrockmeter.metering.ledger.Records.intent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The writer turn by turn, on a disk that fails when it is told to. */
final class LedgerWriterTest {
    private static final int SLOTS = 1_000;
    private static final long RESERVE_BYTES = 1 << 16;

    @TempDir
    private Path folder;

    private final Queue<PendingRecord> queue = new ArrayDeque<>();
    private final Queue<SQLException> failures = new ArrayDeque<>();
    private final Slots slots = new Slots(SLOTS);
    private LedgerDatabase database;
    private LedgerWriter writer;
    private int commits;

    @BeforeEach
    void openTheFile() {
        LedgerOptions options = new LedgerOptions(file(), SLOTS, RESERVE_BYTES);
        database = LedgerDatabase.open(file(), Records.NOON, this::beforeCommit);
        writer = new LedgerWriter(database, new DiskReserve(options), slots, queue);
        writer.takeReserve();
    }

    @AfterEach
    void conservesCalls() {
        LedgerContract.Kept kept = new LedgerFile(file()).kept();

        // Admitted is recorded and in flight: what holds a slot is what is open, whatever happened.
        if (writer.health() != LedgerHealth.FAILED) {
            assertThat(kept.open()).isEqualTo(slots.taken());
        }
        assertThat(kept.chargedPicos()).isEqualTo(writer.chargedPicos());
        database.close();
    }

    @Test
    void hasNothingToDoWhileNothingWaits() {
        boolean more = writer.doWork();

        assertThat(more).isFalse();
        assertThat(commits).isZero();
    }

    @Test
    void writesWhatWaitsInOneCommit() {
        CompletableFuture<?> first = submit(intent(1)).durable();
        CompletableFuture<?> second = submit(intent(2)).durable();

        writer.doWork();

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(commits).isEqualTo(1);
    }

    @Test
    void takesNoMoreThanABatchAtATime() {
        for (int call = 0; call <= LedgerWriter.BATCH_MAX; call++) {
            submit(intent(call));
        }

        boolean more = writer.doWork();

        assertThat(more).isTrue();
        assertThat(queue).hasSize(1);
        writer.doWork();
    }

    @Test
    void completesNothingBeforeTheCommit() {
        CompletableFuture<?> durable = submit(intent(1)).durable();
        failures.add(new SQLException("not a failure of SQLite's, so the test sees what had happened by then") {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                return "completed before the commit: " + durable.isDone();
            }
        });

        writer.doWork();

        assertThatThrownBy(durable::join).hasMessageContaining("completed before the commit: false");
    }

    @Test
    void refusesNewCallsWhenTheDiskIsFull() {
        failures.add(full());
        CompletableFuture<?> durable = submit(intent(1)).durable();

        writer.doWork();

        assertThat(writer.health()).isEqualTo(LedgerHealth.DISK_FULL);
        assertThatThrownBy(durable::join)
                .hasCauseInstanceOf(LedgerException.class)
                .hasMessageContaining("full");
        assertThat(slots.taken()).isZero();
    }

    @Test
    void settlesCallsInFlightFromTheReserveWhenTheDiskIsFull() {
        call(1);
        failures.add(full());
        CompletableFuture<?> settled = submit(entry(1, 10)).durable();

        boolean more = writer.doWork();
        boolean reserveIsHeld = Files.exists(reserveFile());
        writer.doWork();

        assertThat(more).isTrue();
        assertThat(reserveIsHeld).isFalse();
        assertThat(settled).isCompleted();
    }

    @Test
    void keepsTryingToSettleWhileEvenTheReserveIsUsedUp() {
        call(1);
        failures.add(full());
        failures.add(full());
        failures.add(full());
        CompletableFuture<?> settled = submit(entry(1, 10)).durable();

        boolean first = writer.doWork();
        boolean second = writer.doWork();
        boolean third = writer.doWork();
        boolean waiting = writer.isWaiting() && !settled.isDone();
        writer.doWork();

        assertThat(first).isTrue();
        assertThat(second || third)
                .as("a turn without success asks for a pause")
                .isFalse();
        assertThat(waiting).isTrue();
        assertThat(settled).isCompleted();
    }

    @Test
    void refusesIntentsThatHadTheirSlotWhenTheDiskFilledUp() {
        fillTheDisk();
        CompletableFuture<?> durable = submit(intent(2)).durable();

        writer.doWork();

        assertThat(durable).isCompletedExceptionally();
        assertThat(slots.taken()).isZero();
    }

    @Test
    void takesCallsAgainOnceTheReserveCouldBeTakenAnew() {
        fillTheDisk();

        writer.doWork();

        assertThat(writer.health()).isEqualTo(LedgerHealth.OK);
        assertThat(reserveFile()).hasSize(RESERVE_BYTES);
    }

    @Test
    void startsFullOnADiskWithoutRoomForItsReserve() {
        LedgerOptions greedy = new LedgerOptions(file(), SLOTS, Long.MAX_VALUE);
        LedgerWriter other = new LedgerWriter(database, new DiskReserve(greedy), slots, queue);

        other.takeReserve();

        assertThat(other.health()).isEqualTo(LedgerHealth.DISK_FULL);
    }

    @Test
    void chargesNobodyElseAfterAKindOfCallWasRolledBack() {
        failures.add(full());
        submit(intent(1, Records.RESERVED, "search"));
        writer.doWork();
        writer.doWork();
        submit(intent(2, Records.RESERVED, "checkout"));
        submit(intent(3, Records.RESERVED, "search"));

        writer.doWork();

        assertThat(new LedgerFile(file()).rows("SELECT team FROM usage_entries ORDER BY attempt_id"))
                .containsExactly("checkout", "search");
    }

    @Test
    void tellsTheKindOfACallOnce() {
        submit(intent(1, Records.RESERVED, "search"));
        submit(intent(2, Records.RESERVED, "checkout"));
        submit(intent(3, Records.RESERVED, "search"));

        writer.doWork();

        assertThat(new LedgerFile(file()).rows("SELECT team FROM call_kinds ORDER BY team"))
                .containsExactly("checkout", "search");
    }

    @Test
    void waitsForALockThatAnotherProgramHolds() {
        failures.add(failure(SQLiteErrorCode.SQLITE_BUSY));
        CompletableFuture<?> durable = submit(intent(1)).durable();

        boolean more = writer.doWork();
        boolean waiting = writer.isWaiting() && !durable.isDone();
        writer.doWork();

        assertThat(more).isFalse();
        assertThat(waiting).isTrue();
        assertThat(durable).isCompleted();
        assertThat(writer.health()).isEqualTo(LedgerHealth.OK);
    }

    @ParameterizedTest
    @EnumSource(
            value = SQLiteErrorCode.class,
            names = {"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_WRITE", "SQLITE_CORRUPT", "SQLITE_READONLY", "SQLITE_NOMEM"})
    void neverCarriesOnAfterAFailureThatMayBeDamage(SQLiteErrorCode code) {
        call(1);
        failures.add(failure(code));
        CompletableFuture<?> inHand = submit(entry(1, 10)).durable();

        writer.doWork();
        CompletableFuture<?> later = submit(intent(2)).durable();
        writer.doWork();

        assertThat(writer.health()).isEqualTo(LedgerHealth.FAILED);
        assertThat(inHand).isCompletedExceptionally();
        assertThat(later).isCompletedExceptionally();
        assertThat(writer.failures()).isEqualTo(1);
    }

    @Test
    void doesNotCommitARecordAgainThatWasRefusedInAFailedBatch() {
        call(1);
        CompletableFuture<?> contradiction = submit(entry(7, 1)).durable();
        CompletableFuture<?> settled = submit(entry(1, 10)).durable();
        failures.add(full());

        writer.doWork();
        writer.doWork();

        assertThat(contradiction).isCompletedExceptionally();
        assertThat(settled).isCompleted();
    }

    @Test
    void keepsOneOfTwoEntriesOfOneBatch() {
        call(1);
        CompletableFuture<?> first = submit(entry(1, 10)).durable();
        CompletableFuture<?> same = submit(entry(1, 10)).durable();
        CompletableFuture<?> other = submit(entry(1, 11)).durable();

        writer.doWork();

        assertThat(first).isCompleted();
        assertThat(same).isCompleted();
        assertThat(other).isCompletedExceptionally();
        assertThat(writer.chargedPicos())
                .isEqualTo(BigInteger.valueOf(entry(1, 10).charge().cost().picos()));
    }

    @Test
    void refusesAnEntryThatWasHandedInBeforeItsIntentWasDurable() {
        submit(intent(1));
        CompletableFuture<?> tooEarly = submit(entry(1, 10)).durable();

        writer.doWork();

        assertThat(tooEarly).isCompletedExceptionally();
    }

    @Test
    void movesTheLogIntoTheFileBeforeItGrowsLong() throws Exception {
        long longest = 0;
        for (int call = 0; call < 400; call++) {
            call(call);
            submit(entry(call, 1));
            writer.doWork();
            longest = Math.max(longest, Files.size(folder.resolve("ledger.db-wal")));
        }

        assertThat(longest).isBetween(1L << 19, 8L << 20);
        assertThat(Files.size(file())).isGreaterThan(100_000);
    }

    @Test
    void countsALargeChargeBeyond64Bits() {
        Money million = Money.parseUsd("9000000");
        for (int call = 0; call < 2; call++) {
            call(call);
            submit(Records.entry(
                    intent(call),
                    EntryState.EXACT,
                    "complete",
                    CostStatus.PRICED,
                    List.of(Records.line(UsageUnit.INPUT, 1, million))));
        }

        writer.doWork();

        assertThat(writer.chargedPicos()).isEqualTo(new BigInteger("18000000000000000000"));
    }

    @Test
    void recordsTheOwnerOfAJobThatWasBegunFromTheReserveWhenTheDiskIsFull() {
        call(1);
        failures.add(full());
        CompletableFuture<Boolean> owned = new CompletableFuture<>();
        queue.add(new PendingRecord.OfAsyncStart(Records.asyncStart(intent(1), "token"), new CompletableFuture<>(), 1));
        queue.add(new PendingRecord.OfAsyncJob(intent(1), "arn:job", owned, 1));

        writer.doWork();
        writer.doWork();

        assertThat(writer.health()).isEqualTo(LedgerHealth.DISK_FULL);
        assertThat(owned).isCompletedWithValue(true);
    }

    private void fillTheDisk() {
        failures.add(full());
        submit(intent(1));
        writer.doWork();
    }

    private void call(long number) {
        submit(intent(number));
        writer.doWork();
    }

    private PendingRecord submit(LedgerIntent intent) {
        assertThat(slots.tryTake()).isTrue();
        PendingRecord record = new PendingRecord.OfIntent(intent, new CompletableFuture<>(), 1);
        queue.add(record);
        return record;
    }

    private PendingRecord submit(LedgerEntry entry) {
        PendingRecord record = new PendingRecord.OfEntry(entry, new CompletableFuture<>(), 1);
        queue.add(record);
        return record;
    }

    private void beforeCommit() throws SQLException {
        SQLException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        commits++;
    }

    private static SQLException full() {
        return failure(SQLiteErrorCode.SQLITE_FULL);
    }

    private static SQLException failure(SQLiteErrorCode code) {
        return new SQLiteException("injected: " + code, code);
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }

    private Path reserveFile() {
        return folder.resolve("ledger.db.reserve");
    }
}

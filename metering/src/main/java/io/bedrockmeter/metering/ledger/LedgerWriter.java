package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.money.Money;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes records durable: it takes whatever waits, writes it in one transaction, and tells who waited. Confined to one
 * thread but for the figures about itself, which any thread may ask.
 */
final class LedgerWriter {
    /*
     * Batches
     * -------
     * There is no timer. While one commit is on its way to the disk, records gather for the next: a call alone waits for one
     * fsync, and the busier the proxy, the more calls share one. Before it takes a batch, the writer lets everybody else who is
     * ready to run on its core go first, again and again while that brings more records. On a core of its own, or where nobody
     * is busy, that costs it a microsecond; where event loops share its core, most calls in flight come to share one fsync.
     *
     * Failures
     * --------
     * Disk full. The transaction is rolled back and the reserve given up. Intents fail: their calls were not sent. Entries, and to
     * whom jobs belong, stay in the batch and are tried again, for their calls have cost money. When none is left and the reserve could be taken
     * anew, calls are taken again.
     *
     * File locked by another program. The batch stays as it is and is tried again; meanwhile the slots run out, which is what
     * refuses calls.
     *
     * Anything else. Nothing more is written, everything that waits fails, and the process must end.
     *
     * Contradictions
     * --------------
     * A record that is there already is answered as durable. Another one under the same id, or an entry without an open intent,
     * is a fault of the program: it fails alone, and never replaces what is there.
     *
     * Corrections
     * -----------
     * Each is whole within one transaction. One for which there is no room fails like an intent: whoever wanted it can ask
     * again, and what it corrects still stands. So it is with what a batch job came to, and the job stays open.
     */
    private static final Logger log = LoggerFactory.getLogger(LedgerWriter.class);

    static final int BATCH_MAX = 256;

    /** About 4 MiB of write-ahead log at either limit: short for readers, long enough to spread the cost. */
    private static final int CHECKPOINT_COMMITS = 256;

    private static final int CHECKPOINT_RECORDS = 8_192;

    private final LedgerDatabase database;
    private final DiskReserve reserve;
    private final Slots slots;
    private final Queue<PendingRecord> queue;

    /** The calls whose intent is durable and whose entry is not; as many as slots at most. */
    private final Map<String, LedgerIntent> open = new HashMap<>();

    private final List<PendingRecord> batch = new ArrayList<>(BATCH_MAX);
    private final List<PendingRecord> written = new ArrayList<>(BATCH_MAX);
    private final List<PendingRecord> repeated = new ArrayList<>();
    private int commitsToMove;
    private int recordsToMove;

    private volatile LedgerHealth health = LedgerHealth.OK;
    private volatile BigInteger chargedPicos = BigInteger.ZERO;
    private volatile long batchSinceMillis;
    private final AtomicLong failures = new AtomicLong();

    LedgerWriter(LedgerDatabase database, DiskReserve reserve, Slots slots, Queue<PendingRecord> queue) {
        this.database = database;
        this.reserve = reserve;
        this.slots = slots;
        this.queue = queue;
    }

    /** {@link LedgerHealth#OK}, {@link LedgerHealth#DISK_FULL} or {@link LedgerHealth#FAILED}. */
    LedgerHealth health() {
        return health;
    }

    /** What the entries written, and those counted beside them, charge together. */
    BigInteger chargedPicos() {
        return chargedPicos;
    }

    /** Transactions and checkpoints that failed. */
    long failures() {
        return failures.get();
    }

    /** When the oldest record of the batch in hand was handed in; 0 if there is none. */
    long batchSinceMillis() {
        return batchSinceMillis;
    }

    /** Counts a charge that was made durable by recovery. */
    void count(LedgerEntry entry) {
        count(entry.charge().cost());
    }

    private void count(Money charge) {
        chargedPicos = chargedPicos.add(BigInteger.valueOf(charge.picos()));
    }

    /** Takes the reserve before the first turn; without room for it, the ledger starts as full as its disk. */
    void takeReserve() {
        if (!reserve.take()) {
            health = LedgerHealth.DISK_FULL;
            log.atError().log("the ledger's disk has no room for its reserve: no calls are taken until there is");
        }
    }

    /** Whether nothing waits to be written. */
    boolean isDone() {
        return batch.isEmpty() && queue.isEmpty();
    }

    /**
     * Takes a turn: writes what waits, or, if the disk is full, looks whether it still is.
     *
     * @return whether another turn may find something to do at once; if not, one is due when a record was queued, or after a
     *     while if {@link #isWaiting}
     */
    boolean doWork() {
        return switch (health) {
            case DISK_FULL -> settleFromReserve();
            case FAILED -> failQueued();
            case OK, BUSY, CLOSED -> takeBatch() && write();
        };
    }

    /** Whether there is something to do that no new record announces. */
    boolean isWaiting() {
        return health == LedgerHealth.DISK_FULL || isStuck();
    }

    /** Whether records in hand could not be written at the last turn; more of them make it no better. */
    boolean isStuck() {
        return !batch.isEmpty();
    }

    /** Stops for good: a failure that cannot be told from damage. */
    void fail(Throwable cause) {
        health = LedgerHealth.FAILED;
        log.atError()
                .setCause(cause)
                .log("the ledger failed to write; nothing after this could be trusted, so the process must end");
        for (PendingRecord record : batch) {
            refuse(record, new LedgerException("the ledger failed to write: " + cause.getMessage(), cause));
        }
        batch.clear();
        batchSinceMillis = 0;
        failQueued();
    }

    /** Fails what was queued, because the ledger is failed or closed. Callable by any thread once no turn is taken any more. */
    boolean failQueued() {
        PendingRecord record = queue.poll();
        while (record != null) {
            refuse(record, new LedgerException("the ledger takes no records any more; it has failed or is closed"));
            record = queue.poll();
        }
        return false;
    }

    /** Gives up entries for which there is no room even now; the next start charges their calls at the reservation. */
    void abandon() {
        for (PendingRecord record : batch) {
            refuse(record, new LedgerException("the ledger was closed before there was room on its disk"));
        }
        batch.clear();
        batchSinceMillis = 0;
    }

    private boolean takeBatch() {
        int before;
        do {
            letOthersGoFirst();
            before = batch.size();
            takeQueued();
        } while (batch.size() > before && batch.size() < BATCH_MAX);
        if (batch.isEmpty()) {
            return false;
        }
        batchSinceMillis = batch.get(0).sinceMillis();
        return true;
    }

    /** Whatever the scheduler makes of it is right: only the size of batches depends on it. */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void letOthersGoFirst() {
        Thread.yield();
    }

    private void takeQueued() {
        while (batch.size() < BATCH_MAX) {
            PendingRecord record = queue.poll();
            if (record == null) {
                return;
            }
            batch.add(record);
        }
    }

    /** Writes the batch. Whether it is worth going on at once. */
    private boolean write() {
        written.clear();
        repeated.clear();
        try {
            for (PendingRecord record : batch) {
                insert(record);
            }
            database.commit();
        } catch (SQLException e) {
            return onFailure(e);
        }
        batch.clear();
        batchSinceMillis = 0;
        written.forEach(this::onWritten);
        repeated.forEach(this::onRepeated);
        return checkpointIfDue();
    }

    private void insert(PendingRecord record) throws SQLException {
        boolean isNew = switch (record) {
            case PendingRecord.OfIntent of -> database.insert(of.intent());
            case PendingRecord.OfEntry of -> isOpen(of) && database.insert(of.entry());
            case PendingRecord.OfCorrection of -> database.insert(of.correction());
            case PendingRecord.OfAsyncStart of -> database.asyncJobs().insert(of.start());
            case PendingRecord.OfAsyncJob of ->
                isStarted(of) && database.asyncJobs().claim(of.intent(), of.arn());
            case PendingRecord.OfBatchJob of -> database.batchJobs().put(of.job());
            case PendingRecord.OfBatchSettlement of -> database.batchJobs().settle(of.settlement());
            case PendingRecord.OfHolding of -> database.capacity().put(of.holding());
            case PendingRecord.OfCapacity of -> database.capacity().insert(of.window());
        };
        if (isNew) {
            written.add(record);
        } else if (isHeld(record)) {
            repeated.add(record);
        } else {
            refuseContradiction(record);
        }
    }

    private boolean isOpen(PendingRecord.OfEntry record) {
        LedgerIntent intent = open.get(record.intent().attemptId());
        return intent != null && intent.equals(record.intent());
    }

    private boolean isStarted(PendingRecord.OfCall record) throws SQLException {
        return database.asyncJobs().holds(record.intent().attemptId());
    }

    private boolean isHeld(PendingRecord record) throws SQLException {
        return switch (record) {
            case PendingRecord.OfIntent of -> database.holds(of.intent());
            case PendingRecord.OfEntry of -> database.holds(of.entry());
            case PendingRecord.OfCorrection of -> database.holds(of.correction());
            case PendingRecord.OfAsyncStart of -> isStarted(of);
            // That another call is charged for the job is no contradiction.
            case PendingRecord.OfAsyncJob of -> isStarted(of);
            // A settled job stays as it is: what else is said of it comes too late, and is no contradiction either.
            case PendingRecord.OfBatchJob of -> database.batchJobs().isSettled(of.job());
            case PendingRecord.OfBatchSettlement of ->
                database.batchJobs().isSettled(of.settlement().job());
            case PendingRecord.OfHolding of -> false;
            // However it was shared out: a window is recorded once.
            case PendingRecord.OfCapacity of -> database.capacity().holds(of.window());
        };
    }

    private void onWritten(PendingRecord record) {
        switch (record) {
            case PendingRecord.OfIntent of -> open.put(of.intent().attemptId(), of.intent());
            case PendingRecord.OfEntry of -> {
                open.remove(of.intent().attemptId());
                slots.giveBack();
                count(of.entry());
            }
            case PendingRecord.OfCorrection of -> count(of.correction().difference());
            case PendingRecord.OfAsyncStart of -> {}
            case PendingRecord.OfAsyncJob of -> {}
            case PendingRecord.OfBatchJob of -> {}
            case PendingRecord.OfBatchSettlement of -> of.settlement().entries().forEach(this::count);
            case PendingRecord.OfHolding of -> {}
            case PendingRecord.OfCapacity of -> of.window().entries().forEach(this::count);
        }
        record.complete(true);
    }

    /** A repeated intent needs no second slot; a repeated entry has none to give back. */
    private void onRepeated(PendingRecord record) {
        if (record instanceof PendingRecord.OfIntent) {
            slots.giveBack();
        }
        record.complete(false);
    }

    private void refuseContradiction(PendingRecord record) {
        log.atError()
                .addKeyValue("of", record.subject())
                .log("a record contradicts the ledger and was refused; the ledger keeps what it had");
        refuse(record, new LedgerException(record.contradiction()));
    }

    /** Answers with a failure. An intent's slot is free again; an entry's call stays open, and so does its slot. */
    private void refuse(PendingRecord record, LedgerException why) {
        if (!record.durable().isDone()) {
            if (record instanceof PendingRecord.OfIntent) {
                slots.giveBack();
            }
            record.durable().completeExceptionally(why);
        }
    }

    private boolean onFailure(SQLException failure) {
        failures.incrementAndGet();
        batch.removeIf(record -> record.durable().isDone());
        return switch (rollback(failure)) {
            case DISK_FULL -> onDiskFull(failure);
            case BUSY -> onBusy(failure);
            case FATAL -> {
                fail(failure);
                yield false;
            }
        };
    }

    private WriteFailure rollback(SQLException failure) {
        try {
            database.rollback();
            return WriteFailure.of(failure);
        } catch (SQLException e) {
            failure.addSuppressed(e);
            return WriteFailure.FATAL;
        }
    }

    private boolean onDiskFull(SQLException failure) {
        boolean isNews = health == LedgerHealth.OK;
        if (isNews) {
            log.atError()
                    .addKeyValue("cause", failure.getMessage())
                    .log(
                            "the ledger's disk is full: no new calls are taken, those in flight are settled from the reserve");
            health = LedgerHealth.DISK_FULL;
            reserve.release();
        }
        refuseWhatCanWait();
        return isNews;
    }

    private void refuseWhatCanWait() {
        batch.removeIf(record -> {
            if (record.canBeAskedAgain()) {
                refuse(record, new LedgerException("the ledger's disk is full: make room on it"));
            }
            return record.canBeAskedAgain();
        });
    }

    private boolean onBusy(SQLException failure) {
        log.atWarn()
                .addKeyValue("cause", failure.getMessage())
                .log("another program holds the ledger's write lock; calls wait until it lets go");
        return false;
    }

    private boolean settleFromReserve() {
        boolean hasRecords = takeBatch();
        refuseWhatCanWait();
        if (!batch.isEmpty()) {
            return write();
        }
        batchSinceMillis = 0;
        if (!hasRecords && reserve.take()) {
            health = LedgerHealth.OK;
            log.atInfo().log("the ledger's disk has room again: calls are taken");
        }
        return hasRecords;
    }

    private boolean checkpointIfDue() {
        commitsToMove++;
        recordsToMove += written.size();
        if (commitsToMove < CHECKPOINT_COMMITS && recordsToMove < CHECKPOINT_RECORDS) {
            return true;
        }
        try {
            database.checkpoint();
            commitsToMove = 0;
            recordsToMove = 0;
            return true;
        } catch (SQLException e) {
            return onFailure(e);
        }
    }
}

package io.bedrockmeter.metering.ledger;

import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The ledger in an SQLite file, with one writer. Thread-safe.
 *
 * <p>Records queue up while a commit is on its way to the disk, and the next commit takes all of them: the busier the proxy,
 * the more calls share one fsync. The queue is bounded by the slots.
 */
public final class SqliteLedger implements Ledger {
    /*
     * Failures
     * --------
     * Disk full. The batch is rolled back. Its intents fail: those calls were not sent and are refused. Its entries are
     * written again from the reserve, which is given up for them, because their calls have cost money. No new calls until the
     * reserve could be taken anew.
     *
     * Anything else that SQLite reports on writing or syncing. After a failed fsync the kernel may have dropped the pages and
     * will report success the next time, so nothing that follows can be believed. Everything queued fails, no new call is
     * taken, and the process is told to end; the next start verifies the file.
     *
     * A record that is there already. An identical one is a repetition and is answered as durable; a different one under the
     * same id is a fault of the caller, fails alone, and never replaces what is there.
     */
    private static final Logger log = LoggerFactory.getLogger(SqliteLedger.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final LedgerOptions options;
    private final LedgerLock lock;
    private final LedgerDatabase database;
    private final DiskReserve reserve;
    private final List<LedgerEntry> recovered;
    private final Runnable onFatal;

    private final ConcurrentLinkedQueue<PendingRecord> queue = new ConcurrentLinkedQueue<>();
    private final List<PendingRecord> batch = new ArrayList<>(LedgerOptions.BATCH_MAX);
    private final AtomicInteger freeSlots;
    private final AtomicLong writeFailures = new AtomicLong();
    private final Thread writer;

    private volatile LedgerHealth health = LedgerHealth.OK;
    private volatile boolean idle;
    private volatile boolean closing;
    private volatile BigInteger chargedPicos = BigInteger.ZERO;

    private SqliteLedger(
            LedgerOptions options,
            LedgerLock lock,
            LedgerDatabase database,
            DiskReserve reserve,
            List<LedgerEntry> recovered,
            Runnable onFatal) {
        this.options = options;
        this.lock = lock;
        this.database = database;
        this.reserve = reserve;
        this.recovered = List.copyOf(recovered);
        this.onFatal = onFatal;
        this.freeSlots = new AtomicInteger(options.slots());
        for (LedgerEntry entry : recovered) {
            addCharged(entry);
        }
        this.writer = new Thread(this::run, "ledger-writer");
    }

    /**
     * Opens a ledger, gives the calls of a process that died their entries, and starts its writer.
     *
     * @param onFatal called once, on the writer's thread, if the file can no longer be trusted: the process must end
     * @throws LedgerException if it cannot be opened; the message names the file and the way out
     */
    public static SqliteLedger open(LedgerOptions options, InstantSource clock, Runnable onFatal) {
        LedgerLock lock = LedgerLock.take(options.path());
        LedgerDatabase database = null;
        try {
            database = LedgerDatabase.open(options.path());
            DiskReserve reserve = new DiskReserve(options.path(), options.reserveBytes());
            reserve.release();
            List<LedgerEntry> recovered = Recovery.run(database, clock.instant());
            if (!reserve.take()) {
                throw new LedgerException("the disk of the ledger " + options.path() + " has no "
                        + options.reserveBytes() + " bytes to hold back; make room, or lower ledger.reserve.");
            }
            SqliteLedger ledger = new SqliteLedger(options, lock, database, reserve, recovered, onFatal);
            ledger.writer.start();
            return ledger;
        } catch (SQLException e) {
            closeAll(database, lock);
            throw new LedgerException(
                    "the open calls of the ledger " + options.path() + " could not be settled: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            closeAll(database, lock);
            throw e;
        }
    }

    /** The entries that opening made for calls of a process that died; for the meters. */
    public List<LedgerEntry> recovered() {
        return recovered;
    }

    /** What this process has charged, in picodollars: every entry that it made durable, the recovered ones included. */
    public BigInteger chargedPicos() {
        return chargedPicos;
    }

    /** Batches that could not be written at the first try. */
    public long writeFailures() {
        return writeFailures.get();
    }

    /** How long the oldest record that is not durable yet has waited. */
    public Duration lag() {
        PendingRecord oldest = queue.peek();
        return oldest == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - oldest.sinceNanos());
    }

    @Override
    public boolean tryTakeSlot() {
        if (health != LedgerHealth.OK) {
            return false;
        }
        if (freeSlots.decrementAndGet() < 0) {
            freeSlots.incrementAndGet();
            return false;
        }
        return true;
    }

    @Override
    public void returnSlot() {
        freeSlots.incrementAndGet();
    }

    @Override
    public CompletionStage<Void> recordIntent(LedgerIntent intent) {
        return enqueue(new PendingRecord.OfIntent(intent, new CompletableFuture<>(), System.nanoTime()));
    }

    @Override
    public CompletionStage<Void> recordEntry(LedgerEntry entry) {
        return enqueue(new PendingRecord.OfEntry(entry, new CompletableFuture<>(), System.nanoTime()));
    }

    @Override
    public LedgerHealth health() {
        LedgerHealth now = health;
        return now == LedgerHealth.OK && freeSlots.get() <= 0 ? LedgerHealth.BUSY : now;
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        reserve.release();
        closeAll(database, lock);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletionStage<Void> enqueue(PendingRecord record) {
        queue.add(record);
        if (idle) {
            LockSupport.unpark(writer);
        }
        return record.durable();
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            if (!doWork()) {
                idle = true;
                if (queue.isEmpty() && !closing) {
                    LockSupport.parkNanos(this, LOOK_AGAIN.toNanos());
                }
                idle = false;
            }
        }
        if (health != LedgerHealth.FAILED) {
            health = LedgerHealth.CLOSED;
        }
    }

    /** One turn of the writer: writes what waits, or looks after the disk. Whether there was anything to write. */
    boolean doWork() {
        batch.clear();
        PendingRecord next = queue.poll();
        while (next != null) {
            batch.add(next);
            next = batch.size() < LedgerOptions.BATCH_MAX ? queue.poll() : null;
        }
        if (batch.isEmpty()) {
            recoverFromFullDisk();
            return false;
        }
        if (health == LedgerHealth.FAILED) {
            failAll(batch, null);
        } else {
            write(batch);
        }
        return true;
    }

    private void write(List<PendingRecord> records) {
        try {
            for (PendingRecord record : records) {
                insert(record);
            }
            database.commit();
            records.forEach(this::done);
        } catch (SQLException e) {
            writeFailures.incrementAndGet();
            rollback();
            switch (kind(e)) {
                case FULL -> onDiskFull(records);
                case CONSTRAINT -> records.forEach(this::writeAlone);
                case FATAL -> onFatal(records, e);
            }
        }
    }

    /** A record whose batch had one that cannot be written, in a transaction of its own. */
    private void writeAlone(PendingRecord record) {
        try {
            insert(record);
            database.commit();
            done(record);
        } catch (SQLException e) {
            rollback();
            switch (kind(e)) {
                case FULL -> onDiskFull(List.of(record));
                case CONSTRAINT -> settleRepetition(record, e);
                case FATAL -> onFatal(List.of(record), e);
            }
        }
    }

    private void settleRepetition(PendingRecord record, SQLException conflict) {
        try {
            boolean identical = switch (record) {
                case PendingRecord.OfIntent of -> database.holds(of.intent());
                case PendingRecord.OfEntry of -> database.holds(of.entry());
            };
            database.commit();
            if (identical) {
                complete(record);
                return;
            }
        } catch (SQLException e) {
            onFatal(List.of(record), e);
            return;
        }
        log.atError().addKeyValue("attempt", attemptId(record)).log("a record contradicts the ledger and was refused");
        fail(
                record,
                new LedgerException(
                        "the ledger holds another record of attempt " + attemptId(record) + ", or no intent for it",
                        conflict));
    }

    private void onDiskFull(List<PendingRecord> records) {
        if (health == LedgerHealth.OK) {
            log.atError()
                    .addKeyValue("ledger", options.path())
                    .log("the disk is full; calls in flight are settled from the reserve, new ones refused");
        }
        health = LedgerHealth.DISK_FULL;
        reserve.release();
        for (PendingRecord record : records) {
            switch (record) {
                case PendingRecord.OfIntent of ->
                    fail(of, new LedgerException("the ledger's disk is full: make room on it"));
                case PendingRecord.OfEntry of -> writeFromReserve(of);
            }
        }
    }

    private void writeFromReserve(PendingRecord.OfEntry record) {
        while (!record.durable().isDone()) {
            try {
                insert(record);
                database.commit();
                done(record);
            } catch (SQLException e) {
                rollback();
                switch (kind(e)) {
                    // The money is spent: it is recorded, however long somebody needs to make room.
                    case FULL -> LockSupport.parkNanos(this, LOOK_AGAIN.toNanos());
                    case CONSTRAINT -> settleRepetition(record, e);
                    case FATAL -> onFatal(List.of(record), e);
                }
            }
        }
    }

    private void recoverFromFullDisk() {
        if (health == LedgerHealth.DISK_FULL && reserve.take()) {
            health = LedgerHealth.OK;
            log.atInfo().addKeyValue("ledger", options.path()).log("there is room on the disk again");
        }
    }

    private void onFatal(List<PendingRecord> records, SQLException cause) {
        boolean first = health != LedgerHealth.FAILED;
        health = LedgerHealth.FAILED;
        failAll(records, cause);
        if (first) {
            log.atError()
                    .addKeyValue("ledger", options.path())
                    .addKeyValue("cause", cause.getMessage())
                    .log("the ledger failed to write; nothing after this can be trusted, the process must end");
            onFatal.run();
        }
    }

    private void failAll(List<PendingRecord> records, @Nullable SQLException cause) {
        LedgerException failure = cause == null
                ? new LedgerException("the ledger has failed and takes nothing more")
                : new LedgerException("the ledger could not be written: " + cause.getMessage(), cause);
        for (PendingRecord record : records) {
            if (!record.durable().isDone()) {
                fail(record, failure);
            }
        }
    }

    private void insert(PendingRecord record) throws SQLException {
        switch (record) {
            case PendingRecord.OfIntent of -> database.insert(of.intent());
            case PendingRecord.OfEntry of -> database.insert(of.entry());
        }
    }

    private void done(PendingRecord record) {
        if (record instanceof PendingRecord.OfEntry of) {
            addCharged(of.entry());
        }
        complete(record);
    }

    private void complete(PendingRecord record) {
        if (record instanceof PendingRecord.OfEntry) {
            returnSlot();
        }
        record.durable().complete(null);
    }

    private void fail(PendingRecord record, LedgerException failure) {
        returnSlot();
        record.durable().completeExceptionally(failure);
    }

    private void addCharged(LedgerEntry entry) {
        chargedPicos = chargedPicos.add(BigInteger.valueOf(entry.charge().cost().picos()));
    }

    private void rollback() {
        try {
            database.rollback();
        } catch (SQLException e) {
            // What the failed statement reported decides; SQLite has rolled back by itself after most errors.
            return;
        }
    }

    private static String attemptId(PendingRecord record) {
        return switch (record) {
            case PendingRecord.OfIntent of -> of.intent().attemptId();
            case PendingRecord.OfEntry of -> of.entry().intent().attemptId();
        };
    }

    private enum Kind {
        FULL,
        CONSTRAINT,
        FATAL
    }

    private static Kind kind(SQLException failure) {
        if (failure instanceof SQLiteException sqlite) {
            int primary = sqlite.getResultCode().code & 0xff;
            if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
                return Kind.FULL;
            }
            if (primary == SQLiteErrorCode.SQLITE_CONSTRAINT.code) {
                return Kind.CONSTRAINT;
            }
        }
        return Kind.FATAL;
    }

    private static void closeAll(@Nullable LedgerDatabase database, LedgerLock lock) {
        if (database != null) {
            database.close();
        }
        lock.close();
    }
}

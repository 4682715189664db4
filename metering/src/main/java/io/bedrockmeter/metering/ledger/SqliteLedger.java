package io.bedrockmeter.metering.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The ledger in an SQLite file, written by one thread of its own. Thread-safe; handing in a record costs a queue node, and
 * wakes the writer only if it sleeps.
 */
public final class SqliteLedger implements Ledger {
    /** How often a full disk or a held lock is looked at again. */
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(500).toNanos();

    /** How often at closing, before entries that still find no room are given up. */
    private static final int LAST_LOOKS = 10;

    private final InstantSource clock;
    private final LedgerLock lock;
    private final LedgerDatabase database;
    private final List<LedgerEntry> recovered;
    private final Runnable onFatal;

    private final Slots slots;
    private final Queue<PendingRecord> queue = new ConcurrentLinkedQueue<>();
    private final LedgerWriter writer;
    private final Thread thread;
    private final AtomicBoolean isAsleep = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private volatile boolean isClosing;
    private volatile boolean hasStopped;

    private SqliteLedger(
            LedgerOptions options,
            InstantSource clock,
            Runnable onFatal,
            LedgerLock lock,
            LedgerDatabase database,
            List<LedgerEntry> recovered) {
        this.clock = clock;
        this.onFatal = onFatal;
        this.lock = lock;
        this.database = database;
        this.recovered = recovered;
        this.slots = new Slots(options.slots());
        this.writer = new LedgerWriter(database, new DiskReserve(options), slots, queue);
        this.thread = Thread.ofPlatform().name("ledger-writer").daemon().unstarted(this::run);
    }

    /**
     * Opens a ledger, or makes it; settles the calls that were open when the last process died; starts the writer.
     *
     * @param onFatal called once, on the writer's thread, if the file can no longer be trusted: the process must end
     * @throws LedgerInUseException if another process writes it
     * @throws LedgerException if it cannot be opened; the message names the file and the way out
     */
    public static SqliteLedger open(LedgerOptions options, InstantSource clock, Runnable onFatal) {
        return open(options, clock, onFatal, LedgerDatabase.CommitHook.NONE);
    }

    static SqliteLedger open(
            LedgerOptions options, InstantSource clock, Runnable onFatal, LedgerDatabase.CommitHook hook) {
        LedgerLock lock = LedgerLock.take(options.path());
        LedgerDatabase database = null;
        try {
            new DiskReserve(options).releaseIfDiskIsFull();
            database = LedgerDatabase.open(options.path(), clock.instant(), hook);
            List<LedgerEntry> recovered = Recovery.settleOpen(database, options.path(), clock.instant());
            SqliteLedger ledger = new SqliteLedger(options, clock, onFatal, lock, database, recovered);
            ledger.start();
            return ledger;
        } catch (RuntimeException e) {
            if (database != null) {
                database.close();
            }
            lock.close();
            throw e;
        }
    }

    /** The entries that opening made for calls of a process that died; for the meters. */
    public List<LedgerEntry> recovered() {
        return recovered;
    }

    /** Picodollars charged by every entry that this process made durable, the recovered ones included. */
    public BigInteger chargedPicos() {
        return writer.chargedPicos();
    }

    /** Writes that failed. */
    public long writeFailures() {
        return writer.failures();
    }

    /** Age of the oldest record that is not durable yet; zero if there is none. */
    public Duration lag() {
        long sinceMillis = writer.batchSinceMillis();
        if (sinceMillis == 0) {
            PendingRecord oldest = queue.peek();
            if (oldest == null) {
                return Duration.ZERO;
            }
            sinceMillis = oldest.sinceMillis();
        }
        return Duration.ofMillis(Math.max(0, clock.millis() - sinceMillis));
    }

    @Override
    public boolean tryTakeSlot() {
        return !isClosing && writer.health() == LedgerHealth.OK && slots.tryTake();
    }

    @Override
    public void returnSlot() {
        slots.giveBack();
    }

    @Override
    public CompletionStage<Void> recordIntent(LedgerIntent intent) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        enqueue(new PendingRecord.OfIntent(intent, durable, clock.millis()));
        return durable;
    }

    @Override
    public CompletionStage<Void> recordEntry(LedgerEntry entry) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        enqueue(new PendingRecord.OfEntry(entry, durable, clock.millis()));
        return durable;
    }

    @Override
    public CompletionStage<Boolean> recordCorrection(Correction correction) {
        CompletableFuture<Boolean> durable = new CompletableFuture<>();
        enqueue(new PendingRecord.OfCorrection(correction, durable, clock.millis()));
        return durable;
    }

    @Override
    public CompletionStage<Void> recordAsyncStart(AsyncStart start) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        enqueue(new PendingRecord.OfAsyncStart(start, durable, clock.millis()));
        return durable;
    }

    @Override
    public CompletionStage<Boolean> recordAsyncJob(LedgerIntent call, @Nullable String arn) {
        CompletableFuture<Boolean> durable = new CompletableFuture<>();
        enqueue(new PendingRecord.OfAsyncJob(call, arn, durable, clock.millis()));
        return durable;
    }

    @Override
    public CompletionStage<Boolean> recordBatchJob(BatchJob job) {
        CompletableFuture<Boolean> durable = new CompletableFuture<>();
        enqueue(new PendingRecord.OfBatchJob(job, durable, clock.millis()));
        return durable;
    }

    @Override
    public CompletionStage<Boolean> recordBatchSettlement(BatchSettlement settlement) {
        CompletableFuture<Boolean> durable = new CompletableFuture<>();
        enqueue(new PendingRecord.OfBatchSettlement(settlement, durable, clock.millis()));
        return durable;
    }

    @Override
    public CompletionStage<Void> recordHolding(Holding holding) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        enqueue(new PendingRecord.OfHolding(holding, durable, clock.millis()));
        return durable;
    }

    @Override
    public CompletionStage<Boolean> recordCapacity(CapacityWindow window) {
        CompletableFuture<Boolean> durable = new CompletableFuture<>();
        enqueue(new PendingRecord.OfCapacity(window, durable, clock.millis()));
        return durable;
    }

    @Override
    public LedgerHealth health() {
        LedgerHealth health = writer.health();
        if (health == LedgerHealth.FAILED) {
            return health;
        }
        if (isClosing) {
            return LedgerHealth.CLOSED;
        }
        return health == LedgerHealth.OK && slots.allTaken() ? LedgerHealth.BUSY : health;
    }

    /** {@inheritDoc} Must not be called on the writer's thread, which completes what {@code record…} returns. */
    @Override
    public void close() {
        isClosing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (true) {
            try {
                stopped.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        database.close();
        lock.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void start() {
        recovered.forEach(writer::count);
        writer.takeReserve();
        thread.start();
    }

    private void enqueue(PendingRecord record) {
        queue.add(record);
        if (isAsleep.get() && isAsleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
        if (hasStopped) {
            writer.failQueued();
        }
    }

    private void run() {
        try {
            work();
        } catch (RuntimeException | Error e) {
            writer.fail(e);
        }
        // From here on whoever hands in a record fails it; what came before is failed now, so none is left waiting.
        hasStopped = true;
        writer.failQueued();
        stopped.countDown();
        if (writer.health() == LedgerHealth.FAILED) {
            onFatal.run();
        }
    }

    private void work() {
        int looks = 0;
        while (true) {
            boolean isBusy = writer.doWork();
            if (writer.health() == LedgerHealth.FAILED || (isClosing && writer.isDone())) {
                return;
            }
            if (isBusy) {
                continue;
            }
            if (isClosing && ++looks > LAST_LOOKS) {
                writer.abandon();
                return;
            }
            sleep();
        }
    }

    private void sleep() {
        isAsleep.set(true);
        // A record queued since the last turn saw nobody asleep and wakes nobody, so look again; unless what is in hand
        // is stuck.
        if (writer.isStuck() || queue.isEmpty()) {
            if (writer.isWaiting()) {
                LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
            } else if (!isClosing) {
                LockSupport.park(this);
            }
        }
        isAsleep.set(false);
    }
}

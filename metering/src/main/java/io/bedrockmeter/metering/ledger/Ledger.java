package io.bedrockmeter.metering.ledger;

import java.util.concurrent.CompletionStage;

/**
 * The durable record of calls. Thread-safe; no method waits for a disk.
 *
 * <p>A call takes a slot, records its intent, and records its entry, which gives the slot back. A slot is room for all
 * its records in the queue and on the disk, so a call that was given one can always be settled.
 */
public interface Ledger extends AutoCloseable {
    /**
     * Takes room for one call.
     *
     * @return whether there was room; if not, the call must be refused before it costs anything. False also while the
     *     ledger cannot take new calls: disk full, write failed, closing.
     */
    boolean tryTakeSlot();

    /** Gives back a slot whose call was given up before {@link #recordIntent}. */
    void returnSlot();

    /**
     * Records the intent of a call that holds a slot.
     *
     * @return completes on the writer's thread once the intent is durable; exceptionally with {@link LedgerException} if it
     *     could not be made so, in which case the slot is given back and the call must not go out
     */
    CompletionStage<Void> recordIntent(LedgerIntent intent);

    /**
     * Records the entry of a call whose intent is durable, and gives its slot back.
     *
     * @return completes on the writer's thread once the entry is durable; exceptionally with {@link LedgerException}
     */
    CompletionStage<Void> recordEntry(LedgerEntry entry);

    /**
     * Records a correction: all of it, or nothing. Takes no slot.
     *
     * @return completes on the writer's thread once it is durable: true if it was recorded now, false if the same
     *     correction of the same entry had been before, whatever its ids; exceptionally with {@link LedgerException} if the
     *     entry is not there as it is said to stand, or was corrected otherwise, or there is no room
     */
    CompletionStage<Boolean> recordCorrection(Correction correction);

    /**
     * Records to whom an asynchronous invocation belongs, unless that was recorded before: what stands is never changed. For a
     * call whose intent is durable and whose entry was not recorded yet; it has room in that call's slot.
     *
     * @return completes on the writer's thread once it is durable: true if it was recorded now, false if the invocation was
     *     known before, whoever owns it; exceptionally with {@link LedgerException}
     */
    CompletionStage<Boolean> recordAsyncJob(AsyncJob job);

    /** Why new calls are refused, if they are; for health checks and messages. */
    LedgerHealth health();

    /** Settles what is queued, then closes. Waits; never called on an event loop. */
    @Override
    void close();
}

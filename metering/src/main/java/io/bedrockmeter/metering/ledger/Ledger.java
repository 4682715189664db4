package io.bedrockmeter.metering.ledger;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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
     * Records that a call may begin an asynchronous invocation. For a call whose intent was handed in; it has room in that call's
     * slot.
     *
     * @return completes on the writer's thread once it is durable; exceptionally with {@link LedgerException}, and then the call
     *     must not go out
     */
    CompletionStage<Void> recordAsyncStart(AsyncStart start);

    /**
     * Records what a call began whose start was recorded. For a call that went out and whose entry was not recorded yet; it has
     * room in that call's slot.
     *
     * @param arn the invocation that its answer named; null if there was no answer
     * @return completes on the writer's thread once it is durable: true if the call is to be charged for the invocation; false if
     *     another one is, because it named the same one, or is the same call of the same owner by its token; exceptionally with
     *     {@link LedgerException}
     */
    CompletionStage<Boolean> recordAsyncJob(LedgerIntent call, @Nullable String arn);

    /**
     * Records how a batch job stands, in place of how it stood before. Takes no slot.
     *
     * @return completes on the writer's thread once it is durable: true if it was recorded, false if the job is settled, which
     *     nothing changes any more; exceptionally with {@link LedgerException} if no call of this ledger created it, or there is
     *     no room
     */
    CompletionStage<Boolean> recordBatchJob(BatchJob job);

    /**
     * Records what a batch job came to: all of it, or nothing. Takes no slot.
     *
     * @return completes on the writer's thread once it is durable: true if it was recorded now, false if the job had been settled
     *     before, by this or by another settlement, which stands; exceptionally with {@link LedgerException} if no call of this
     *     ledger created it, an id of its entries is another's, or there is no room
     */
    CompletionStage<Boolean> recordBatchSettlement(BatchSettlement settlement);

    /**
     * Records how capacity that is paid by time stands, in place of how it stood before: all but what it is counted from, and when it
     * was seen first. Takes no slot.
     *
     * @return completes on the writer's thread once it is durable; exceptionally with {@link LedgerException} if there is no room
     */
    CompletionStage<Void> recordHolding(Holding holding);

    /**
     * Records what capacity cost in a window: all of it, or nothing. Takes no slot.
     *
     * @return completes on the writer's thread once it is durable: true if it was recorded now, false if that window had been
     *     recorded before, however it was shared out, which stands; exceptionally with {@link LedgerException} if an id of its entries
     *     is another's, or there is no room
     */
    CompletionStage<Boolean> recordCapacity(CapacityWindow window);

    /** Why new calls are refused, if they are; for health checks and messages. */
    LedgerHealth health();

    /** Settles what is queued, then closes. Waits; never called on an event loop. */
    @Override
    void close();
}

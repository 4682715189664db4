package io.bedrockmeter.metering;

import io.bedrockmeter.metering.ledger.AsyncStart;
import io.bedrockmeter.metering.ledger.BatchJob;
import io.bedrockmeter.metering.ledger.BatchSettlement;
import io.bedrockmeter.metering.ledger.CapacityWindow;
import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerHealth;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A ledger in memory whose records become durable, or fail, when its test says so. For one thread. */
final class MemoryLedger implements Ledger {
    final List<LedgerIntent> intents = new ArrayList<>();
    final List<LedgerEntry> entries = new ArrayList<>();
    final List<Correction> corrections = new ArrayList<>();
    LedgerHealth health = LedgerHealth.OK;
    int freeSlots = 1;

    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();

    /** Makes everything durable that waits. */
    void sync() {
        List<CompletableFuture<Void>> now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(record -> record.complete(null));
    }

    /** Fails everything that waits. */
    void fail() {
        List<CompletableFuture<Void>> now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(record -> record.completeExceptionally(new LedgerException("the disk is gone")));
    }

    @Override
    public boolean tryTakeSlot() {
        if (health != LedgerHealth.OK || freeSlots == 0) {
            return false;
        }
        freeSlots--;
        return true;
    }

    @Override
    public void returnSlot() {
        freeSlots++;
    }

    @Override
    public CompletionStage<Void> recordIntent(LedgerIntent intent) {
        intents.add(intent);
        return pending();
    }

    @Override
    public CompletionStage<Void> recordEntry(LedgerEntry entry) {
        entries.add(entry);
        return pending();
    }

    @Override
    public CompletionStage<Boolean> recordCorrection(Correction correction) {
        corrections.add(correction);
        return pending().thenApply(nothing -> true);
    }

    @Override
    public CompletionStage<Void> recordAsyncStart(AsyncStart start) {
        return pending();
    }

    @Override
    public CompletionStage<Boolean> recordAsyncJob(LedgerIntent call, @Nullable String arn) {
        return pending().thenApply(nothing -> true);
    }

    @Override
    public CompletionStage<Boolean> recordBatchJob(BatchJob job) {
        return pending().thenApply(nothing -> true);
    }

    @Override
    public CompletionStage<Boolean> recordBatchSettlement(BatchSettlement settlement) {
        entries.addAll(settlement.entries());
        return pending().thenApply(nothing -> true);
    }

    @Override
    public CompletionStage<Void> recordHolding(Holding holding) {
        return pending();
    }

    @Override
    public CompletionStage<Boolean> recordCapacity(CapacityWindow window) {
        entries.addAll(window.entries());
        return pending().thenApply(nothing -> true);
    }

    @Override
    public LedgerHealth health() {
        return health == LedgerHealth.OK && freeSlots == 0 ? LedgerHealth.BUSY : health;
    }

    @Override
    public void close() {
        health = LedgerHealth.CLOSED;
    }

    private CompletionStage<Void> pending() {
        CompletableFuture<Void> record = new CompletableFuture<>();
        waiting.add(record);
        return record;
    }
}

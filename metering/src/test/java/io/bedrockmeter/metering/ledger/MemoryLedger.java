package io.bedrockmeter.metering.ledger;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A ledger that lasts as long as its process, for tests of what stands on a ledger. Thread-safe; completes at once. */
public final class MemoryLedger implements Ledger {
    private final Map<String, LedgerIntent> intents = new LinkedHashMap<>();
    private final Map<String, LedgerEntry> entries = new LinkedHashMap<>();
    private final Map<String, Correction> corrections = new LinkedHashMap<>();
    private final Map<String, AsyncStart> starts = new LinkedHashMap<>();
    private final Map<String, String> jobs = new LinkedHashMap<>();
    private final Map<String, BatchSettlement> settled = new LinkedHashMap<>();
    private final Set<String> windows = new HashSet<>();
    private final Slots slots;
    private boolean isClosed;

    /** A ledger of so many slots. */
    public MemoryLedger(int slots) {
        this.slots = new Slots(slots);
    }

    /** The entries in the order in which they were recorded. */
    public synchronized List<LedgerEntry> entries() {
        return List.copyOf(entries.values());
    }

    /** The corrections in the order in which they were recorded. */
    public synchronized List<Correction> corrections() {
        return List.copyOf(corrections.values());
    }

    /** The intents that have no entry. */
    public synchronized List<LedgerIntent> open() {
        List<LedgerIntent> open = new ArrayList<>(intents.values());
        open.removeIf(intent -> entries.containsKey(intent.attemptId()));
        return open;
    }

    @Override
    public synchronized boolean tryTakeSlot() {
        return !isClosed && slots.tryTake();
    }

    @Override
    public void returnSlot() {
        slots.giveBack();
    }

    @Override
    public synchronized CompletionStage<Void> recordIntent(LedgerIntent intent) {
        if (isClosed) {
            return refused("the ledger is closed");
        }
        LedgerIntent known = intents.putIfAbsent(intent.attemptId(), intent);
        if (known != null) {
            slots.giveBack();
        }
        return known == null || known.equals(intent)
                ? CompletableFuture.completedStage(null)
                : refused("the ledger has another intent of attempt " + intent.attemptId());
    }

    @Override
    public synchronized CompletionStage<Void> recordEntry(LedgerEntry entry) {
        String attemptId = entry.intent().attemptId();
        if (isClosed) {
            return refused("the ledger is closed");
        }
        if (!entry.intent().equals(intents.get(attemptId))) {
            return refused("the ledger has no such open call as attempt " + attemptId);
        }
        LedgerEntry known = entries.putIfAbsent(attemptId, entry);
        if (known == null) {
            slots.giveBack();
        }
        return known == null || known.equals(entry)
                ? CompletableFuture.completedStage(null)
                : refused("the ledger has another entry of attempt " + attemptId);
    }

    @Override
    public synchronized CompletionStage<Boolean> recordCorrection(Correction correction) {
        LedgerEntry corrected = correction.standing().entry();
        String id = corrected.intent().attemptId();
        if (isClosed) {
            return refused("the ledger is closed");
        }
        if (!stands(correction.standing())) {
            return refused("the ledger has no such entry of attempt " + id + " that stands");
        }
        Correction known = corrections.putIfAbsent(id, correction);
        return known == null || isSame(known, correction)
                ? CompletableFuture.completedStage(known == null)
                : refused("the ledger has another correction of attempt " + id);
    }

    @Override
    public synchronized CompletionStage<Void> recordAsyncStart(AsyncStart start) {
        if (isClosed) {
            return refused("the ledger is closed");
        }
        starts.putIfAbsent(start.call().attemptId(), start);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<Boolean> recordAsyncJob(LedgerIntent call, @Nullable String arn) {
        AsyncStart start = starts.get(call.attemptId());
        if (isClosed || start == null) {
            return refused("the ledger has no start of attempt " + call.attemptId() + ", or is closed");
        }
        if (arn != null && jobs.containsValue(arn)) {
            return CompletableFuture.completedStage(false);
        }
        String earlier = null;
        for (String attempt : jobs.keySet()) {
            AsyncStart other = Objects.requireNonNull(starts.get(attempt));
            boolean isSame = other.token() != null
                    && other.token().equals(start.token())
                    && other.owner().equals(start.owner());
            earlier = isSame ? attempt : earlier;
        }
        boolean counts = earlier == null || (arn != null && !"".equals(jobs.get(earlier)));
        if (counts) {
            jobs.put(call.attemptId(), arn == null ? "" : arn);
        } else if (arn != null) {
            jobs.put(earlier, arn);
        }
        return CompletableFuture.completedStage(counts);
    }

    @Override
    public synchronized CompletionStage<Boolean> recordBatchJob(BatchJob job) {
        return isClosed || !isCreatedHere(job)
                ? refused("the ledger knows nothing of a batch job " + job.arn() + ", or is closed")
                : CompletableFuture.completedStage(!settled.containsKey(job.arn()));
    }

    @Override
    public synchronized CompletionStage<Boolean> recordBatchSettlement(BatchSettlement settlement) {
        BatchJob job = settlement.job();
        if (isClosed || !isCreatedHere(job)) {
            return refused("the ledger knows nothing of a batch job " + job.arn() + ", or is closed");
        }
        if (settled.containsKey(job.arn())) {
            return CompletableFuture.completedStage(false);
        }
        if (settlement.entries().stream()
                .anyMatch(entry -> intents.containsKey(entry.intent().attemptId()))) {
            return refused("an id of the entries of " + job.arn() + " is taken");
        }
        settled.put(job.arn(), settlement);
        for (LedgerEntry entry : settlement.entries()) {
            intents.put(entry.intent().attemptId(), entry.intent());
            entries.put(entry.intent().attemptId(), entry);
        }
        return CompletableFuture.completedStage(true);
    }

    @Override
    public synchronized CompletionStage<Void> recordHolding(Holding holding) {
        return isClosed ? refused("the ledger is closed") : CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<Boolean> recordCapacity(CapacityWindow window) {
        if (isClosed) {
            return refused("the ledger is closed");
        }
        if (!windows.add(window.arn() + " " + window.startedAt())) {
            return CompletableFuture.completedStage(false);
        }
        for (LedgerEntry entry : window.entries()) {
            intents.put(entry.intent().attemptId(), entry.intent());
            entries.put(entry.intent().attemptId(), entry);
        }
        return CompletableFuture.completedStage(true);
    }

    private boolean isCreatedHere(BatchJob job) {
        return job.arn().equals(jobs.get(job.call().attemptId()));
    }

    private boolean stands(StandingEntry standing) {
        boolean isCall = standing.entry().equals(entries.get(standing.callId()));
        return isCall
                || corrections.values().stream()
                        .anyMatch(known -> known.standing().callId().equals(standing.callId())
                                && known.replacement().equals(standing.entry()));
    }

    private static boolean isSame(Correction one, Correction other) {
        return one.replacement()
                .equals(other.replacement().renamed(one.replacement().intent().attemptId()));
    }

    @Override
    public synchronized LedgerHealth health() {
        if (isClosed) {
            return LedgerHealth.CLOSED;
        }
        return slots.allTaken() ? LedgerHealth.BUSY : LedgerHealth.OK;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
    }

    private static <T> CompletionStage<T> refused(String message) {
        return CompletableFuture.failedStage(new LedgerException(message));
    }
}

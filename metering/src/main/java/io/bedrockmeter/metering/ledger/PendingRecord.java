package io.bedrockmeter.metering.ledger;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A record on its way to the disk, and who waits for it. */
sealed interface PendingRecord {
    /** What it is about, for messages: the attempt id of a call, or a name. */
    default String subject() {
        return switch (this) {
            case OfHolding of -> of.holding().arn();
            case OfCapacity of -> of.window().arn();
            case OfCall of -> of.intent().attemptId();
        };
    }

    /** Completed once the record is durable, or cannot be made so. */
    CompletableFuture<?> durable();

    /**
     * Tells who waits that it is durable.
     *
     * @param isNew whether it was written now, rather than found to be there
     */
    void complete(boolean isNew);

    /** When it was handed in, by the ledger's clock. */
    long sinceMillis();

    /** Whether it may fail for want of room, because whoever handed it in can do so again; others are kept until there is room. */
    default boolean canBeAskedAgain() {
        return switch (this) {
            case OfIntent of -> true;
            case OfCorrection of -> true;
            case OfBatchJob of -> true;
            case OfBatchSettlement of -> true;
            case OfHolding of -> true;
            case OfCapacity of -> true;
            case OfEntry of -> false;
            case OfAsyncStart of -> false;
            case OfAsyncJob of -> false;
        };
    }

    /** What is wrong if it neither could be written nor is there already. */
    default String contradiction() {
        String attemptId = subject();
        return switch (this) {
            case OfIntent of -> "the ledger has another intent of attempt " + attemptId + ", which it keeps";
            case OfEntry of ->
                "the ledger has no such open call as attempt " + attemptId + ", or another entry of it, which it keeps";
            case OfAsyncStart of -> "the ledger did not take the start of attempt " + attemptId;
            case OfAsyncJob of -> "the ledger has no start of attempt " + attemptId + ", which cannot have begun a job";
            case OfCorrection of ->
                "the ledger has no such entry of attempt " + attemptId
                        + " that stands, or another correction of it, which it keeps";
            case OfBatchJob of ->
                "the ledger knows nothing of a batch job " + of.job().arn() + " created by attempt " + attemptId;
            case OfBatchSettlement of ->
                "the ledger knows nothing of a batch job "
                        + of.settlement().job().arn() + " created by attempt " + attemptId
                        + ", or an id of its entries is taken";
            case OfHolding of -> "the ledger did not take what is known of " + attemptId;
            case OfCapacity of ->
                "an id of the entries of " + attemptId + " for " + of.window().startedAt() + " is taken";
        };
    }

    /** A record that belongs to a call. */
    sealed interface OfCall extends PendingRecord {
        /** The call. */
        LedgerIntent intent();
    }

    /** The promise of a call. */
    record OfIntent(LedgerIntent intent, CompletableFuture<Void> durable, long sinceMillis) implements OfCall {
        @Override
        public void complete(boolean isNew) {
            durable.complete(null);
        }
    }

    /** What a call came to. */
    record OfEntry(LedgerEntry entry, CompletableFuture<Void> durable, long sinceMillis) implements OfCall {
        @Override
        public LedgerIntent intent() {
            return entry.intent();
        }

        @Override
        public void complete(boolean isNew) {
            durable.complete(null);
        }
    }

    /** That a call may begin a job. */
    record OfAsyncStart(AsyncStart start, CompletableFuture<Void> durable, long sinceMillis) implements OfCall {
        @Override
        public LedgerIntent intent() {
            return start.call();
        }

        @Override
        public void complete(boolean isNew) {
            durable.complete(null);
        }
    }

    /** Which job a call began, if it is known. */
    record OfAsyncJob(LedgerIntent intent, @Nullable String arn, CompletableFuture<Boolean> durable, long sinceMillis)
            implements OfCall {
        @Override
        public void complete(boolean isNew) {
            durable.complete(isNew);
        }
    }

    /** What a call came to after all. */
    record OfCorrection(Correction correction, CompletableFuture<Boolean> durable, long sinceMillis) implements OfCall {
        @Override
        public LedgerIntent intent() {
            return correction.standing().entry().intent();
        }

        @Override
        public void complete(boolean isNew) {
            durable.complete(isNew);
        }
    }

    /** How a batch job stands. */
    record OfBatchJob(BatchJob job, CompletableFuture<Boolean> durable, long sinceMillis) implements OfCall {
        @Override
        public LedgerIntent intent() {
            return job.call();
        }

        @Override
        public void complete(boolean isNew) {
            durable.complete(isNew);
        }
    }

    /** What a batch job came to. */
    record OfBatchSettlement(BatchSettlement settlement, CompletableFuture<Boolean> durable, long sinceMillis)
            implements OfCall {
        @Override
        public LedgerIntent intent() {
            return settlement.job().call();
        }

        @Override
        public void complete(boolean isNew) {
            durable.complete(isNew);
        }
    }

    /** How capacity stands that is paid by time. */
    record OfHolding(Holding holding, CompletableFuture<Void> durable, long sinceMillis) implements PendingRecord {
        @Override
        public void complete(boolean isNew) {
            durable.complete(null);
        }
    }

    /** What capacity cost in a window. */
    record OfCapacity(CapacityWindow window, CompletableFuture<Boolean> durable, long sinceMillis)
            implements PendingRecord {
        @Override
        public void complete(boolean isNew) {
            durable.complete(isNew);
        }
    }
}

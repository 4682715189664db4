package io.bedrockmeter.metering.ledger;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A record on its way to the disk, and who waits for it. */
sealed interface PendingRecord {
    /** The call it belongs to. */
    LedgerIntent intent();

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

    /** The promise of a call. */
    record OfIntent(LedgerIntent intent, CompletableFuture<Void> durable, long sinceMillis) implements PendingRecord {
        @Override
        public void complete(boolean isNew) {
            durable.complete(null);
        }
    }

    /** What a call came to. */
    record OfEntry(LedgerEntry entry, CompletableFuture<Void> durable, long sinceMillis) implements PendingRecord {
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
    record OfAsyncStart(AsyncStart start, CompletableFuture<Void> durable, long sinceMillis) implements PendingRecord {
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
            implements PendingRecord {
        @Override
        public void complete(boolean isNew) {
            durable.complete(isNew);
        }
    }

    /** What a call came to after all. */
    record OfCorrection(Correction correction, CompletableFuture<Boolean> durable, long sinceMillis)
            implements PendingRecord {
        @Override
        public LedgerIntent intent() {
            return correction.standing().entry().intent();
        }

        @Override
        public void complete(boolean isNew) {
            durable.complete(isNew);
        }
    }
}

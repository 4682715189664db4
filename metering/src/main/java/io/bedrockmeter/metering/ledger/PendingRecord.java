package io.bedrockmeter.metering.ledger;

import java.util.concurrent.CompletableFuture;

/** A record on its way to the disk, and who waits for it. */
sealed interface PendingRecord {
    /** Completed on the writer's thread once the record is durable. */
    CompletableFuture<Void> durable();

    /** When it was handed in, on the ledger's nano clock. */
    long sinceNanos();

    /** An intent. */
    record OfIntent(LedgerIntent intent, CompletableFuture<Void> durable, long sinceNanos) implements PendingRecord {}

    /** An entry. */
    record OfEntry(LedgerEntry entry, CompletableFuture<Void> durable, long sinceNanos) implements PendingRecord {}
}

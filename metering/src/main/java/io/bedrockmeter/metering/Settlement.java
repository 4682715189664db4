package io.bedrockmeter.metering;

import io.bedrockmeter.metering.ledger.LedgerEntry;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * What a call came to.
 *
 * @param entry the entry as it is being written
 * @param recorded completes on the ledger's thread once the entry is durable and the meters show it; exceptionally if it
 *     could not be made durable
 * @param budgetLeftPicos picodollars that are left of the budget of the call that has least; {@link #NO_BUDGET} if it has none, and
 *     until it is recorded
 */
public record Settlement(LedgerEntry entry, CompletionStage<Void> recorded, LongSupplier budgetLeftPicos) {
    /** Nothing is left to tell, because there is no budget. */
    public static final long NO_BUDGET = -1;
}

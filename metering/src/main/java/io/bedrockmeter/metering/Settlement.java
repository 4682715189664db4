package io.bedrockmeter.metering;

import io.bedrockmeter.metering.ledger.LedgerEntry;
import java.util.concurrent.CompletionStage;

/**
 * What a call came to.
 *
 * @param entry the entry as it is being written
 * @param recorded completes on the ledger's thread once the entry is durable and the meters show it; exceptionally if it
 *     could not be made durable
 */
public record Settlement(LedgerEntry entry, CompletionStage<Void> recorded) {}

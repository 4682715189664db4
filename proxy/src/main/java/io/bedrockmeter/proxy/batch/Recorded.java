package io.bedrockmeter.proxy.batch;

import io.bedrockmeter.metering.ledger.LedgerException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Waits for the ledger. Stateless. */
final class Recorded {
    private Recorded() {}

    /**
     * What a record came to.
     *
     * @throws LedgerException if it could not be made durable
     */
    static boolean await(CompletionStage<Boolean> record) {
        try {
            return record.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof LedgerException failure ? failure : e;
        }
    }
}

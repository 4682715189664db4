package io.bedrockmeter.metering;

import io.bedrockmeter.metering.batch.BatchBill;
import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.StandingEntry;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.pricing.ContextBand;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.usage.Served;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Prices recorded calls anew, once it is known which model their identifier stands for. Thread-safe; does not wait.
 *
 * <p>All it needs is in the record, so it does not matter which process made that. The prices are those in force when the
 * call was made, as the book of today has them.
 */
public final class Repricing {
    private final Ledger ledger;
    private final Supplier<PriceBook> prices;
    private final Consumer<Correction> corrected;
    private final Supplier<String> attemptIds;

    /**
     * Repricing over a ledger.
     *
     * @param ledger where calls were recorded
     * @param prices the price book in force, which knows what was learnt
     * @param corrected told of each correction once it is durable, on the ledger's thread
     * @param attemptIds makes an id for each entry
     */
    public Repricing(
            Ledger ledger, Supplier<PriceBook> prices, Consumer<Correction> corrected, Supplier<String> attemptIds) {
        this.ledger = ledger;
        this.prices = prices;
        this.corrected = corrected;
        this.attemptIds = attemptIds;
    }

    /**
     * Corrects a call, if the model is known now.
     *
     * @return completes on the ledger's thread once the correction is durable and the meters show it: false if it is still
     *     not known which model it was or what it costs, or the correction had been made before; exceptionally as {@link
     *     Ledger#recordCorrection} does
     */
    public CompletionStage<Boolean> reprice(StandingEntry standing) {
        PriceBook book = prices.get();
        ModelRef named = ModelRef.parse(standing.entry().intent().modelRequested());
        Optional<ResolvedModel> model = book.resolve(named, Served.SILENT);
        if (model.isEmpty() || hidesLengths(standing.entry(), model.get(), book)) {
            return CompletableFuture.completedStage(false);
        }
        String reversalId = attemptIds.get();
        LedgerEntry replacement =
                Replacement.of(standing.entry(), model.get(), book).entry(attemptIds.get());
        Correction correction = new Correction(standing, reversalId, replacement);
        return ledger.recordCorrection(correction).thenApply(isNew -> {
            if (isNew) {
                corrected.accept(correction);
            }
            return isNew;
        });
    }

    /**
     * Whether nobody can say any more which rates apply: what a batch job wrote is summed up, and each record of it is priced by its own
     * length. Below the first threshold of its model no record can have been above.
     */
    private static boolean hidesLengths(LedgerEntry entry, ResolvedModel model, PriceBook book) {
        if (!entry.intent().operation().equals(BatchBill.OPERATION)) {
            return false;
        }
        long inputTokens = Replacement.usage(entry).totalInputTokens();
        return book.prices(model.id()).stream()
                .map(price -> price.key().band())
                .anyMatch(band -> band != ContextBand.BASE && inputTokens > band.inputTokensAbove());
    }
}

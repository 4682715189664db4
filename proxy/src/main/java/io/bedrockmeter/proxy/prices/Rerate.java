package io.bedrockmeter.proxy.prices;

import io.bedrockmeter.metering.ReratedTotals;
import io.bedrockmeter.metering.Rerating;
import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.report.UsageQuery;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Prices the calls of a ledger by another book. Thread-safe; one run waits for another. */
public final class Rerate {
    private final Path file;
    private final Ledger ledger;
    private final Consumer<Correction> corrected;
    private final Supplier<String> attemptIds;
    private final Semaphore turn = new Semaphore(1, true);

    /**
     * Of a ledger that is open.
     *
     * @param file its file
     * @param ledger the same, to be written
     * @param corrected told of each correction once it is durable
     * @param attemptIds makes an id for each entry
     */
    public Rerate(Path file, Ledger ledger, Consumer<Correction> corrected, Supplier<String> attemptIds) {
        this.file = file;
        this.ledger = ledger;
        this.corrected = corrected;
        this.attemptIds = attemptIds;
    }

    /**
     * The time that calls are taken from: everything between two bounds, which are both needed so that nobody corrects more
     * than was meant.
     *
     * @param from the first moment
     * @param to the moment after the last
     */
    public record Span(Instant from, Instant to) {
        /**
         * Reads it as people write it.
         *
         * @throws IllegalArgumentException if a bound is missing or no time, or the span is empty; the message says which
         */
        public static Span parse(@Nullable String from, @Nullable String to) {
            UsageQuery query = UsageQuery.parse(Optional.ofNullable(from), Optional.ofNullable(to), "");
            if (query.from() == null || query.to() == null) {
                throw new IllegalArgumentException(
                        "which calls? give from and to, each a UTC date or a time such as" + " 2026-11-25T09:00:00Z");
            }
            return new Span(query.from(), query.to());
        }
    }

    /**
     * Does it, and tells what came of it. Waits for the disk.
     *
     * @param isDryRun whether nothing is to be written
     * @throws LedgerException as {@link Rerating#run}
     */
    public ObjectNode run(Span span, PriceBook book, boolean isDryRun) {
        turn.acquireUninterruptibly();
        try (LedgerReader reader = LedgerReader.open(file)) {
            ReratedTotals totals =
                    new Rerating(reader, ledger, corrected, attemptIds).run(span.from(), span.to(), book, isDryRun);
            return totals.toJson(book, isDryRun);
        } finally {
            turn.release();
        }
    }
}

package io.bedrockmeter.metering;

import io.bedrockmeter.metering.batch.BatchBill;
import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.ledger.StandingCalls;
import io.bedrockmeter.metering.ledger.StandingEntry;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.usage.Served;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Prices recorded calls by another book than the one they were priced by, and writes down what that changes. Waits for the
 * ledger; one run at a time.
 *
 * <p>Nothing is edited: a charge that comes to something else is taken back and another put in its place ({@link Correction}).
 * A charge that comes to the same stays, whichever book it names, so that a second run changes nothing.
 */
public final class Rerating {
    /*
     * What stays as it is
     * -------------------
     * Calls that were not billed, and those of which no unit was counted: no price applies to them. Calls that a crash left
     * open are charged at what was reserved for them, and nothing better is known of them now. Calls whose model neither the
     * record nor the book knows. Calls for which the book has no price although the record has one: a hole in a book is no
     * reason to forget what was charged. What batch jobs wrote: its entry sums up records, each of which is priced by its own length.
     * They are counted as left.
     */
    private static final int PAGE = 256;

    /** How much of an attempt id is its time, in milliseconds: {@code 019ab3f0-5c1d}. */
    private static final int TIME_OF_ID = 13;

    private final LedgerReader reader;
    private final Ledger ledger;
    private final Consumer<Correction> corrected;
    private final Supplier<String> attemptIds;

    /**
     * Rerating of a ledger.
     *
     * @param reader the ledger's file
     * @param ledger the same ledger, to be written
     * @param corrected told of each correction once it is durable
     * @param attemptIds makes an id for each entry, a UUID of version 7
     */
    public Rerating(LedgerReader reader, Ledger ledger, Consumer<Correction> corrected, Supplier<String> attemptIds) {
        this.reader = reader;
        this.ledger = ledger;
        this.corrected = corrected;
        this.attemptIds = attemptIds;
    }

    /**
     * Goes through the calls that started within a time.
     *
     * @param from the first moment
     * @param to the moment after the last
     * @param book prices, those in force when each call was made
     * @param isDryRun whether nothing is to be written
     * @throws LedgerException if the ledger can be read or written no further; what was written by then stands, and another run
     *     goes on from there
     */
    public ReratedTotals run(Instant from, Instant to, PriceBook book, boolean isDryRun) {
        ReratedTotals totals = new ReratedTotals();
        String begun = attemptIds.get().substring(0, TIME_OF_ID);
        String last = "";
        while (true) {
            List<StandingEntry> page = StandingCalls.startedBetween(reader, from, to, last, begun, PAGE);
            if (page.isEmpty()) {
                return totals;
            }
            List<Correction> corrections = new ArrayList<>();
            for (StandingEntry standing : page) {
                rerate(standing, book, totals).ifPresent(corrections::add);
            }
            if (!isDryRun) {
                write(corrections);
            }
            last = page.getLast().entry().intent().attemptId();
        }
    }

    private Optional<Correction> rerate(StandingEntry standing, PriceBook book, ReratedTotals totals) {
        LedgerEntry recorded = standing.entry();
        Charge before = recorded.charge();
        boolean isPriced = !before.lines().isEmpty()
                && recorded.state() != EntryState.NOT_BILLED
                && recorded.state() != EntryState.UNKNOWN_AFTER_CRASH;
        if (!isPriced) {
            totals.kept(recorded);
            return Optional.empty();
        }
        if (recorded.intent().operation().equals(BatchBill.OPERATION)) {
            totals.left(recorded);
            return Optional.empty();
        }
        Optional<ResolvedModel> model = model(recorded, book);
        Replacement replacement =
                model.map(m -> Replacement.of(recorded, m, book)).orElse(null);
        if (replacement == null || losesAPrice(before, replacement.charge())) {
            totals.left(recorded);
            return Optional.empty();
        }
        if (isSame(recorded, replacement)) {
            totals.kept(recorded);
            return Optional.empty();
        }
        Correction correction = new Correction(
                withBaselineOf(replacement.charge(), standing), attemptIds.get(), replacement.entry(attemptIds.get()));
        totals.changed(recorded, correction.replacement());
        return Optional.of(correction);
    }

    /** What an answer told is not asked again; all else is as the book has it, which may have learnt a name since. */
    private static Optional<ResolvedModel> model(LedgerEntry recorded, PriceBook book) {
        if (recorded.ran() != null) {
            return Optional.of(recorded.ran());
        }
        LedgerIntent intent = recorded.intent();
        Optional<ResolvedModel> named = book.resolve(ModelRef.parse(intent.modelRequested()), Served.SILENT);
        // What a share of capacity is of was told by the control plane, which no book knows.
        boolean isKnown = recorded.calls() == 0 && !intent.model().equals(intent.modelRequested());
        return isKnown ? named.or(() -> Optional.of(capacity(intent))) : named;
    }

    private static ResolvedModel capacity(LedgerIntent intent) {
        return new ResolvedModel(intent.model(), Routing.of(intent.routing()));
    }

    private static boolean losesAPrice(Charge before, Charge after) {
        for (int i = 0; i < before.lines().size(); i++) {
            if (before.lines().get(i).rate() != null && after.lines().get(i).rate() == null) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSame(LedgerEntry recorded, Replacement replacement) {
        Charge before = recorded.charge();
        Charge after = replacement.charge();
        boolean isSameModel = recorded.model().equals(replacement.model().id());
        return isSameModel
                && before.status() == after.status()
                && before.mode() == after.mode()
                && rates(before).equals(rates(after));
    }

    private static List<Optional<Object>> rates(Charge charge) {
        return charge.lines().stream()
                .map(line -> Optional.<Object>ofNullable(line.rate()))
                .toList();
    }

    /**
     * The baseline is not in the ledger. Where a line had a price it had a baseline too, which a correction of that price does not
     * move.
     */
    private static StandingEntry withBaselineOf(Charge after, StandingEntry standing) {
        Charge before = standing.entry().charge();
        List<ChargeLine> lines = new ArrayList<>(before.lines().size());
        for (int i = 0; i < before.lines().size(); i++) {
            ChargeLine line = before.lines().get(i);
            lines.add(
                    line.rate() == null
                            ? line
                            : new ChargeLine(
                                    line.unit(),
                                    line.count(),
                                    line.rate(),
                                    line.cost(),
                                    after.lines().get(i).baseline()));
        }
        Charge known = new Charge(before.mode(), before.status(), before.cost(), lines, before.priceBook());
        return new StandingEntry(standing.callId(), standing.entry().detailed(known));
    }

    private void write(List<Correction> corrections) {
        List<CompletableFuture<Boolean>> written = corrections.stream()
                .map(correction -> ledger.recordCorrection(correction).toCompletableFuture())
                .toList();
        for (int i = 0; i < written.size(); i++) {
            if (isNew(written.get(i))) {
                corrected.accept(corrections.get(i));
            }
        }
    }

    private static boolean isNew(CompletableFuture<Boolean> written) {
        try {
            return written.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LedgerException why) {
                throw new LedgerException(String.valueOf(why.getMessage()), why);
            }
            throw e;
        }
    }
}

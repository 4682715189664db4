package io.bedrockmeter.proxy.capacity;

import io.bedrockmeter.metering.capacity.CapacityBill;
import io.bedrockmeter.metering.capacity.ImportedUnits;
import io.bedrockmeter.metering.ledger.Capacities;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.pricing.CapacityTerms;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.proxy.capacity.CapacityAccrual.Surroundings;
import io.bedrockmeter.proxy.config.CapacityConfig;
import io.bedrockmeter.proxy.config.CapacityConfig.Accrual;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Imported models, whose copies are awake for five minutes at a time. For one thread. */
final class ImportedModels {
    /*
     * Windows
     * -------
     * The first begins when the first call ends that Bedrock served, and the next one follows at once if there is such a call in it.
     * After a window without one the copies sleep, and the next call that is served begins anew. All of that follows from the ledger:
     * where the last recorded window ended, and when calls ended since.
     *
     * Bedrock wakes as many copies as it needs and tells nobody how many these were. One is taken for granted, and the cost is an
     * estimate, unless an operator knows better.
     */
    private static final Logger log = LoggerFactory.getLogger(ImportedModels.class);
    static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration ASK_AGAIN = Duration.ofMinutes(10);
    private static final List<String> KINDS = List.of("imported-model/", "custom-model/imported/");

    private final Surroundings surroundings;
    private final Windows windows;
    private final Map<String, CapacitySource.Imported> found = new HashMap<>();
    private final Map<String, Instant> askAgain = new HashMap<>();
    private final Map<String, Instant> searched = new HashMap<>();
    private final Set<String> complaints = new HashSet<>();

    ImportedModels(Surroundings surroundings, Windows windows) {
        this.surroundings = surroundings;
        this.windows = windows;
    }

    /** Charges the windows of all imported models that were ever called, as far as they are over. */
    void charge(LedgerReader reader, CapacityConfig config, Instant now) {
        Set<String> arns = new TreeSet<>();
        KINDS.forEach(kind -> arns.addAll(Capacities.named(reader, kind)));
        for (String arn : arns) {
            if (isIdle(reader, arn, now)) {
                continue;
            }
            CapacityConfig.Imported told = config.imported().values().stream()
                    .filter(each -> each.arn().equals(arn))
                    .findFirst()
                    .orElse(null);
            Optional<CapacityBill> bill = bill(arn, told, config.accrual(), now);
            if (bill.isPresent()) {
                charge(reader, bill.get(), now.minus(CapacityAccrual.GRACE));
            }
        }
    }

    /** Whether nothing of it was served since it was looked at; then it need not even be known what it is. */
    private boolean isIdle(LedgerReader reader, String arn, Instant now) {
        Instant since = searched.getOrDefault(arn, lastEnd(reader, arn).orElse(Instant.EPOCH));
        return firstServed(reader, arn, since, now).isEmpty();
    }

    private void charge(LedgerReader reader, CapacityBill bill, Instant settledBefore) {
        Optional<Instant> next = nextWindow(reader, bill.arn(), settledBefore);
        while (next.isPresent() && !next.get().plus(WINDOW).isAfter(settledBefore)) {
            Instant start = next.get();
            windows.record(bill.window(
                    start,
                    WINDOW,
                    windows.uses(reader, bill.arn(), start, start.plus(WINDOW), WINDOW)
                            .getOrDefault(start, List.of())));
            next = nextWindow(reader, bill.arn(), settledBefore);
        }
    }

    /** When the next window began that is not recorded; empty if none has, or it is not over. */
    private Optional<Instant> nextWindow(LedgerReader reader, String arn, Instant settledBefore) {
        Optional<Instant> lastEnd = lastEnd(reader, arn);
        Instant from = Instant.EPOCH;
        if (lastEnd.isPresent()) {
            Instant end = lastEnd.get().plus(WINDOW);
            if (end.isAfter(settledBefore)) {
                return Optional.empty();
            }
            if (firstServed(reader, arn, lastEnd.get(), end).isPresent()) {
                return lastEnd;
            }
            from = end;
        }
        Instant searchedTo = searched.getOrDefault(arn, Instant.EPOCH);
        Optional<Instant> first =
                firstServed(reader, arn, from.isBefore(searchedTo) ? searchedTo : from, settledBefore);
        searched.put(arn, first.orElse(settledBefore));
        return first;
    }

    private static Optional<Instant> lastEnd(LedgerReader reader, String arn) {
        return Capacities.lastWindow(reader, arn).map(start -> start.plus(WINDOW));
    }

    private Optional<Instant> firstServed(LedgerReader reader, String arn, Instant from, Instant to) {
        return Capacities.firstServed(
                reader, arn, from, to, surroundings.longestCall().get());
    }

    /** What it costs; empty while nobody has told what it is. */
    private Optional<CapacityBill> bill(
            String arn, CapacityConfig.@Nullable Imported told, Accrual accrual, Instant now) {
        PriceBook prices = surroundings.prices().get();
        int copies = told == null || told.copies() == null ? 1 : told.copies();
        boolean isCounted = told != null && told.copies() != null;
        if (told != null && told.family() != null && told.unitsPerCopy() != null) {
            CapacityTerms terms = CapacityTerms.imported(told.family(), told.version());
            return Optional.of(bill(arn, told.unitsPerCopy(), copies, isCounted, terms, prices));
        }
        if (told == null && accrual != Accrual.DISCOVERED) {
            complain(
                    arn,
                    "an imported model is in use that nobody charges: declare it under prices.capacity.imported, or"
                            + " set prices.capacity.accrual to discovered, or to elsewhere if another replica does",
                    "",
                    "");
            return Optional.empty();
        }
        return look(arn, now).map(found -> {
            int units = told == null || told.unitsPerCopy() == null ? found.unitsPerCopy() : told.unitsPerCopy();
            CapacityTerms terms = told == null || told.family() == null
                    ? ImportedUnits.terms(prices, found.architecture(), found.version())
                    : CapacityTerms.imported(told.family(), told.version());
            return bill(arn, units, copies, isCounted, terms, prices);
        });
    }

    private CapacityBill bill(
            String arn, int unitsPerCopy, int copies, boolean isCounted, CapacityTerms terms, PriceBook prices) {
        return CapacityBill.imported(
                arn, Math.multiplyExact((long) unitsPerCopy, copies), isCounted, surroundings.region(), terms, prices);
    }

    private Optional<CapacitySource.Imported> look(String arn, Instant now) {
        CapacitySource.Imported known = found.get(arn);
        if (known != null || now.isBefore(askAgain.getOrDefault(arn, Instant.EPOCH))) {
            return Optional.ofNullable(known);
        }
        try {
            CapacitySource.Imported answer = surroundings.source().get().imported(arn);
            found.put(arn, answer);
            return Optional.of(answer);
        } catch (CapacitySourceException e) {
            askAgain.put(arn, now.plus(ASK_AGAIN));
            complain(
                    arn,
                    "an imported model is not charged because the proxy cannot see what it is: allow its role the action,"
                            + " or declare its family and units under prices.capacity.imported",
                    e.action(),
                    String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void complain(String arn, String message, String action, String answer) {
        if (complaints.add(arn)) {
            log.atWarn()
                    .addKeyValue("imported_model", arn)
                    .addKeyValue("action", action)
                    .addKeyValue("answer", answer)
                    .log(message);
        }
    }
}

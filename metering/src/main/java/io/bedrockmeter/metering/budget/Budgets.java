package io.bedrockmeter.metering.budget;

import io.bedrockmeter.metering.budget.BudgetHold.Share;
import io.bedrockmeter.metering.budget.BudgetPeriod.Span;
import io.bedrockmeter.metering.budget.BudgetRefusal.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All budgets of a process: asked before each call, told after it. Thread-safe; nothing is waited for but a lock that is held for
 * a microsecond.
 *
 * <p>A call counts in the period in which it came, whenever it ends. Of each budget the present period and the one before are kept,
 * so that a clock which is set back finds what was spent. Budgets come into force by {@link #begin}, at a start as at a reload, when
 * it is known what the ledger has of their periods: nothing is forgotten by a restart.
 */
public final class Budgets {
    /** So many subjects of budgets have one of their own; all beyond share one more, with the same limit. */
    static final int SUBJECTS_MAX = 65_536;

    private static final String OTHERS = "(others)";
    private static final int SPENDERS_MAX = 8_192;

    private final BudgetListener listener;
    private final Object lock = new Object();
    private final Map<WindowKey, Windows> windows = new LinkedHashMap<>();
    private final Map<Spender, List<Budget>> matches = new HashMap<>();
    /** Entries that are on their way to the ledger, which may have them before they are counted here. */
    private final Set<String> onTheirWay = new HashSet<>();
    /** Those of them that budgets were told of by the ledger, and so must not count themselves. */
    private final Map<String, Set<String>> countedOf = new HashMap<>();

    private final LearnedCosts learned = new LearnedCosts();
    private List<Budget> budgets = List.of();
    private BudgetActs acts = BudgetActs.NONE;
    private boolean someLearn;
    private @Nullable Recollection recollection;

    /** Whose window of which budget. */
    private record WindowKey(String budget, String subject) {}

    /** The windows of a subject that are kept. */
    private static final class Windows {
        private BudgetWindow present;
        private @Nullable BudgetWindow before;

        private Windows(BudgetWindow present) {
            this.present = present;
        }

        /** Puts them under a budget of another configuration; false if it has none for them. */
        private boolean areIn(@Nullable Budget budget) {
            if (budget != null) {
                present.obey(budget);
                if (before != null) {
                    before.obey(budget);
                }
            }
            return budget != null;
        }
    }

    /** No budgets yet. */
    public Budgets(BudgetListener listener) {
        this.listener = listener;
    }

    /**
     * Asks whether there is money for a call, and reserves it of all budgets that it counts towards.
     *
     * @return the reservation, which must be ended also if it is empty; or why there is none
     */
    public BudgetDecision reserve(BudgetedCall call) {
        boolean isFree = call.isPriced() && call.worst().equals(Amounts.NONE);
        synchronized (lock) {
            List<Budget> counted = isFree ? List.of() : matching(call.spender());
            long at = call.at().toEpochMilli();
            Amounts expected = someLearn ? learned.expected(call.spender(), call.worst()) : call.worst();
            List<Share> shares = new ArrayList<>(counted.size());
            for (Budget budget : counted) {
                BudgetWindow window = window(budget, call.spender(), at);
                long worst = budget.unit().of(call.worst());
                Share share = new Share(
                        window, worst, window.toReserve(worst, budget.unit().of(expected)));
                Reason reason = reasonAgainst(call, share, at);
                if (reason != null) {
                    boolean refuses = budget.mode().refuses();
                    listener.onOverrun(budget, refuses, reason);
                    if (refuses) {
                        return refusal(call, share, reason, at);
                    }
                }
                shares.add(share);
            }
            for (Share share : shares) {
                share.window().reserve(share.worst(), share.amount());
            }
            return new BudgetHold(this, call.spender(), call.at(), shares);
        }
    }

    /**
     * Counts what was spent without a reservation: capacity by the hour, a correction, a batch job.
     *
     * @param id of its entry in the ledger
     * @param at when what it is for began
     */
    public void charge(String id, Spender spender, Instant at, Amounts amounts) {
        synchronized (lock) {
            spend(id, spender, at, amounts, List.of());
        }
    }

    /** How each budget stands that has been used in its present period, or that all share. */
    public List<BudgetStatus> statuses(Instant now) {
        synchronized (lock) {
            long at = now.toEpochMilli();
            List<BudgetStatus> statuses = new ArrayList<>();
            for (Budget budget : budgets) {
                boolean frozen = acts.frozen().containsKey(budget.name());
                long limit = limit(budget, at);
                if (budget.each() == Each.ALL) {
                    statuses.add(window(budget, "", "", at).status(limit, frozen));
                    continue;
                }
                windows.forEach((key, kept) -> {
                    if (key.budget().equals(budget.name())
                            && !kept.present.span().isOverAt(at)) {
                        statuses.add(kept.present.status(limit, frozen));
                    }
                });
            }
            return statuses;
        }
    }

    /** Obeys what people have done. */
    public void obey(BudgetActs newActs) {
        synchronized (lock) {
            acts = newActs;
        }
    }

    /**
     * Prepares other budgets. From now on all that is spent is noted, so that nothing is missed, or counted twice, that the ledger is
     * asked for meanwhile; they are in force when {@link Recollection#finish} tells what it has.
     */
    public Recollection begin(List<Budget> next) {
        synchronized (lock) {
            Map<String, Budget> before = new HashMap<>();
            budgets.forEach(budget -> before.put(budget.name(), budget));
            List<Budget> begun = next.stream()
                    .filter(budget ->
                            !before.containsKey(budget.name()) || !budget.continues(before.get(budget.name())))
                    .toList();
            recollection = new Recollection(this, List.copyOf(next), begun);
            return recollection;
        }
    }

    long settle(BudgetHold hold, String id, Spender spender, Amounts actual) {
        synchronized (lock) {
            if (!hold.end()) {
                return NOTHING_LEFT_TO_TELL;
            }
            giveBack(hold);
            if (someLearn) {
                learned.note(hold.spender(), actual);
            }
            spend(id, spender, hold.at(), actual, hold.shares());
            return leastLeft(hold);
        }
    }

    /** There is no budget in USD. */
    static final long NOTHING_LEFT_TO_TELL = -1;

    void release(BudgetHold hold) {
        synchronized (lock) {
            if (hold.end()) {
                giveBack(hold);
            }
        }
    }

    /** Those that count as before keep what was spent and reserved of them. */
    void putInForce(Recollection finished, Predicate<String> ledgerHad, Runnable recalls) {
        synchronized (lock) {
            Map<String, Budget> next = new HashMap<>();
            finished.next().forEach(budget -> next.put(budget.name(), budget));
            finished.begun().forEach(budget -> next.remove(budget.name()));
            windows.entrySet()
                    .removeIf(entry ->
                            !entry.getValue().areIn(next.get(entry.getKey().budget())));
            budgets = finished.next();
            matches.clear();
            someLearn = budgets.stream().anyMatch(budget -> budget.mode() == BudgetMode.BALANCED);
            recalls.run();
            if (!finished.begun().isEmpty()) {
                Set<String> begun = finished.begun().stream().map(Budget::name).collect(Collectors.toSet());
                onTheirWay.stream()
                        .filter(ledgerHad)
                        .forEach(id -> countedOf
                                .computeIfAbsent(id, unknown -> new HashSet<>())
                                .addAll(begun));
            }
            if (recollection == finished) {
                recollection = null;
            }
        }
    }

    void abandon(Recollection given) {
        synchronized (lock) {
            if (recollection == given) {
                recollection = null;
            }
        }
    }

    /** Counts what the ledger has of the period that a time is in. */
    void recall(List<Budget> begun, Spender spender, long at, Amounts amounts) {
        for (Budget budget : begun) {
            if (budget.scope().takes(spender)) {
                window(budget, spender, at).recall(budget.unit().of(amounts));
            }
        }
    }

    void recording(String id) {
        synchronized (lock) {
            onTheirWay.add(id);
        }
    }

    private void giveBack(BudgetHold hold) {
        for (Share share : hold.shares()) {
            share.window().release(share.worst(), share.amount());
        }
    }

    /** Counts towards what it was spent on, which need not be what was asked for: another tier, or another model of a router. */
    private void spend(String id, Spender spender, Instant at, Amounts amounts, List<Share> foreseen) {
        long millis = at.toEpochMilli();
        onTheirWay.remove(id);
        Set<String> counted = countedOf.isEmpty() ? Set.of() : countedOf.getOrDefault(id, Set.of());
        countedOf.remove(id);
        for (Budget budget : matching(spender)) {
            if (counted.contains(budget.name())) {
                continue;
            }
            BudgetWindow window = window(budget, spender, millis);
            long worst = 0;
            for (Share share : foreseen) {
                if (share.window() == window) {
                    worst = share.worst();
                }
            }
            window.spend(budget.unit().of(amounts), worst);
            long limit = limit(budget, millis);
            int percent = window.thresholdToTell(limit);
            if (percent > 0) {
                listener.onThreshold(window.status(limit, acts.frozen().containsKey(budget.name())), percent);
            }
        }
        if (recollection != null) {
            recollection.note(id, new Recollection.Spent(spender, millis, amounts));
        }
    }

    private long leastLeft(BudgetHold hold) {
        long least = NOTHING_LEFT_TO_TELL;
        for (Share share : hold.shares()) {
            Budget budget = share.window().budget();
            if (budget.unit() == BudgetUnit.USD && budget.mode() != BudgetMode.SHADOW) {
                long left = share.window().left(limit(budget, hold.at().toEpochMilli()));
                least = least == NOTHING_LEFT_TO_TELL ? left : Math.min(least, left);
            }
        }
        return least;
    }

    private @Nullable Reason reasonAgainst(BudgetedCall call, Share share, long at) {
        BudgetWindow window = share.window();
        Budget budget = window.budget();
        if (acts.frozen().containsKey(budget.name())) {
            return Reason.FROZEN;
        }
        if (budget.mode() == BudgetMode.SOFT) {
            return window.hasRoomFor(1, limit(budget, at)) ? null : Reason.EXHAUSTED;
        }
        if (!call.isPriced() && budget.unit() == BudgetUnit.USD) {
            return Reason.UNPRICED;
        }
        if (budget.needsMaxTokens() && !call.limitsOutput()) {
            return Reason.OUTPUT_UNLIMITED;
        }
        return window.hasRoomFor(share.amount(), limit(budget, at)) ? null : Reason.EXHAUSTED;
    }

    private BudgetRefusal refusal(BudgetedCall call, Share share, Reason reason, long at) {
        BudgetWindow window = share.window();
        BudgetStatus status = window.status(limit(window.budget(), at), reason == Reason.FROZEN);
        Span span = window.span();
        return new BudgetRefusal(
                window.budget().name(),
                reason,
                Refusals.message(status, reason, call, share.amount(), acts),
                span.endMillis() == Long.MAX_VALUE ? null : Instant.ofEpochMilli(span.endMillis()));
    }

    private long limit(Budget budget, long at) {
        return Sums.plus(budget.limit(), acts.raisedBy(budget.name(), at));
    }

    private List<Budget> matching(Spender spender) {
        List<Budget> known = matches.get(spender);
        if (known == null) {
            known = budgets.stream()
                    .filter(budget -> budget.scope().takes(spender))
                    .toList();
            if (matches.size() >= SPENDERS_MAX) {
                matches.clear();
            }
            matches.put(spender, known);
        }
        return known;
    }

    private BudgetWindow window(Budget budget, Spender spender, long at) {
        String team = budget.each() == Each.ALL ? "" : spender.team();
        return window(budget, budget.each().subject(spender), team, at);
    }

    private BudgetWindow window(Budget budget, String subject, String team, long at) {
        WindowKey key = new WindowKey(budget.name(), subject);
        Windows kept = windows.get(key);
        if (kept == null && windows.size() >= SUBJECTS_MAX && !subject.equals(OTHERS) && !subject.isEmpty()) {
            return window(budget, OTHERS, "", at);
        }
        if (kept == null) {
            kept = new Windows(begun(budget, subject, team, at));
            windows.put(key, kept);
        } else if (kept.present.span().isOverAt(at)) {
            kept.before = kept.present;
            kept.present = begun(budget, subject, team, at);
        }
        BudgetWindow before = kept.before;
        return at < kept.present.span().startMillis() && before != null ? before : kept.present;
    }

    private static BudgetWindow begun(Budget budget, String subject, String team, long at) {
        return new BudgetWindow(budget, subject, team, budget.period().around(Instant.ofEpochMilli(at), budget.zone()));
    }
}

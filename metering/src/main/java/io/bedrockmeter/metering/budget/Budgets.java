package io.bedrockmeter.metering.budget;

import io.bedrockmeter.metering.budget.BudgetHold.Share;
import io.bedrockmeter.metering.budget.BudgetPeriod.Span;
import io.bedrockmeter.metering.budget.BudgetRefusal.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
    /** There is no budget in USD. */
    static final long NOTHING_LEFT_TO_TELL = -1;

    /** So many windows are looked at while nobody can spend. */
    private static final int LOOKED_AT_ONCE = 256;

    private static final int SPENDERS_MAX = 8_192;

    private final BudgetListener listener;
    private final Object lock = new Object();
    private final WindowTable windows = new WindowTable();
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
                BudgetWindow window = windows.of(budget, call.spender(), at);
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

    /**
     * How each budget stands that has been used in its present period, or that all share. Each is told as of one moment, not all of
     * them: calls are not held up until there is a list of everybody.
     */
    public List<BudgetStatus> statuses(Instant now) {
        long at = now.toEpochMilli();
        List<BudgetWindow> shown = new ArrayList<>();
        synchronized (lock) {
            Map<String, List<BudgetWindow>> present = windows.presentAt(at);
            for (Budget budget : budgets) {
                if (budget.each() == Each.ALL) {
                    shown.add(windows.ofAll(budget, at));
                }
                shown.addAll(present.getOrDefault(budget.name(), List.of()));
            }
        }
        List<BudgetStatus> statuses = new ArrayList<>(shown.size());
        for (int from = 0; from < shown.size(); from += LOOKED_AT_ONCE) {
            synchronized (lock) {
                for (BudgetWindow window : shown.subList(from, Math.min(shown.size(), from + LOOKED_AT_ONCE))) {
                    statuses.add(status(window, at));
                }
            }
        }
        return statuses;
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

    void release(BudgetHold hold) {
        synchronized (lock) {
            if (hold.end()) {
                giveBack(hold);
            }
        }
    }

    /** Entries that budgets about to begin may be told of by the ledger as well as here. */
    Set<String> doubtful(Recollection of) {
        synchronized (lock) {
            Set<String> ids = new HashSet<>(onTheirWay);
            of.noted().forEach(noted -> ids.add(noted.id()));
            return ids;
        }
    }

    /**
     * Puts budgets in force. Those that count as before keep what was spent and reserved of them.
     *
     * @param told the windows of those that begin, with what the ledger has
     * @param ledgerHad whether that had an entry
     */
    void putInForce(Recollection finished, WindowTable told, Predicate<String> ledgerHad) {
        synchronized (lock) {
            Map<String, Budget> kept = new HashMap<>();
            finished.next().forEach(budget -> kept.put(budget.name(), budget));
            finished.begun().forEach(budget -> kept.remove(budget.name()));
            windows.keepOnly(kept);
            windows.addAll(told);
            budgets = finished.next();
            matches.clear();
            someLearn = budgets.stream().anyMatch(budget -> budget.mode() == BudgetMode.BALANCED);
            for (Recollection.Noted noted : finished.noted()) {
                if (!ledgerHad.test(noted.id())) {
                    finished.recallIn(windows, noted.spent());
                }
            }
            Set<String> begun = finished.begun().stream().map(Budget::name).collect(Collectors.toSet());
            for (String id : onTheirWay) {
                if (!begun.isEmpty() && ledgerHad.test(id)) {
                    countedOf.computeIfAbsent(id, unknown -> new HashSet<>()).addAll(begun);
                }
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
            BudgetWindow window = windows.of(budget, spender, millis);
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
                listener.onThreshold(status(window, millis), percent);
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
        BudgetStatus status = status(window, at);
        Span span = window.span();
        return new BudgetRefusal(
                window.budget().name(),
                reason,
                Refusals.message(status, reason, call, share.amount(), acts),
                span.endMillis() == Long.MAX_VALUE ? null : Instant.ofEpochMilli(span.endMillis()));
    }

    private BudgetStatus status(BudgetWindow window, long at) {
        Budget budget = window.budget();
        return window.status(limit(budget, at), acts.frozen().containsKey(budget.name()));
    }

    private long limit(Budget budget, long at) {
        return Sums.plus(budget.limit(), acts.raisedBy(budget.name(), at));
    }

    private List<Budget> matching(Spender spender) {
        if (budgets.isEmpty()) {
            return budgets;
        }
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
}

package io.bedrockmeter.metering.budget;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The windows of all budgets: of each subject the present period and the one before. Bounded. Not thread-safe; {@link Budgets} has
 * the lock of the one in force.
 */
final class WindowTable {
    /** So many subjects of budgets have one of their own; all beyond share one more, with the same limit. */
    static final int SUBJECTS_MAX = 65_536;

    private static final String OTHERS = "(others)";

    private final Map<Key, Windows> windows = new LinkedHashMap<>();

    /** Whose window of which budget. */
    private record Key(String budget, String subject) {}

    /** The windows of a subject that are kept. */
    private static final class Windows {
        private BudgetWindow present;
        private @Nullable BudgetWindow before;

        private Windows(BudgetWindow present) {
            this.present = present;
        }
    }

    /** The window of a budget in which a spender counts at a time. */
    BudgetWindow of(Budget budget, Spender spender, long at) {
        return of(budget, budget.each().subject(spender), budget.each() == Each.ALL ? "" : spender.team(), at);
    }

    /** The window of a budget that all share. */
    BudgetWindow ofAll(Budget budget, long at) {
        return of(budget, "", "", at);
    }

    /**
     * The present windows of budgets that not all share, by the name of the budget; those that are over at a time are not among
     * them.
     */
    Map<String, List<BudgetWindow>> presentAt(long at) {
        Map<String, List<BudgetWindow>> present = new HashMap<>();
        windows.forEach((key, kept) -> {
            if (kept.present.budget().each() != Each.ALL && !kept.present.span().isOverAt(at)) {
                present.computeIfAbsent(key.budget(), first -> new ArrayList<>())
                        .add(kept.present);
            }
        });
        return present;
    }

    /** Keeps the windows of these budgets, under what a configuration makes of them, and no others. */
    void keepOnly(Map<String, Budget> budgets) {
        windows.keySet().removeIf(key -> !budgets.containsKey(key.budget()));
        windows.forEach((key, kept) -> {
            Budget budget = budgets.getOrDefault(key.budget(), kept.present.budget());
            kept.present.obey(budget);
            if (kept.before != null) {
                kept.before.obey(budget);
            }
        });
    }

    /** Takes over the windows of another table, whose budgets this one has none of. */
    void addAll(WindowTable other) {
        windows.putAll(other.windows);
    }

    private BudgetWindow of(Budget budget, String subject, String team, long at) {
        Key key = new Key(budget.name(), subject);
        Windows kept = windows.get(key);
        if (kept == null && windows.size() >= SUBJECTS_MAX && !subject.equals(OTHERS) && !subject.isEmpty()) {
            return of(budget, OTHERS, "", at);
        }
        if (kept == null) {
            kept = new Windows(begun(budget, subject, team, at));
            windows.put(key, kept);
        } else if (kept.present.span().isOverAt(at)) {
            kept.before = kept.present;
            kept.present = begun(budget, subject, team, at);
        }
        return kept.before != null && at < kept.present.span().startMillis()
                ? earlier(kept, kept.before, at)
                : kept.present;
    }

    /** For a clock that was set ahead by more than a period, and back again: the periods between have windows as they come. */
    private static BudgetWindow earlier(Windows kept, BudgetWindow before, long at) {
        if (before.span().isOverAt(at)) {
            kept.before = begun(before.budget(), before.subject(), before.team(), at);
            return kept.before;
        }
        return before;
    }

    private static BudgetWindow begun(Budget budget, String subject, String team, long at) {
        return new BudgetWindow(budget, subject, team, budget.period().around(Instant.ofEpochMilli(at), budget.zone()));
    }
}

package io.bedrockmeter.metering.budget;

import io.bedrockmeter.metering.budget.BudgetPeriod.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Budgets that are about to come into force, until it is known what the ledger has of their periods. What is spent meanwhile is
 * noted. Finished or given up; by one thread, while others spend.
 */
public final class Recollection {
    private final Budgets budgets;
    private final List<Budget> next;
    private final List<Budget> begun;
    /** Guarded by the lock of the budgets. */
    private final List<Noted> noted = new ArrayList<>();

    Recollection(Budgets budgets, List<Budget> next, List<Budget> begun) {
        this.budgets = budgets;
        this.next = next;
        this.begun = begun;
    }

    /**
     * What was spent by somebody in one period.
     *
     * @param spender by whom, and on what
     * @param atMillis a time within the period, in milliseconds since 1970
     * @param amounts how much
     */
    public record Spent(Spender spender, long atMillis, Amounts amounts) {}

    /** An entry that was counted since this began. */
    record Noted(String id, Spent spent) {}

    /** The periods of which to ask the ledger; none if every budget counts as before. */
    public Set<Span> periods(Instant now) {
        Set<Span> spans = new LinkedHashSet<>();
        begun.forEach(budget -> spans.add(budget.period().around(now, budget.zone())));
        return spans;
    }

    /** Budgets of this period are told what was spent in it. */
    public record OfPeriod(Span span, List<Spent> spent) {}

    /**
     * Puts the budgets in force. All that takes long is done while others go on spending.
     *
     * @param told what the ledger has of each period, as of one moment after this began
     * @param ledgerHad whether it had an entry at that moment; asked of those only that were noted meanwhile, or are on their way
     */
    public void finish(List<OfPeriod> told, Predicate<String> ledgerHad) {
        WindowTable windows = new WindowTable();
        for (OfPeriod period : told) {
            List<Budget> ofPeriod =
                    begun.stream().filter(budget -> isOf(budget, period.span())).toList();
            period.spent().forEach(one -> recall(windows, ofPeriod, one));
        }
        Map<String, Boolean> had = new HashMap<>();
        budgets.doubtful(this).forEach(id -> had.put(id, ledgerHad.test(id)));
        budgets.putInForce(this, windows, id -> had.computeIfAbsent(id, ledgerHad::test));
    }

    /** Counts what was spent after this began. Called under the lock of the budgets. */
    void recallIn(WindowTable windows, Spent spent) {
        recall(windows, begun, spent);
    }

    /** Gives up: the budgets that were in force stay. Once it is finished, does nothing. */
    public void abandon() {
        budgets.abandon(this);
    }

    /** Called under the lock of the budgets. */
    void note(String id, Spent spent) {
        noted.add(new Noted(id, spent));
    }

    List<Noted> noted() {
        return noted;
    }

    List<Budget> next() {
        return next;
    }

    List<Budget> begun() {
        return begun;
    }

    private static void recall(WindowTable windows, List<Budget> among, Spent spent) {
        for (Budget budget : among) {
            if (budget.scope().takes(spent.spender())) {
                windows.of(budget, spent.spender(), spent.atMillis())
                        .recall(budget.unit().of(spent.amounts()));
            }
        }
    }

    private static boolean isOf(Budget budget, Span span) {
        return budget.period()
                .around(Instant.ofEpochMilli(span.startMillis()), budget.zone())
                .equals(span);
    }
}

package io.bedrockmeter.metering.budget;

import io.bedrockmeter.metering.budget.BudgetPeriod.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Budgets that are about to come into force, until it is known what the ledger has of their periods. What is spent meanwhile is
 * noted. Finished once; by one thread, while others spend.
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

    private record Noted(String id, Spent spent) {}

    /** The periods of which to ask the ledger; none if every budget counts as before. */
    public Set<Span> periods(Instant now) {
        Set<Span> spans = new LinkedHashSet<>();
        begun.forEach(budget -> spans.add(budget.period().around(now, budget.zone())));
        return spans;
    }

    /** Budgets of this period are told what was spent in it. */
    public record OfPeriod(Span span, List<Spent> spent) {}

    /**
     * Puts the budgets in force.
     *
     * @param told what the ledger has of each period, as of one moment after this began
     * @param ledgerHad whether it had an entry at that moment; asked of the few that were noted meanwhile, or are on
     *     their way, while nobody can spend
     */
    public void finish(List<OfPeriod> told, Predicate<String> ledgerHad) {
        budgets.putInForce(this, ledgerHad, () -> {
            for (OfPeriod period : told) {
                List<Budget> ofPeriod = begun.stream()
                        .filter(budget -> isOf(budget, period.span()))
                        .toList();
                period.spent().forEach(one -> recall(ofPeriod, one));
            }
            noted.stream().filter(one -> !ledgerHad.test(one.id())).forEach(one -> recall(begun, one.spent()));
        });
    }

    /** Gives up: the budgets that were in force stay. */
    public void abandon() {
        budgets.abandon(this);
    }

    /** Called under the lock of the budgets. */
    void note(String id, Spent spent) {
        noted.add(new Noted(id, spent));
    }

    List<Budget> next() {
        return next;
    }

    List<Budget> begun() {
        return begun;
    }

    private void recall(List<Budget> among, Spent spent) {
        budgets.recall(among, spent.spender(), spent.atMillis(), spent.amounts());
    }

    private static boolean isOf(Budget budget, Span span) {
        return budget.period()
                .around(Instant.ofEpochMilli(span.startMillis()), budget.zone())
                .equals(span);
    }
}

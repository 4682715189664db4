package io.bedrockmeter.metering.budget;

import io.bedrockmeter.metering.budget.BudgetPeriod.Span;

/**
 * How a budget of one subject stands at a moment. Immutable. All amounts are in the budget's unit.
 *
 * @param budget the budget
 * @param subject whose it is; empty if it is shared by all that count towards it
 * @param team the team of the subject; empty if it is shared
 * @param span the period
 * @param limit what may be spent, with what it is raised by
 * @param spent what is
 * @param reserved what the calls that run may still spend
 * @param exposure what they could spend beyond that; at most the budget's overshoot
 * @param unforeseen what was spent without a reservation, or beyond the worst case of one
 * @param isFrozen whether nothing more may be spent, whatever is left
 */
public record BudgetStatus(
        Budget budget,
        String subject,
        String team,
        Span span,
        long limit,
        long spent,
        long reserved,
        long exposure,
        long unforeseen,
        boolean isFrozen) {
    /** By how much the limit may be passed at worst, or was: by what a configuration allows, and by what could not be foreseen. */
    public long overshootBound() {
        return Sums.plus(budget.overshoot(), unforeseen);
    }

    /** What is left for calls to come. */
    public long left() {
        return Math.max(0, Sums.minus(limit, Sums.plus(spent, reserved)));
    }
}

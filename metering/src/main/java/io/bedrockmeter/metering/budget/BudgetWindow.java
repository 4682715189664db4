package io.bedrockmeter.metering.budget;

import io.bedrockmeter.metering.budget.BudgetPeriod.Span;

/**
 * One budget of one subject in one period: what is spent of it, and what is reserved. Not thread-safe; {@link Budgets} has the lock.
 *
 * <h2>Why it holds</h2>
 *
 * A call with the worst case R is admitted with a reservation r ≤ R if {@code spent + reserved + r ≤ limit} and
 * {@code exposure + (R - r) ≤ overshoot}, where exposure is the sum of {@code R - r} of all that run. At the last admission the sum
 * of all that was spent and can still be is therefore at most {@code limit + overshoot}; later settlements only bring it down,
 * unless a call costs more than its worst case, or something is charged that no call had reserved. Both are kept in
 * {@code unforeseen}.
 */
final class BudgetWindow {
    private final String subject;
    private final String team;
    private final Span span;
    private Budget budget;

    private long spent;
    private long reserved;
    private long exposure;
    private long unforeseen;
    private int told;

    BudgetWindow(Budget budget, String subject, String team, Span span) {
        this.budget = budget;
        this.subject = subject;
        this.team = team;
        this.span = span;
    }

    Budget budget() {
        return budget;
    }

    Span span() {
        return span;
    }

    String subject() {
        return subject;
    }

    String team() {
        return team;
    }

    /** The same after the configuration changed what may be spent. */
    void obey(Budget changed) {
        budget = changed;
    }

    /** What a call must reserve: what is expected of it, and as much of the rest as the overshoot has no room for. */
    long toReserve(long worst, long expected) {
        if (budget.mode() != BudgetMode.BALANCED) {
            return worst;
        }
        long room = Math.max(0, budget.overshoot() - exposure);
        return Math.max(Math.min(worst, expected), worst - Math.min(worst, room));
    }

    boolean hasRoomFor(long amount, long limit) {
        return Sums.plus(Sums.plus(spent, reserved), amount) <= limit;
    }

    void reserve(long worst, long amount) {
        reserved = Sums.plus(reserved, amount);
        exposure = Sums.plus(exposure, worst - amount);
    }

    /** Gives a reservation back. */
    void release(long worst, long amount) {
        reserved = Sums.minus(reserved, amount);
        exposure = Sums.minus(exposure, worst - amount);
    }

    /** Counts what was spent, and what of it nobody could have foreseen. */
    void spend(long amount, long foreseen) {
        spent = Sums.plus(spent, amount);
        unforeseen = Sums.plus(unforeseen, Math.max(0, amount - foreseen));
    }

    /** Begins with what was spent in this period before. */
    void recall(long amount) {
        spent = Sums.plus(spent, amount);
        told = reached(budget.limit());
    }

    /** The highest threshold that was reached and not told yet, which it is from now on; 0 if there is none. */
    int thresholdToTell(long limit) {
        int reached = reached(limit);
        if (reached <= told) {
            return 0;
        }
        told = reached;
        return reached;
    }

    private int reached(long limit) {
        int reached = 0;
        for (int percent : budget.thresholds()) {
            // Rounded up, so that the whole of a small budget is not reached before its end.
            long at = limit / 100 * percent + Math.ceilDiv(limit % 100 * percent, 100L);
            if (spent >= at) {
                reached = percent;
            }
        }
        return reached;
    }

    BudgetStatus status(long limit, boolean isFrozen) {
        return new BudgetStatus(budget, subject, team, span, limit, spent, reserved, exposure, unforeseen, isFrozen);
    }

    long left(long limit) {
        return Math.max(0, Sums.minus(limit, Sums.plus(spent, reserved)));
    }
}

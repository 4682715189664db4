package io.bedrockmeter.metering.budget;

import java.time.Instant;
import java.util.List;

/**
 * What one call holds of the budgets that it counts towards. Ended once: {@link #settle} with what it cost, or {@link #release}; what
 * comes later does nothing. One that holds nothing must be ended too, because its call may cost something all the same. Thread-safe.
 */
public final class BudgetHold implements BudgetDecision {
    private final Budgets budgets;
    private final Spender spender;
    private final Instant at;
    private final List<Share> shares;
    private boolean ended;

    /**
     * What is held of one budget.
     *
     * @param window of which
     * @param worst the most that the call can cost of it
     * @param amount what is reserved
     */
    record Share(BudgetWindow window, long worst, long amount) {}

    BudgetHold(Budgets budgets, Spender spender, Instant at, List<Share> shares) {
        this.budgets = budgets;
        this.spender = spender;
        this.at = at;
        this.shares = shares;
    }

    /**
     * Says that the entry of the call is handed to the ledger now; it is settled when that has it.
     *
     * @param id of the entry
     */
    public void recording(String id) {
        budgets.recording(id);
    }

    /**
     * Ends it with what the call cost.
     *
     * @param id of its entry in the ledger
     * @param actual what it was spent on, which may be another model or mode than was asked for
     * @return what is left for further calls, in picodollars, of the budget in USD that has least; -1 if it counted towards none
     */
    public long settle(String id, Spender actual, Amounts amounts) {
        return budgets.settle(this, id, actual, amounts);
    }

    /** Ends it without anything having been spent. */
    public void release() {
        budgets.release(this);
    }

    Spender spender() {
        return spender;
    }

    Instant at() {
        return at;
    }

    List<Share> shares() {
        return shares;
    }

    /** Ends it; false if it was before. Called under the lock of the budgets. */
    boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }
}

package io.bedrockmeter.metering.budget;

/** What is told of budgets as it happens. Called under the lock of the budgets, so it must not wait, nor ask them anything. */
public interface BudgetListener {
    /** Tells nobody. */
    BudgetListener NOBODY = new BudgetListener() {
        @Override
        public void onThreshold(BudgetStatus status, int percent) {}

        @Override
        public void onOverrun(Budget budget, boolean wasRefused, BudgetRefusal.Reason reason) {}
    };

    /** Spending has reached a share of the limit, for the first time in its period. */
    void onThreshold(BudgetStatus status, int percent);

    /**
     * A budget had no room for a call.
     *
     * @param wasRefused whether the call was refused for it; not by a budget that only tells
     */
    void onOverrun(Budget budget, boolean wasRefused, BudgetRefusal.Reason reason);
}

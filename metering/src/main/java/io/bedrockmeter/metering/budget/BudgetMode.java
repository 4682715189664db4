package io.bedrockmeter.metering.budget;

/** What a budget does about a call that it has no room for. */
public enum BudgetMode {
    /** Refuses it. Each call reserves the most that it can cost, so that spending never passes the limit. */
    STRICT,
    /**
     * Refuses it. Each call reserves what others of its kind have cost, as long as all that run could not pass the limit by more
     * than the budget's overshoot.
     */
    BALANCED,
    /** Lets it pass, and tells. */
    SOFT,
    /** Lets it pass, and counts that it would have refused it. Reserves as strictly as if it did. */
    SHADOW;

    /** Whether calls are refused. */
    public boolean refuses() {
        return this == STRICT || this == BALANCED;
    }
}

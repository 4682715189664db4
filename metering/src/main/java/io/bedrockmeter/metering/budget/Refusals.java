package io.bedrockmeter.metering.budget;

import io.bedrockmeter.metering.budget.BudgetRefusal.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What callers are told whose call a budget refuses: the budget, its numbers, and the way out. Stateless. */
final class Refusals {
    private Refusals() {}

    static String message(BudgetStatus status, Reason reason, BudgetedCall call, long amount, BudgetActs acts) {
        Budget budget = status.budget();
        String name = "Budget '" + budget.name() + "'" + (status.subject().isEmpty() ? "" : " of " + status.subject());
        return switch (reason) {
            case EXHAUSTED ->
                name + (status.left() == 0 ? " is spent" : " has no room for this call") + ": limit "
                        + budget.unit().told(status.limit()) + ", spent "
                        + budget.unit().told(status.spent()) + ", reserved by calls that run "
                        + budget.unit().told(status.reserved()) + "; this call may take up to "
                        + budget.unit().told(amount) + ". " + wayOut(status, call);
            case FROZEN ->
                name + " is frozen, so nothing is spent of it: " + acts.frozen().getOrDefault(budget.name(), "");
            case UNPRICED ->
                name + " cannot be held: there is no price for model '"
                        + call.spender().model()
                        + "', so nobody knows what this call would cost. Add its price, or call another model.";
            case OUTPUT_UNLIMITED -> name + " takes calls only that limit their output: set maxTokens (max_tokens).";
        };
    }

    private static String wayOut(BudgetStatus status, BudgetedCall call) {
        String smaller = !call.limitsOutput() ? "Limit its output (max_tokens), which may make room for it" : "";
        if (status.span().endMillis() == Long.MAX_VALUE) {
            return (smaller.isEmpty() ? "Ask" : smaller + ", or ask") + " for the limit to be raised.";
        }
        String resets = "the budget begins anew at "
                + Instant.ofEpochMilli(status.span().endMillis()).truncatedTo(ChronoUnit.SECONDS);
        return smaller.isEmpty() ? "T" + resets.substring(1) + "." : smaller + "; " + resets + ".";
    }
}

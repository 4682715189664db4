package io.bedrockmeter.metering.budget;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * There is not. Immutable.
 *
 * @param budget the name of the budget that refuses
 * @param reason why
 * @param message for the caller: the budget, its limit, what is spent and when it begins anew
 * @param resets when it begins anew; null if it does not
 */
public record BudgetRefusal(
        String budget,
        Reason reason,
        String message,
        @Nullable Instant resets) implements BudgetDecision {
    /** Why a budget refuses a call. */
    public enum Reason {
        /** There is not enough left of it. */
        EXHAUSTED("exhausted"),
        /** Somebody has frozen it. */
        FROZEN("frozen"),
        /** Nobody knows what the call would cost. */
        UNPRICED("unpriced"),
        /** The call does not limit its output, which the budget asks for. */
        OUTPUT_UNLIMITED("output_unlimited");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        /** Its name on meters. */
        public String label() {
            return label;
        }
    }
}

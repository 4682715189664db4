package io.bedrockmeter.metering;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Whether a call may go out, decided before a cent is spent. */
public sealed interface Admission {
    /**
     * It may, once its intent is durable.
     *
     * @param call the admitted call, to be settled exactly once
     * @param intentRecorded completes on the ledger's thread when the first byte may go out; exceptionally if the intent
     *     could not be made durable, and then the call is over and must not be settled
     */
    record Admitted(AdmittedCall call, CompletionStage<Void> intentRecorded) implements Admission {}

    /**
     * It may not.
     *
     * @param reason why
     * @param message names the thing, the value and the way out; fit for the caller's eyes
     * @param retryAfter when another try may succeed, in whole seconds from one; null if nobody can tell
     */
    record Refused(Reason reason, String message, @Nullable Duration retryAfter) implements Admission {}

    /** Why a call was refused. */
    enum Reason {
        /** More calls are in flight than the ledger has room for. */
        OVERLOADED("overloaded"),
        /** A limit of requests, tokens or calls at once is reached. */
        RATE_LIMITED("rate_limited"),
        /** A budget has no room for what it may cost, or is frozen. */
        BUDGET("budget"),
        /** The ledger takes no calls: disk full, write failed, closing. */
        LEDGER_UNAVAILABLE("ledger_unavailable");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        /** The name on meters. */
        public String label() {
            return label;
        }
    }
}

package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call came to: terminal, and never edited; a mistake is corrected by another entry. Immutable.
 *
 * @param intent the promise that it completes
 * @param endedAt when it ended, UTC
 * @param state a terminal state, never {@link EntryState#OPEN}
 * @param reason why it is not exact, or how it ended; from a closed set of labels, {@code complete} for the plain case
 * @param charge what it costs
 * @param upperBound the most it can have cost; equal to the charge's cost where that is exact
 * @param upstreamRequestId the upstream's request id; null if it gave none
 * @param httpStatus status of the upstream's response; 0 if there was none
 * @param bytesOut bytes of response body that the upstream sent
 * @param attributes what narrowed the units down to a price, such as the quality of an image; mostly empty
 * @param ran the model that is billed, where only the answer told which one ran; null where the intent names it
 */
public record LedgerEntry(
        LedgerIntent intent,
        Instant endedAt,
        EntryState state,
        String reason,
        Charge charge,
        Money upperBound,
        @Nullable String upstreamRequestId,
        int httpStatus,
        long bytesOut,
        Map<String, String> attributes,
        @Nullable ResolvedModel ran) {
    public LedgerEntry {
        attributes = Map.copyOf(attributes);
        if (state == EntryState.OPEN) {
            throw new IllegalArgumentException("an entry is terminal; " + intent.attemptId() + " was given as OPEN");
        }
    }

    /** An entry whose units need nothing to narrow them down. */
    public LedgerEntry(
            LedgerIntent intent,
            Instant endedAt,
            EntryState state,
            String reason,
            Charge charge,
            Money upperBound,
            @Nullable String upstreamRequestId,
            int httpStatus,
            long bytesOut) {
        this(
                intent,
                endedAt,
                state,
                reason,
                charge,
                upperBound,
                upstreamRequestId,
                httpStatus,
                bytesOut,
                Map.of(),
                null);
    }

    /** The same entry with its units narrowed down. */
    public LedgerEntry withAttributes(Map<String, String> narrower) {
        return with(intent, narrower, ran);
    }

    /** The same entry, billed as a model that only the answer named. */
    public LedgerEntry billedAs(ResolvedModel model) {
        return with(intent, attributes, model);
    }

    /**
     * The same entry with its charge told in more detail than the ledger keeps.
     *
     * @throws IllegalArgumentException if it comes to another amount
     */
    public LedgerEntry detailed(Charge other) {
        if (!other.cost().equals(charge.cost())) {
            throw new IllegalArgumentException("detail does not make " + other.cost() + " of " + charge.cost());
        }
        return new LedgerEntry(
                intent,
                endedAt,
                state,
                reason,
                other,
                upperBound,
                upstreamRequestId,
                httpStatus,
                bytesOut,
                attributes,
                ran);
    }

    /** The same entry under another attempt id. */
    LedgerEntry renamed(String attemptId) {
        return with(intent.renamed(attemptId), attributes, ran);
    }

    private LedgerEntry with(
            LedgerIntent newIntent, Map<String, String> newAttributes, @Nullable ResolvedModel newRan) {
        return new LedgerEntry(
                newIntent,
                endedAt,
                state,
                reason,
                charge,
                upperBound,
                upstreamRequestId,
                httpStatus,
                bytesOut,
                newAttributes,
                newRan);
    }

    /** The id of the model that is billed; the identifier that the caller used where nobody has told. */
    public String model() {
        return ran == null ? intent.model() : ran.id();
    }

    /** How many calls it is of: one; none if it is a share of capacity that is paid by time. */
    public int calls() {
        return CapacityWindow.isOperation(intent.operation()) ? 0 : 1;
    }

    /** Whether the identifier that the caller used names no model by itself, and none was known for it. */
    public boolean isUnresolved() {
        boolean costIsKnown = switch (charge.status()) {
            case NOT_BILLED, FREE, PRICED -> true;
            case ESTIMATED -> state != EntryState.UNKNOWN_AFTER_CRASH;
            case UNPRICED_MODEL, UNPRICED_UNIT, USAGE_MISSING, INCONSISTENT, PREPAID -> false;
        };
        return !costIsKnown && model().equals(intent.modelRequested());
    }
}

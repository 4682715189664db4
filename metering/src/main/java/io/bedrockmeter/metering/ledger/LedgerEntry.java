package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import java.time.Instant;
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
        long bytesOut) {
    public LedgerEntry {
        if (state == EntryState.OPEN) {
            throw new IllegalArgumentException("an entry is terminal; " + intent.attemptId() + " was given as OPEN");
        }
    }
}

package io.bedrockmeter.metering.ledger;

/**
 * The entry that says what a call came to, as far as is known now. Immutable.
 *
 * @param callId attempt id of the call
 * @param entry the call's own entry, or the last replacement of it
 */
public record StandingEntry(String callId, LedgerEntry entry) {
    /** A call's own entry, which was not corrected. */
    public static StandingEntry of(LedgerEntry entry) {
        return new StandingEntry(entry.intent().attemptId(), entry);
    }
}

package io.bedrockmeter.metering.ledger;

/** Where an entry of the ledger stands. Each call has one intent and then exactly one of the terminal states. */
public enum EntryState {
    /** Admitted, and not finished yet. */
    OPEN,
    /** Usage was read whole from the response. */
    EXACT,
    /** Usage was estimated; the reason says why. */
    ESTIMATED,
    /** Amazon Bedrock does not bill it: refused, or never sent whole. */
    NOT_BILLED,
    /** The process died while it was open: charged at its reservation until it is reconciled. */
    UNKNOWN_AFTER_CRASH
}

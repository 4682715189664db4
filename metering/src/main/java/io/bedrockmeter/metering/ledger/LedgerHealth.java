package io.bedrockmeter.metering.ledger;

/** Whether the ledger takes new calls. */
public enum LedgerHealth {
    /** It does. */
    OK,
    /** Every slot is taken. */
    BUSY,
    /** The disk is full: calls in flight are settled from the reserve, new ones are refused until there is room. */
    DISK_FULL,
    /** A write or fsync failed: what is on the disk is unknown until the ledger is opened again. The process must end. */
    FAILED,
    /** It is closing or closed. */
    CLOSED
}

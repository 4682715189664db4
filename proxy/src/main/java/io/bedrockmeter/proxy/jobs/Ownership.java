package io.bedrockmeter.proxy.jobs;

/** Whether a job belongs to whoever asks for it. */
public enum Ownership {
    /** It does. */
    OWN,
    /** It belongs to somebody else, or there is none; nobody is told which. */
    NOT_OWN,
    /** The ledger could not be asked. */
    UNKNOWN
}

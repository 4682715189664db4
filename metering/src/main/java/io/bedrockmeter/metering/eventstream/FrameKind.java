package io.bedrockmeter.metering.eventstream;

/** What a frame carries, by its {@code :message-type}. */
public enum FrameKind {
    /** An event of the operation's union, named by {@code :event-type}. */
    EVENT,
    /** A modelled exception, named by {@code :exception-type}; the server ends the body after it. */
    EXCEPTION,
    /** An unmodelled error, named by {@code :error-code}. */
    ERROR,
    /** A type that the protocol does not know: relayed, and not understood. */
    OTHER
}

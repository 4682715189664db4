package io.bedrockmeter.simulator.call;

/** Whose interface an operation belongs to: it decides about the form of errors and streams. */
public enum Dialect {
    /** Errors in headers, streams in frames. */
    AWS,
    /** Errors as {@code {"error":{…}}}, streams as server-sent events. */
    OPENAI,
    /** Errors as {@code {"type":"error","error":{…}}}, streams as server-sent events. */
    ANTHROPIC
}

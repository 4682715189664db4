package io.bedrockmeter.simulator.script;

import org.jspecify.annotations.Nullable;

/**
 * One thing that goes wrong after the request was accepted.
 *
 * @param kind what goes wrong
 * @param at the body bytes sent before it (reset, close, stall; -1: before the head), the text deltas sent before it
 *     (exception), or the number of the frame, from 0 (corrupt_frame)
 * @param type of an exception frame, in lower camel case
 * @param message of an exception frame
 * @param originalStatusCode of a modelStreamErrorException
 */
public record Fault(
        Kind kind,
        @Nullable Long at,
        @Nullable String type,
        @Nullable String message,
        @Nullable Long originalStatusCode) {

    /** The kinds of fault, by their names in a script. */
    public enum Kind {
        RESET,
        CLOSE,
        STALL,
        EXCEPTION,
        CORRUPT_FRAME,
        MISSING_USAGE,
        GUARDRAIL_BLOCKED
    }

    public long place() {
        return at == null ? 0 : at;
    }

    public static Fault resetBeforeHead() {
        return new Fault(Kind.RESET, -1L, null, null, null);
    }

    public static Fault resetAfter(long bodyBytes) {
        return new Fault(Kind.RESET, bodyBytes, null, null, null);
    }

    public static Fault closeAfter(long bodyBytes) {
        return new Fault(Kind.CLOSE, bodyBytes, null, null, null);
    }

    public static Fault stallAfter(long bodyBytes) {
        return new Fault(Kind.STALL, bodyBytes, null, null, null);
    }

    public static Fault exceptionAfter(long deltas, String type, String message) {
        return new Fault(Kind.EXCEPTION, deltas, type, message, null);
    }

    public static Fault corruptFrame(long number) {
        return new Fault(Kind.CORRUPT_FRAME, number, null, null, null);
    }

    public static Fault missingUsage() {
        return new Fault(Kind.MISSING_USAGE, null, null, null, null);
    }

    public static Fault guardrailBlockedInput() {
        return new Fault(Kind.GUARDRAIL_BLOCKED, null, null, null, null);
    }
}

package io.bedrockmeter.simulator.sigv4;

/** Whether a request may pass, and in whose name. */
public sealed interface Verdict {
    /** Signed, or bearing a token, of this access key. */
    record Accepted(String accessKey) implements Verdict {}

    /** Refused with 403 and this error of the coral service. */
    record Refused(String accessKey, String errorType, String message) implements Verdict {}
}

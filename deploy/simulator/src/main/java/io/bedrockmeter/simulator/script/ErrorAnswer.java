package io.bedrockmeter.simulator.script;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error instead of an answer.
 *
 * @param type the exception's name; null for an error that is not AWS-shaped
 * @param messageKey {@code message}, or {@code Message} as some front ends write it
 * @param originalStatusCode of a ModelErrorException
 * @param body the whole body, instead of the JSON that message makes
 */
public record ErrorAnswer(
        int status,
        @Nullable String type,
        @Nullable String message,
        @Nullable String messageKey,
        @Nullable Long originalStatusCode,
        @Nullable Map<String, String> headers,
        @Nullable String body) {
    public static ErrorAnswer of(int status, String type, String message) {
        return new ErrorAnswer(status, type, message, null, null, null, null);
    }

    public static ErrorAnswer throttled() {
        return of(429, "ThrottlingException", "Too many requests, please wait before trying again.");
    }

    public static ErrorAnswer modelNotReady() {
        return of(429, "ModelNotReadyException", "Model is not ready for inference.");
    }

    public static ErrorAnswer modelError(long originalStatusCode) {
        return new ErrorAnswer(424, "ModelErrorException", "The model failed.", null, originalStatusCode, null, null);
    }

    /** A page of some intermediary, for example with 502 or 503. */
    public static ErrorAnswer html(int status) {
        return new ErrorAnswer(
                status,
                null,
                null,
                null,
                null,
                Map.of("Content-Type", "text/html"),
                "<html><head><title>" + status + "</title></head><body><h1>" + status + "</h1></body></html>\n");
    }

    /** Nothing but a status, as some intermediaries answer. */
    public static ErrorAnswer empty(int status) {
        return new ErrorAnswer(status, null, null, null, null, null, "");
    }

    public static ErrorAnswer overloaded(long retryAfterSeconds) {
        return new ErrorAnswer(
                529,
                null,
                null,
                null,
                null,
                Map.of("Retry-After", Long.toString(retryAfterSeconds)),
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}");
    }

    /** The same error with its message under a key of another spelling. */
    public ErrorAnswer withMessageKey(String key) {
        return new ErrorAnswer(status, type, message, key, originalStatusCode, headers, body);
    }
}

package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.proxy.route.Router;
import java.nio.charset.StandardCharsets;

/** The form in which a caller expects an error: that of the API whose route it called. */
enum ErrorStyle {
    /** AWS's REST-JSON services. */
    AWS {
        @Override
        String body(int status, String type, String message, String requestId) {
            return "{\"message\":" + AwsErrors.quoted(message) + "}";
        }
    },

    /** OpenAI. */
    OPENAI {
        @Override
        String body(int status, String type, String message, String requestId) {
            String kind = switch (status) {
                case 429 -> "rate_limit_error";
                case 401, 403 -> "permission_error";
                default -> status < 500 ? "invalid_request_error" : "server_error";
            };
            return "{\"error\":{\"message\":" + AwsErrors.quoted(message) + ",\"type\":\"" + kind
                    + "\",\"param\":null,\"code\":" + AwsErrors.quoted(type) + "}}";
        }
    },

    /** Anthropic. */
    ANTHROPIC {
        @Override
        String body(int status, String type, String message, String requestId) {
            String kind = switch (status) {
                case 401 -> "authentication_error";
                case 403 -> "permission_error";
                case 404 -> "not_found_error";
                case 413 -> "request_too_large";
                case 429 -> "rate_limit_error";
                default -> status < 500 ? "invalid_request_error" : "api_error";
            };
            return "{\"type\":\"error\",\"error\":{\"type\":\"" + kind + "\",\"message\":" + AwsErrors.quoted(message)
                    + "},\"request_id\":" + AwsErrors.quoted(requestId) + "}";
        }
    };

    /** What is told within a stream of events that has begun with status 200. */
    private static final int BROKEN = 500;

    /** The style of a route, by its raw path. */
    static ErrorStyle of(String rawTarget) {
        String target = rawTarget.startsWith(Router.MANTLE_PREFIX + "/")
                ? rawTarget.substring(Router.MANTLE_PREFIX.length())
                : rawTarget;
        if (target.startsWith("/anthropic/")) {
            return ANTHROPIC;
        }
        return target.startsWith("/openai/") || target.startsWith("/v1/") ? OPENAI : AWS;
    }

    /**
     * The body of an error answer.
     *
     * @param status HTTP status
     * @param type AWS's name of the error
     * @param message for the caller's eyes
     * @param requestId id to find the answer by
     */
    abstract String body(int status, String type, String message, String requestId);

    /**
     * The server-sent event with which a stream that cannot go on ends. It begins with an empty line, which ends whatever event
     * the stream stands in; SDKs raise it as an error, where a mere end might look like success.
     */
    byte[] lastEvent(String message, String requestId) {
        String data = body(BROKEN, "InternalServerException", message, requestId);
        return ("\n\nevent: error\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}

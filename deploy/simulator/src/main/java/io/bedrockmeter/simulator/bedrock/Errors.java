package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Dialect;
import io.bedrockmeter.simulator.call.Endpoint;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Errors in the wire form of the interface that was called. */
final class Errors {
    static final String BEDROCK = "http://internal.amazon.com/coral/com.amazon.bedrock/";
    static final String CORAL = "http://internal.amazon.com/coral/com.amazon.coral.service/";
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Errors() {}

    /** AWS's own form: the type in a header with its namespace, the message in the body. */
    static Rendered render(Caller caller, ErrorAnswer error, String namespace) {
        List<Header> headers = new ArrayList<>(commonHeaders(caller, Dialect.AWS));
        if (error.type() != null) {
            headers.add(new Header("x-amzn-ErrorType", error.type() + ":" + namespace));
        }
        return rendered(headers, error, json(error));
    }

    /** The form of the interface that was called. */
    static Rendered render(Caller caller, ErrorAnswer error, Dialect dialect) {
        return switch (dialect) {
            case AWS -> render(caller, error, BEDROCK);
            case OPENAI -> rendered(new ArrayList<>(commonHeaders(caller, dialect)), error, openAi(error));
            case ANTHROPIC ->
                rendered(new ArrayList<>(commonHeaders(caller, dialect)), error, anthropic(error, caller.requestId()));
        };
    }

    private static Rendered rendered(List<Header> headers, ErrorAnswer error, ObjectNode json) {
        if (error.headers() != null) {
            error.headers().forEach((name, value) -> headers.add(new Header(name, value)));
        }
        byte[] body = (error.body() == null ? json.toString() : error.body()).getBytes(StandardCharsets.UTF_8);
        boolean typed = headers.stream().anyMatch(header -> header.name().equalsIgnoreCase("content-type"));
        if (!typed && body.length > 0) {
            headers.add(new Header("Content-Type", "application/json"));
        }
        return new Rendered(new Answer.Head(error.status(), headers), Answer.Body.of(body));
    }

    static ErrorAnswer unknownOperation(int status) {
        return new ErrorAnswer(
                status,
                "UnknownOperationException",
                null,
                null,
                null,
                null,
                "{\"Output\":{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"},\"Version\":\"1.0\"}");
    }

    static ErrorAnswer validation(String message) {
        return ErrorAnswer.of(400, "ValidationException", message);
    }

    static List<Header> commonHeaders(Caller caller, Dialect dialect) {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("Date", HTTP_DATE.format(caller.at().atZone(ZoneOffset.UTC))));
        headers.add(new Header(
                caller.endpoint() == Endpoint.MANTLE ? "x-amzn-requestid" : "x-amzn-RequestId", caller.requestId()));
        if (dialect != Dialect.AWS) {
            headers.add(new Header("x-request-id", caller.requestId()));
        }
        return headers;
    }

    private static ObjectNode json(ErrorAnswer error) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put(error.messageKey() == null ? "message" : error.messageKey(), error.message());
        if (error.originalStatusCode() != null) {
            body.put("originalStatusCode", error.originalStatusCode());
        }
        return body;
    }

    private static ObjectNode openAi(ErrorAnswer error) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("code", code(error.status()))
                .put("message", error.message())
                .putNull("param")
                .put("type", error.status() < 500 ? "invalid_request_error" : "server_error");
        return body;
    }

    private static String code(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 403 -> "permission_denied";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            default -> status < 500 ? "validation_error" : "internal_server_error";
        };
    }

    static ObjectNode anthropic(ErrorAnswer error, String requestId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("message", error.message()).put("type", anthropicType(error.status()));
        return body.put("request_id", requestId).put("type", "error");
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }

    /** Head and body of an error. */
    record Rendered(Answer.Head head, Answer.Body body) {}
}

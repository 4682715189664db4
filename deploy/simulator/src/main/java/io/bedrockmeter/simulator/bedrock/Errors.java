package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
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

/** Errors in the wire form of the service: type in a header with its namespace, message in the body. */
final class Errors {
    static final String BEDROCK = "http://internal.amazon.com/coral/com.amazon.bedrock/";
    static final String CORAL = "http://internal.amazon.com/coral/com.amazon.coral.service/";
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Errors() {}

    static Rendered render(Caller caller, ErrorAnswer error, String namespace) {
        List<Header> headers = new ArrayList<>(commonHeaders(caller));
        if (error.type() != null) {
            headers.add(new Header("x-amzn-ErrorType", error.type() + ":" + namespace));
        }
        if (error.headers() != null) {
            error.headers().forEach((name, value) -> headers.add(new Header(name, value)));
        }
        if (headers.stream().noneMatch(header -> header.name().equalsIgnoreCase("content-type"))) {
            headers.add(new Header("Content-Type", "application/json"));
        }
        byte[] body = (error.body() == null ? json(error) : error.body()).getBytes(StandardCharsets.UTF_8);
        return new Rendered(new Answer.Head(error.status(), headers), Answer.Body.of(body));
    }

    static ErrorAnswer unknownOperation() {
        return new ErrorAnswer(
                404,
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

    static List<Header> commonHeaders(Caller caller) {
        return List.of(
                new Header("Date", HTTP_DATE.format(caller.at().atZone(ZoneOffset.UTC))),
                new Header("x-amzn-RequestId", caller.requestId()));
    }

    private static String json(ErrorAnswer error) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put(error.messageKey() == null ? "message" : error.messageKey(), error.message());
        if (error.originalStatusCode() != null) {
            body.put("originalStatusCode", error.originalStatusCode());
        }
        return body.toString();
    }

    /** Head and body of an error. */
    record Rendered(Answer.Head head, Answer.Body body) {}
}

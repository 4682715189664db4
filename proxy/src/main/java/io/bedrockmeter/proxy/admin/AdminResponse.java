package io.bedrockmeter.proxy.admin;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator is told: a status, a media type and a body. Immutable by contract: nobody writes to the body. */
public final class AdminResponse {
    private final int status;
    private final String contentType;
    private final byte[] body;

    private AdminResponse(int status, String contentType, byte[] body) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    /** A body of any type; the array is handed over. */
    public static AdminResponse of(int status, String contentType, byte[] body) {
        return new AdminResponse(status, contentType, body);
    }

    /** A text of any type, in UTF-8. */
    public static AdminResponse text(String contentType, String body) {
        return new AdminResponse(200, contentType + "; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** A JSON document, one line. */
    public static AdminResponse json(int status, JsonNode document) {
        byte[] body = (JsonMapper.shared().writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
        return new AdminResponse(status, "application/json", body);
    }

    /** A refusal: {@code {"message": …}}. */
    public static AdminResponse refusal(int status, String message) {
        return json(status, JsonMapper.shared().createObjectNode().put("message", message));
    }

    int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    byte[] body() {
        return body;
    }
}

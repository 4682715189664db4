package io.bedrockmeter.proxy.exchange;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The only place that turns a refusal into HTTP, in the form of AWS's REST-JSON services, so that SDKs raise the exception
 * they have for it. On routes of other APIs the body is theirs, and the headers are AWS's all the same.
 *
 * <p>{@code Date} is always there: it is what SDKs correct a wrong clock by.
 */
public final class AwsErrors {
    private AwsErrors() {}

    /**
     * An error answer.
     *
     * @param status HTTP status
     * @param type AWS's name of the error, such as {@code ValidationException}
     * @param message for the caller's eyes; names the thing, the value and the way out
     * @param requestId id to find this answer by in logs and, once a call was admitted, in the ledger
     * @param now for the {@code Date} header
     */
    public static FullHttpResponse answer(
            HttpResponseStatus status, String type, String message, String requestId, Instant now) {
        return answer(ErrorStyle.AWS, status, type, message, requestId, now);
    }

    static FullHttpResponse answer(
            ErrorStyle style, HttpResponseStatus status, String type, String message, String requestId, Instant now) {
        byte[] body = style.body(status.code(), type, message, requestId).getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.DATE, HttpDate.format(now))
                .set(ExchangeHeaders.REQUEST_ID, requestId)
                .set(ExchangeHeaders.ERROR_TYPE, type);
        return response;
    }

    /** A JSON string; everything that is not plain printable text is escaped. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}

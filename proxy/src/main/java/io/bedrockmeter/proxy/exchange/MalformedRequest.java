package io.bedrockmeter.proxy.exchange;

import io.netty.handler.codec.http.DefaultHttpObject;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Instant;

/**
 * A request that is refused for its form alone. Stands in its place among the requests of its connection, so that its refusal
 * is never taken for the answer to an earlier one; it is the last that is read.
 */
public final class MalformedRequest extends DefaultHttpObject {
    private final HttpResponseStatus status;
    private final String message;

    /** A request to be refused with this status and message. */
    public MalformedRequest(HttpResponseStatus status, String message) {
        this.status = status;
        this.message = message;
    }

    /**
     * How it is refused.
     *
     * @param requestId id to find the refusal by
     */
    FullHttpResponse answer(String requestId, Instant now) {
        return AwsErrors.answer(status, "MalformedHttpRequestException", message, requestId, now);
    }
}

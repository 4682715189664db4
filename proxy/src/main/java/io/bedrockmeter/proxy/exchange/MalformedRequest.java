package io.bedrockmeter.proxy.exchange;

import io.netty.handler.codec.http.DefaultHttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;

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

    HttpResponseStatus status() {
        return status;
    }

    String message() {
        return message;
    }
}

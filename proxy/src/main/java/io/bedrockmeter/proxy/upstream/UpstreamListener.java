package io.bedrockmeter.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/**
 * Who is told what happens to one request on an {@link UpstreamConnection}. All calls come on the connection's event loop,
 * in the order below; {@link #onUpstreamLost} may come at any point and is then the last.
 */
public interface UpstreamListener {
    /** The whole request has been handed to the network. */
    void onRequestSent();

    /** The final response's head has arrived. */
    void onResponseHead(HttpResponse head);

    /** A piece of its body. The listener owns the buffer and releases it or passes it on. */
    void onResponseBody(ByteBuf piece);

    /** The body is whole. The connection is no longer the listener's: it has gone back to its pool, or is closed. */
    void onResponseEnd();

    /** What was read in one go has been delivered; a good moment to flush, and to ask for more. */
    void onUpstreamReadComplete();

    /**
     * The connection is gone before the response was whole.
     *
     * @param cause why; its message is fit for a log and for the caller. A {@link java.net.ProtocolException} if the answer
     *     is not HTTP
     */
    void onUpstreamLost(Throwable cause);
}

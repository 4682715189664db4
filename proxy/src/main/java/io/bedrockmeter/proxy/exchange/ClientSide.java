package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.proxy.auth.PeerCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What an exchange may do to its caller. Confined to the exchange's event loop. */
interface ClientSide {
    /** Where buffers come from. */
    ByteBufAllocator allocator();

    /** The address that it connects from. */
    InetAddress source();

    /** The client certificate that its connection was opened with; null if there was none. */
    @Nullable
    PeerCertificate certificate();

    /** Where it connects from, and what is used from there. */
    Source origin();

    /** Whether this is a stream of HTTP/2, on which both sides may talk at once. */
    boolean isHttp2();

    /** Lets another exchange take over from the one that had the request so far. */
    void handOver(Conversation successor);

    /**
     * Ends the stream as soon as its connection does. Otherwise what was sent before, and not asked for, would hide the end for as
     * long as it is not asked for.
     */
    void endWithConnection();

    /** Asks for more of the request. */
    void read();

    /** Whether the caller takes more without anything piling up. */
    boolean isWritable();

    /** Writes a part of the response; owns it. Nothing is sent before {@link #flush}. */
    void write(HttpObject part);

    /** Sends what was written. */
    void flush();

    /**
     * Ends the exchange after a whole response was written and flushed.
     *
     * @param reusable whether the request was whole too, so that another may follow on a connection of HTTP/1.1
     */
    void done(boolean reusable);

    /** Ends the exchange with this answer, instead of any other. Owns it. */
    default void answer(FullHttpResponse answer, boolean reusable) {
        if (!reusable) {
            HttpUtil.setKeepAlive(answer, false);
        }
        write(answer);
        flush();
        done(reusable);
    }

    /** Ends the exchange without a proper end of the response: the connection, or the stream of HTTP/2, is reset. */
    void breakOff();
}

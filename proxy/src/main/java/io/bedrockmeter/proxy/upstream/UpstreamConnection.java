package io.bedrockmeter.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Bedrock, carrying one request at a time. Confined to its event loop.
 *
 * <p>{@code autoRead} is off: nothing arrives unless {@link #read} asked for it. Whatever comes when nothing is expected
 * (bytes on an idle connection, an answer before the request was sent whole) closes the connection instead of being
 * believed, so that one call can never see another's answer.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    /** Interim answers to one request that are overlooked; Bedrock sends one at most. */
    private static final int INTERIM_MAX = 8;

    private final Channel channel;
    private final UpstreamPool pool;

    private @Nullable UpstreamListener listener;
    private boolean sent;
    private boolean headSeen;
    private boolean reusable;
    private boolean skipInterim;
    private int interims;
    private long idleSinceNanos;

    UpstreamConnection(Channel channel, UpstreamPool pool) {
        this.channel = channel;
        this.pool = pool;
    }

    /**
     * Sends a request; the listener is told of everything after. Owns the request.
     */
    @SuppressWarnings("ReferenceEquality") // is it still this very listener's turn
    public void send(FullHttpRequest request, UpstreamListener listener) {
        assert channel.eventLoop().inEventLoop();
        this.listener = listener;
        sent = false;
        headSeen = false;
        reusable = false;
        skipInterim = false;
        interims = 0;
        channel.writeAndFlush(request).addListener(future -> {
            if (!future.isSuccess()) {
                lose(new IOException(
                        "the request could not be sent: " + future.cause().getMessage(), future.cause()));
            } else if (this.listener == listener) {
                sent = true;
                listener.onRequestSent();
            }
        });
        channel.read();
    }

    /** Asks for the next bytes. */
    public void read() {
        channel.read();
    }

    /** Ends the connection, and with it whatever it carries; the listener is told nothing more. */
    public void close() {
        listener = null;
        channel.close();
    }

    boolean isUsable(long nowNanos, long idleNanosMax) {
        return channel.isActive() && nowNanos - idleSinceNanos < idleNanosMax;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void markIdle(long nowNanos) {
        idleSinceNanos = nowNanos;
        // One read stays open, so that the end of an idle connection is seen when it happens.
        channel.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        HttpObject part = (HttpObject) message;
        if (listener == null) {
            ReferenceCountUtil.release(part);
            channel.close();
        } else if (part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(part);
            lose(new ProtocolException(
                    "the answer is not HTTP: " + part.decoderResult().cause().getMessage()));
        } else if (part instanceof HttpResponse head) {
            onHead(head);
        } else if (part instanceof HttpContent content) {
            onContent(content);
        }
    }

    private void onHead(HttpResponse head) {
        if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            int status = head.status().code();
            skipInterim = (status == 100 || status == 103) && ++interims <= INTERIM_MAX;
            if (!skipInterim) {
                lose(new ProtocolException("the upstream answered with status " + status + ", which nobody asked for"));
            }
            return;
        }
        headSeen = true;
        reusable = sent && HttpUtil.isKeepAlive(head);
        current().onResponseHead(head);
    }

    private void onContent(HttpContent content) {
        if (skipInterim) {
            content.release();
            skipInterim = !(content instanceof LastHttpContent);
            return;
        }
        ByteBuf piece = content.content();
        UpstreamListener told = listener;
        if (piece.isReadable() && told != null) {
            told.onResponseBody(piece);
        } else {
            content.release();
        }
        if (content instanceof LastHttpContent && listener != null) {
            end();
        }
    }

    private void end() {
        UpstreamListener told = current();
        listener = null;
        if (reusable && sent) {
            pool.giveBack(this);
        } else {
            channel.close();
        }
        told.onResponseEnd();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        UpstreamListener told = listener;
        if (told != null) {
            if (!headSeen) {
                channel.read();
            }
            told.onUpstreamReadComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lose(new IOException(
                headSeen ? "the upstream closed the connection in mid-answer" : "the upstream closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lose(cause);
    }

    private void lose(Throwable cause) {
        UpstreamListener told = listener;
        listener = null;
        channel.close();
        if (told != null) {
            told.onUpstreamLost(cause);
        }
    }

    private UpstreamListener current() {
        UpstreamListener told = listener;
        if (told == null) {
            throw new IllegalStateException("an upstream connection without a request cannot receive an answer");
        }
        return told;
    }
}

package io.bedrockmeter.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * One stream of HTTP/2 to Bedrock, on a connection of its own, that talks in both directions at once. Confined to its event
 * loop.
 *
 * <p>{@code autoRead} is off: nothing of the answer arrives unless {@link #read} asked for it, and what is not asked for
 * stays in the stream's window. A reset or a GOAWAY is told after what had arrived before it.
 */
public final class UpstreamStream extends ChannelInboundHandlerAdapter {
    private static final int CONTINUE = 100;
    private static final int EARLY_HINTS = 103;

    private final Channel stream;

    private @Nullable DuplexListener listener;
    private boolean headSeen;
    private boolean refused;
    private String whyClosed = "the upstream closed the connection";

    UpstreamStream(Channel stream) {
        this.stream = stream;
    }

    /** Sends a request's head; the listener is told of everything after. */
    public void open(HttpRequest head, DuplexListener told) {
        assert stream.eventLoop().inEventLoop();
        listener = told;
        stream.writeAndFlush(head).addListener(future -> {
            if (!future.isSuccess()) {
                // The codec takes no new stream on a connection that was told to go away before.
                refused = future.cause() instanceof Http2Exception;
                lose(closed("the request could not be sent: " + future.cause().getMessage()));
            } else if (listener != null) {
                told.onRequestSent();
            }
        });
        stream.read();
    }

    /** Writes a piece of the request's body; owns it. Nothing is sent before {@link #flush}. */
    public void send(ByteBuf piece) {
        stream.write(new DefaultHttpContent(piece));
    }

    /** Sends what was written. */
    public void flush() {
        stream.flush();
    }

    /** Sends the last piece of the request's body, which may be empty, and its end; owns the piece. */
    public void end(ByteBuf last) {
        stream.writeAndFlush(new DefaultLastHttpContent(last));
    }

    /** Whether more of the request can be sent without anything piling up. */
    public boolean isWritable() {
        return stream.isWritable();
    }

    /** Asks for the next bytes of the answer. */
    public void read() {
        stream.read();
    }

    /** Ends the stream and its connection; the listener is told nothing more. */
    public void close() {
        listener = null;
        stream.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        HttpObject part = (HttpObject) message;
        if (listener == null) {
            ReferenceCountUtil.release(part);
        } else if (part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(part);
            lose(new ProtocolException(
                    "the answer is not HTTP: " + part.decoderResult().cause().getMessage()));
        } else if (part instanceof HttpResponse head) {
            onHead(listener, head);
        } else if (part instanceof HttpContent content) {
            onContent(listener, content);
        }
    }

    private void onHead(DuplexListener told, HttpResponse head) {
        int status = head.status().code();
        if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            ReferenceCountUtil.release(head);
            if (status != CONTINUE && status != EARLY_HINTS) {
                lose(new ProtocolException("the upstream answered with status " + status + ", which nobody asked for"));
            }
            return;
        }
        headSeen = true;
        for (HttpConversionUtil.ExtensionHeaderNames name : HttpConversionUtil.ExtensionHeaderNames.values()) {
            head.headers().remove(name.text());
        }
        told.onResponseHead(head);
        if (head instanceof HttpContent whole) {
            onContent(told, whole);
        }
    }

    private void onContent(DuplexListener told, HttpContent content) {
        if (content.content().isReadable()) {
            told.onResponseBody(content.content());
        } else {
            content.release();
        }
        if (content instanceof LastHttpContent && listener != null) {
            close();
            told.onResponseEnd();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        DuplexListener told = listener;
        if (told != null) {
            if (!headSeen) {
                stream.read();
            }
            told.onUpstreamReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        DuplexListener told = listener;
        if (told != null) {
            told.onUpstreamWritabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            refused = refused || reset.errorCode() == Http2Error.REFUSED_STREAM.code();
            whyClosed = "the upstream reset the stream: " + nameOf(reset.errorCode());
        } else if (event instanceof Http2GoAwayFrame goAway) {
            // Told only to streams above the last one that the upstream will process.
            refused = true;
            whyClosed = "the upstream went away: " + nameOf(goAway.errorCode());
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lose(closed(whyClosed));
    }

    private IOException closed(String why) {
        return refused && !headSeen ? new StreamRefusedException(why) : new IOException(why);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lose(cause);
    }

    private void lose(Throwable cause) {
        DuplexListener told = listener;
        close();
        if (told != null) {
            told.onUpstreamLost(cause);
        }
    }

    private static String nameOf(long errorCode) {
        Http2Error known = Http2Error.valueOf(errorCode);
        return known == null ? "error " + errorCode : known.name();
    }
}

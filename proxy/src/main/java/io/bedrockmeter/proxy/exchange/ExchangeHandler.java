package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.proxy.auth.PeerCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what Netty reports about a caller into calls on a {@link Conversation}, and the other way round. One for each connection
 * of HTTP/1.1, and one for each stream of HTTP/2. Decides nothing.
 *
 * <p>{@code autoRead} is off. One read is kept open all the time, so that a caller's leaving is seen at once, unless what was
 * read already belongs to a later request: the codec keeps that, and reading rests until its turn has come. Where request and
 * answer pass at the same time, it rests too while the upstream takes no more; a reset of the stream and the end of its
 * connection are seen all the same.
 */
public final class ExchangeHandler extends ChannelInboundHandlerAdapter implements ClientSide {
    /** On a connection, the certificate that its client has proved to own. */
    public static final AttributeKey<PeerCertificate> CERTIFICATE = AttributeKey.valueOf("client certificate");

    private static final Logger log = LoggerFactory.getLogger(ExchangeHandler.class);
    /** How long a caller who was refused in mid-request may go on sending, so that it can read why. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private static final int CONTINUE = HttpResponseStatus.CONTINUE.code();

    private final Channel channel;
    private final Supplier<ExchangeServices> services;
    private final Source origin;
    private final ConnectionTerms terms;
    private final Deadline deadline;

    private @Nullable Conversation exchange;
    private boolean keepConnection;
    private boolean lastRequest;
    private boolean discarding;
    private boolean headBegun = true;
    private int requests;

    /**
     * The last handler of one connection or stream.
     *
     * @param channel the connection or stream, registered already
     * @param services what its exchanges work with, asked for each of them
     * @param origin where it connects from
     */
    public ExchangeHandler(Channel channel, Supplier<ExchangeServices> services, Source origin, ConnectionTerms terms) {
        this.channel = channel;
        this.services = services;
        this.origin = origin;
        this.terms = terms;
        this.deadline = new Deadline(channel.eventLoop(), this::onDeadline);
    }

    /**
     * How long a connection waits, and for how many requests it is good.
     *
     * @param headTimeout for the head of a request from its first byte on, of the first from the opening of the connection on
     * @param keepAlive how long an idle connection is kept
     * @param requestsMax after which it is closed
     */
    public record ConnectionTerms(Duration headTimeout, Duration keepAlive, int requestsMax) {}

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        deadline.in(terms.headTimeout().toNanos());
        if (channel.isActive()) {
            channel.read();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        channel.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        if (message instanceof HttpRequest) {
            headBegun = false;
        }
        if (discarding) {
            ReferenceCountUtil.release(message);
        } else {
            take((HttpObject) message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext reading) {
        Conversation running = exchange;
        boolean more = running == null ? mayBegin() : running.onRequestReadComplete();
        if (more) {
            channel.read();
        }
    }

    /**
     * Whether the next request has its turn: the one before is over, and its answer does not wait to be read. Answers that nobody
     * reads would pile up without end.
     */
    public boolean mayBegin() {
        return exchange == null && (requests == 0 || discarding || channel.isWritable());
    }

    private void take(HttpObject message) {
        if (message instanceof MalformedRequest malformed) {
            refuse(malformed);
            return;
        }
        if (message.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            Conversation broken = exchange;
            if (broken != null) {
                broken.onClientLeft();
            }
            refuse(new MalformedRequest(HttpResponseStatus.BAD_REQUEST, "The request body is not well-formed HTTP."));
            return;
        }
        if (message instanceof HttpRequest request) {
            assert exchange == null : "a request that has no turn yet";
            keepConnection = HttpUtil.isKeepAlive(request);
            requests++;
            lastRequest = lastRequest || requests >= terms.requestsMax();
            Ingress opened = new Ingress(new Attempt(services.get(), this, channel.eventLoop(), deadline, request));
            exchange = opened;
            opened.onRequestHead();
        }
        if (message instanceof HttpContent content) {
            body(content);
        }
    }

    private void refuse(MalformedRequest malformed) {
        ExchangeServices serving = services.get();
        String id = serving.attemptIds().next();
        serving.turnedAway("malformed_http", source(), id);
        keepConnection = false;
        answer(malformed.answer(id, serving.clock().instant()), false);
    }

    private void body(HttpContent content) {
        Conversation receiving = exchange;
        if (receiving == null) {
            content.release();
            return;
        }
        if (content.content().isReadable()) {
            receiving.onRequestBody(content.content());
        } else {
            content.release();
        }
        if (content instanceof LastHttpContent && exchange == receiving) {
            receiving.onRequestEnd();
        }
    }

    private void onDeadline() {
        Conversation running = exchange;
        if (running != null) {
            running.onDeadline();
        } else {
            if (headBegun && !discarding) {
                services.get().turnedAway("head_timeout", source());
            }
            channel.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (!channel.isWritable()) {
            return;
        }
        Conversation running = exchange;
        if (running != null) {
            running.onClientWritabilityChanged();
        } else {
            channel.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext told, Object event) {
        if (event == RequestBegins.HERE) {
            headBegun = true;
            if (exchange == null && requests > 0 && !discarding) {
                deadline.in(terms.headTimeout().toNanos());
            }
        } else if (event == Stop.NO_MORE_REQUESTS) {
            lastRequest = true;
            if (exchange == null) {
                channel.close();
            }
        } else if (event == Stop.NOW) {
            Conversation running = exchange;
            if (running != null) {
                running.onDrainLimit();
            } else {
                channel.close();
            }
        } else {
            if (event instanceof Http2ResetFrame) {
                // What was read before it may wait, its caller's leaving not.
                channel.close();
            }
            told.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        discarding = true;
        Conversation running = exchange;
        if (running == null || running.isOver()) {
            deadline.cancel();
        } else {
            running.onClientLeft();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        // What a caller does wrong is no news, and would let anybody fill the log.
        boolean callersFault =
                cause instanceof IOException || cause instanceof CodecException || cause instanceof Http2Exception;
        if (!callersFault) {
            log.atWarn()
                    .addKeyValue("cause", cause.toString())
                    .setCause(cause)
                    .log("an exchange failed; its connection is closed");
        }
        channel.close();
    }

    @Override
    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    @Override
    public InetAddress source() {
        // Of a connection that is gone already nothing is known; its address is that of nobody.
        return channel.remoteAddress() instanceof InetSocketAddress peer
                ? peer.getAddress()
                : new InetSocketAddress(0).getAddress();
    }

    @Override
    public @Nullable PeerCertificate certificate() {
        Channel connection = isHttp2() ? channel.parent() : channel;
        return connection.attr(CERTIFICATE).get();
    }

    @Override
    public Source origin() {
        return origin;
    }

    @Override
    public boolean isHttp2() {
        return channel instanceof Http2StreamChannel;
    }

    @Override
    public void handOver(Conversation successor) {
        exchange = successor;
    }

    @Override
    public void endWithConnection() {
        ChannelFuture connectionClosed = channel.parent().closeFuture();
        ChannelFutureListener closeStream = closed -> channel.close();
        connectionClosed.addListener(closeStream);
        // A connection outlives many streams, and must not keep them.
        channel.closeFuture().addListener(closed -> connectionClosed.removeListener(closeStream));
    }

    @Override
    public void read() {
        channel.read();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void write(HttpObject part) {
        if (part instanceof HttpResponse head && head.status().code() != CONTINUE && (!keepConnection || lastRequest)) {
            HttpUtil.setKeepAlive(head, false);
        }
        channel.write(part);
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void done(boolean reusable) {
        exchange = null;
        if (!reusable) {
            discarding = true;
            deadline.in(LINGER.toNanos());
            channel.read();
        } else if (!keepConnection || lastRequest) {
            discarding = true;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            deadline.in((headBegun ? terms.headTimeout() : terms.keepAlive()).toNanos());
            if (mayBegin()) {
                channel.read();
            }
        }
    }

    @Override
    public void breakOff() {
        // The exchange stays: it may be reading an answer on for its entry.
        discarding = true;
        channel.close();
    }
}

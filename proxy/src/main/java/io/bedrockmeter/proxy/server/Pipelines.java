package io.bedrockmeter.proxy.server;

import io.bedrockmeter.proxy.auth.PeerCertificate;
import io.bedrockmeter.proxy.exchange.ExchangeHandler;
import io.bedrockmeter.proxy.exchange.ExchangeServices;
import io.bedrockmeter.proxy.exchange.Source;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.AttributeKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Puts up the handlers of a connection. The last two, guard and exchange, are the same for both protocols.
 */
final class Pipelines extends ChannelInitializer<Channel> {
    private static final int CHUNK_BYTES_MAX = 64 * 1024;
    /** A stream whose exchange rests keeps what it has in its window; its connection has room for the others. */
    private static final int CONNECTION_WINDOW_BYTES = 1 << 20;

    /** Where a connection comes from. */
    static final AttributeKey<Source> SOURCE = AttributeKey.valueOf(Pipelines.class, "source");

    private final Supplier<Serving> serving;
    private final Supplier<ExchangeServices> services;
    private final ChannelGroup streams;

    Pipelines(Supplier<Serving> serving, ChannelGroup streams) {
        this.serving = serving;
        this.services = () -> serving.get().services();
        this.streams = streams;
    }

    @Override
    protected void initChannel(Channel channel) {
        Serving inForce = serving.get();
        ServerLimits limits = inForce.limits();
        ListenerTls tls = inForce.tls();
        if (tls == null) {
            channel.pipeline()
                    .addLast(new ProtocolDetector(
                            pipeline -> http1(pipeline, limits),
                            pipeline -> http2(pipeline, limits),
                            limits.headTimeout(),
                            () -> turnAway(channel, "head_timeout")));
            return;
        }
        SslHandler handler = tls.context().newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(limits.tlsHandshakeTimeout().toMillis());
        channel.pipeline().addLast(handler, new ByProtocolName(limits, handler, tls.clients()));
        channel.read();
    }

    private void http1(ChannelPipeline pipeline, ServerLimits limits) {
        HttpDecoderConfig decoder = new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytesMax())
                .setMaxHeaderSize(limits.headBytesMax())
                .setMaxChunkSize(CHUNK_BYTES_MAX);
        Channel connection = pipeline.channel();
        ExchangeHandler exchange = exchange(connection, sourceOf(connection), limits);
        pipeline.addLast(new Http1Codec(decoder, exchange::mayBegin), new RequestGuard(limits), exchange);
    }

    private void http2(ChannelPipeline pipeline, ServerLimits limits) {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(limits.streamsMax())
                        .maxHeaderListSize(limits.headBytesMax()))
                .validateRequiredPseudoHeaders(true)
                .decoderEnforceMaxRstFramesPerWindow(limits.resetsMax(), ServerLimits.RESET_WINDOW_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(limits.resetsMax(), ServerLimits.RESET_WINDOW_SECONDS)
                .build();
        Channel connection = pipeline.channel();
        pipeline.addLast(codec, new Http2MultiplexHandler(new StreamPipeline(limits)), new EndOfHttp2());
        widen(codec.connection());
        Http2Life.watch(connection, codec.connection(), limits, () -> turnAway(connection, "head_timeout"));
        // Reading the connection itself is bounded by HTTP/2's own flow control.
        connection.config().setAutoRead(true);
    }

    private static void widen(Http2Connection connection) {
        try {
            connection
                    .local()
                    .flowController()
                    .incrementWindowSize(
                            connection.connectionStream(),
                            CONNECTION_WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
        } catch (Http2Exception e) {
            throw new IllegalStateException("a window below 2^31 cannot overflow", e);
        }
    }

    private ExchangeHandler exchange(Channel channel, Source source, ServerLimits limits) {
        return new ExchangeHandler(
                channel,
                services,
                source,
                new ExchangeHandler.ConnectionTerms(
                        limits.headTimeout(), limits.keepAlive(), limits.requestsPerConnectionMax()));
    }

    private static Source sourceOf(Channel connection) {
        return connection.attr(SOURCE).get();
    }

    /** Counts a connection that is ended for what it does or leaves undone. */
    private void turnAway(Channel connection, String reason) {
        services.get().turnedAway(reason, Listener.addressOf(connection));
    }

    private final class StreamPipeline extends ChannelInitializer<Channel> {
        private final ServerLimits limits;

        StreamPipeline(ServerLimits limits) {
            this.limits = limits;
        }

        @Override
        protected void initChannel(Channel stream) {
            stream.config().setAutoRead(false);
            streams.add(stream);
            stream.pipeline()
                    .addLast(
                            new Http2StreamFrameToHttpObjectCodec(true),
                            new RequestGuard(limits),
                            exchange(stream, sourceOf(stream.parent()), limits));
        }
    }

    /** Closes a connection that failed; where its protocol was broken, the codec has said so and closes it itself. */
    private final class EndOfHttp2 extends ChannelInboundHandlerAdapter {
        private boolean told;

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof Http2Exception broken)) {
                context.close();
            } else if (!told) {
                told = true;
                boolean tooMuch = broken.error() == Http2Error.ENHANCE_YOUR_CALM;
                turnAway(context.channel(), tooMuch ? "http2_flood" : "malformed_http");
            }
        }
    }

    private final class ByProtocolName extends ApplicationProtocolNegotiationHandler {
        private final ServerLimits limits;
        private final SslHandler tls;
        private final @Nullable ClientAuthorities clients;

        ByProtocolName(ServerLimits limits, SslHandler tls, @Nullable ClientAuthorities clients) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.limits = limits;
            this.tls = tls;
            this.clients = clients;
        }

        /**
         * Remembers who is on the other side. False if that cannot be said, or it was let in by what is no longer in force; a
         * resumed session may be of a certificate that has run out.
         */
        private boolean knows(Channel connection) {
            Serving now = serving.get();
            if (now.tls() == null || !Objects.equals(clients, now.tls().clients())) {
                return false;
            }
            try {
                Certificate first = tls.engine().getSession().getPeerCertificates()[0];
                PeerCertificate peer = PeerCertificate.of((X509Certificate) first);
                connection.attr(ExchangeHandler.CERTIFICATE).set(peer);
                return peer.isValidAt(now.services().clock().instant());
            } catch (SSLPeerUnverifiedException e) {
                return clients != null && !clients.required();
            } catch (CertificateParsingException e) {
                return false;
            }
        }

        /** Ends the connection without a word in the log: what failed may be a request in plain text, with all its secrets. */
        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof SslHandshakeTimeoutException) {
                turnAway(context.channel(), "handshake_timeout");
            }
            context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (clients != null && !knows(context.channel())) {
                context.close();
                return;
            }
            if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
                http2(context.pipeline(), limits);
            } else {
                http1(context.pipeline(), limits);
            }
        }
    }
}

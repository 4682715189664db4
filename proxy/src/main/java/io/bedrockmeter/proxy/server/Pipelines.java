package io.bedrockmeter.proxy.server;

import io.bedrockmeter.proxy.exchange.ExchangeHandler;
import io.bedrockmeter.proxy.exchange.ExchangeServices;
import io.bedrockmeter.proxy.upstream.UpstreamPools;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Puts up the handlers of a connection. The last two, guard and exchange, are the same for both protocols.
 */
final class Pipelines extends ChannelInitializer<Channel> {
    private static final int CHUNK_BYTES_MAX = 64 * 1024;
    private static final int RESETS_PER_WINDOW_MAX = 200;
    private static final int RESET_WINDOW_SECONDS = 30;
    /** At the limit of a drain, streams still have to be told; only then may their connection end under them. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final ExchangeServices services;
    private final UpstreamPools pools;
    private final ServerLimits limits;
    private final Duration drain;
    private final @Nullable SslContext tls;
    private final ChannelGroup streams;

    Pipelines(
            ExchangeServices services,
            UpstreamPools pools,
            ServerLimits limits,
            Duration drain,
            @Nullable SslContext tls,
            ChannelGroup streams) {
        this.services = services;
        this.pools = pools;
        this.limits = limits;
        this.drain = drain;
        this.tls = tls;
        this.streams = streams;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (tls == null) {
            channel.pipeline().addLast(new ProtocolDetector(this::http1, this::http2, limits.headTimeout()));
            return;
        }
        SslHandler handler = tls.newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(limits.tlsHandshakeTimeout().toMillis());
        channel.pipeline().addLast(handler, new ByProtocolName());
        channel.read();
    }

    private void http1(ChannelPipeline pipeline) {
        HttpDecoderConfig decoder = new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytesMax())
                .setMaxHeaderSize(limits.headBytesMax())
                .setMaxChunkSize(CHUNK_BYTES_MAX);
        pipeline.addLast(new HttpServerCodec(decoder), guard(), exchange());
    }

    private void http2(ChannelPipeline pipeline) {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(limits.streamsMax())
                        .maxHeaderListSize(limits.headBytesMax()))
                .decoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW_MAX, RESET_WINDOW_SECONDS)
                .gracefulShutdownTimeoutMillis(drain.plus(LAST_WORDS).toMillis())
                .build();
        pipeline.addLast(codec, new Http2MultiplexHandler(new StreamPipeline()), new EndOfHttp2());
        IdleHttp2Connection.watch(pipeline.channel(), codec.connection(), limits.keepAlive());
        // Reading the connection itself is bounded by HTTP/2's own flow control.
        pipeline.channel().config().setAutoRead(true);
    }

    private ChannelHandler guard() {
        return new RequestGuard(limits);
    }

    private ChannelHandler exchange() {
        return new ExchangeHandler(() -> services, pools, limits.headTimeout(), limits.keepAlive());
    }

    private final class StreamPipeline extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel stream) {
            stream.config().setAutoRead(false);
            streams.add(stream);
            stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true), guard(), exchange());
        }
    }

    /** Closes a connection that failed; where its protocol was broken, the codec has said so and closes it itself. */
    private static final class EndOfHttp2 extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof Http2Exception)) {
                context.close();
            }
        }
    }

    private final class ByProtocolName extends ApplicationProtocolNegotiationHandler {
        ByProtocolName() {
            super(ApplicationProtocolNames.HTTP_1_1);
        }

        /** Ends the connection without a word in the log: what failed may be a request in plain text, with all its secrets. */
        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
                http2(context.pipeline());
            } else {
                http1(context.pipeline());
            }
        }
    }
}

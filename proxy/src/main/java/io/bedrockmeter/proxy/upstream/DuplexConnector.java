package io.bedrockmeter.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens streams of HTTP/2 from one event loop to one target, each on a connection of its own: by ALPN over TLS, with prior
 * knowledge in plaintext. Confined to that loop.
 *
 * <p>A session lasts minutes, so a connection each costs one handshake in minutes, and no session can hold up another.
 */
public final class DuplexConnector {
    private static final int HEAD_BYTES_MAX = 64 * 1024;

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final UpstreamTarget target;
    private final Supplier<UpstreamLimits> limits;

    private int open;

    DuplexConnector(EventLoop loop, Bootstrap template, UpstreamTarget target, Supplier<UpstreamLimits> limits) {
        this.loop = loop;
        this.target = target;
        this.limits = limits;
        this.bootstrap = template.clone(loop).handler(new Tls());
    }

    /** Who is waiting for a stream. Called once, on the connector's event loop. */
    public interface Acquirer {
        /** A stream that nothing was sent on. */
        void onConnected(UpstreamStream stream);

        /** There is none to be had; not one byte of a request was sent. */
        void onConnectFailed(Throwable cause);
    }

    /** Opens a stream. Connecting is tried twice. */
    public void connect(Acquirer acquirer) {
        assert loop.inEventLoop();
        int max = limits.get().connectionsPerLoopMax();
        if (open >= max) {
            acquirer.onConnectFailed(
                    new IOException("all " + max + " connections for sessions of this event loop are in use"));
            return;
        }
        open++;
        connect(acquirer, true);
    }

    private void connect(Acquirer acquirer, boolean mayRetry) {
        ChannelFuture connecting = bootstrap.connect(target.host(), target.port());
        connecting.addListener(future -> {
            Channel connection = connecting.channel();
            SslHandler tls = connection.pipeline().get(SslHandler.class);
            if (future.isSuccess() && tls == null) {
                connected(acquirer, connection);
            } else if (future.isSuccess()) {
                connection.read();
                tls.handshakeFuture().addListener(shaken -> secured(acquirer, connection, tls, shaken));
            } else if (mayRetry) {
                connect(acquirer, false);
            } else {
                failed(acquirer, future.cause());
            }
        });
    }

    private void secured(Acquirer acquirer, Channel connection, SslHandler tls, Future<?> handshake) {
        if (!handshake.isSuccess()) {
            connection.close();
            failed(acquirer, handshake.cause());
        } else if (ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
            connected(acquirer, connection);
        } else {
            connection.close();
            failed(acquirer, new IOException("it does not speak HTTP/2, which sessions need"));
        }
    }

    private void connected(Acquirer acquirer, Channel connection) {
        connection.closeFuture().addListener(closed -> open--);
        connection
                .pipeline()
                .addLast(
                        Http2FrameCodecBuilder.forClient()
                                .initialSettings(Http2Settings.defaultSettings()
                                        .pushEnabled(false)
                                        .maxHeaderListSize(HEAD_BYTES_MAX))
                                .build(),
                        new Http2MultiplexHandler(new NoStreamsOfTheirs()),
                        new EndOfConnection());
        // Reading the connection itself is bounded by HTTP/2's own flow control.
        connection.config().setAutoRead(true);
        StreamPipeline pipeline = new StreamPipeline();
        new Http2StreamChannelBootstrap(connection).handler(pipeline).open().addListener(opened -> {
            UpstreamStream stream = pipeline.stream;
            if (opened.isSuccess() && stream != null) {
                acquirer.onConnected(stream);
            } else {
                connection.close();
                acquirer.onConnectFailed(opened.cause());
            }
        });
    }

    private void failed(Acquirer acquirer, Throwable cause) {
        open--;
        acquirer.onConnectFailed(cause);
    }

    private final class Tls extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel connection) {
            int connectMillis = Math.toIntExact(limits.get().connectTimeout().toMillis());
            connection.config().setConnectTimeoutMillis(connectMillis);
            SslContext context = target.tlsOfHttp2();
            if (context != null) {
                SslHandler tls = context.newHandler(connection.alloc(), target.host(), target.port());
                tls.setHandshakeTimeoutMillis(connectMillis);
                connection.pipeline().addLast(tls);
            }
        }
    }

    private static final class StreamPipeline extends ChannelInitializer<Channel> {
        private @Nullable UpstreamStream stream;

        @Override
        protected void initChannel(Channel channel) {
            channel.config().setAutoRead(false);
            Channel connection = channel.parent();
            channel.closeFuture().addListener(closed -> connection.close());
            stream = new UpstreamStream(channel);
            channel.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false), stream);
        }
    }

    /** A server may not open streams here: it was told not to push. */
    private static final class NoStreamsOfTheirs extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel stream) {
            stream.close();
        }
    }

    /** Closes a connection that failed; where its protocol was broken, the codec has said so and closes it itself. */
    private static final class EndOfConnection extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof Http2Exception)) {
                context.close();
            }
        }
    }
}

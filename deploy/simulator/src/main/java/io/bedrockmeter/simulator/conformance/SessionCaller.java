package io.bedrockmeter.simulator.conformance;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A caller of sessions over HTTP/2 with prior knowledge, each on a connection of its own. Its frames are not signed. */
final class SessionCaller implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final URI proxy;
    private final Duration patience;

    SessionCaller(URI proxy, Duration patience) {
        this.proxy = proxy;
        this.patience = patience;
    }

    /**
     * Says all of a request, and hears the answer out.
     *
     * @return the bytes of the answer's body
     * @throws IOException if the answer did not end as it should
     */
    byte[] call(Message request) throws IOException, InterruptedException {
        Channel connection = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(Http2FrameCodecBuilder.forClient().build())
                                .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                    }
                })
                .connect(proxy.getHost(), proxy.getPort())
                .sync()
                .channel();
        try {
            return new Hearing().hear(connection, head(request));
        } finally {
            connection.close().sync();
        }
    }

    private FullHttpRequest head(Message request) {
        FullHttpRequest whole = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, request.secondWord(), Unpooled.wrappedBuffer(request.body()));
        whole.headers().set(HttpHeaderNames.HOST, proxy.getAuthority());
        request.headers().forEach(header -> whole.headers().add(header.getKey(), header.getValue()));
        return whole;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Gathers one answer. */
    private final class Hearing extends SimpleChannelInboundHandler<HttpObject> {
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

        byte[] hear(Channel connection, FullHttpRequest request) throws IOException, InterruptedException {
            Channel stream = new Http2StreamChannelBootstrap(connection)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(new Http2StreamFrameToHttpObjectCodec(false))
                                    .addLast(Hearing.this);
                        }
                    })
                    .open()
                    .sync()
                    .getNow();
            stream.writeAndFlush(request);
            try {
                return whole.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("the session did not end as it should: " + e, e);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part instanceof HttpContent content) {
                heard.writeBytes(ByteBufUtil.getBytes(content.content()));
            }
            if (part instanceof LastHttpContent) {
                whole.complete(heard.toByteArray());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            whole.completeExceptionally(new IOException("reset after " + heard.size() + " bytes"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            whole.completeExceptionally(cause);
        }
    }
}

package io.bedrockmeter.simulator.conformance;

import io.bedrockmeter.simulator.server.ProtocolDetector;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An upstream of HTTP/1.1, and of HTTP/2 for sessions, that answers every request with the case in hand, in pieces of so many
 * bytes. Thread-safe.
 */
public final class CaseUpstream implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;
    private volatile @Nullable Task inHand;

    private record Task(ConformanceCase answered, int pieceBytes) {}

    private CaseUpstream(int port) {
        server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new ProtocolDetector(
                                        CaseUpstream.this::installHttp1, CaseUpstream.this::installHttp2));
                    }
                })
                .bind("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }

    /** An upstream on a port of this machine; 0 for one that is free. */
    public static CaseUpstream on(int port) {
        return new CaseUpstream(port);
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort());
    }

    void answerWith(ConformanceCase next, int bytesAPiece) {
        inHand = new Task(next, bytesAPiece);
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void installHttp1(ChannelPipeline pipeline) {
        pipeline.addLast(new HttpServerCodec()).addLast(new Answering(true));
    }

    private void installHttp2(ChannelPipeline pipeline) {
        pipeline.addLast(Http2FrameCodecBuilder.forServer().build());
        pipeline.addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline()
                        .addLast(new Http2StreamFrameToHttpObjectCodec(true))
                        .addLast(new Answering(false));
            }
        }));
    }

    /** Answers each request of a connection, or the one of a stream, when it is whole. */
    private final class Answering extends SimpleChannelInboundHandler<HttpObject> {
        private final boolean needsFraming;

        Answering(boolean needsFraming) {
            this.needsFraming = needsFraming;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            Task task = inHand;
            if (!(part instanceof LastHttpContent)) {
                return;
            }
            if (task == null || task.answered().response().isNothing()) {
                context.close();
                return;
            }
            answer(context, task);
        }

        private void answer(ChannelHandlerContext context, Task task) {
            Message response = task.answered().response();
            boolean breaksOff = task.answered().breaksOff();
            context.write(head(response, breaksOff));
            byte[] body = response.body();
            for (int from = 0; from < body.length; from += task.pieceBytes()) {
                int length = Math.min(task.pieceBytes(), body.length - from);
                context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(body, from, length)));
            }
            if (breaksOff) {
                // Not before everything has left: a reset of a stream takes with it what still waits.
                context.writeAndFlush(new DefaultHttpContent(Unpooled.EMPTY_BUFFER))
                        .addListener(ChannelFutureListener.CLOSE);
            } else {
                context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            }
        }

        private HttpResponse head(Message response, boolean breaksOff) {
            HttpResponse head = new DefaultHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(Integer.parseInt(response.secondWord())));
            response.headers().forEach(header -> head.headers().add(header.getKey(), header.getValue()));
            if (needsFraming && response.isStream()) {
                head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            } else if (needsFraming) {
                // One that breaks off has announced more than it holds.
                int announced = response.body().length + (breaksOff ? 1 : 0);
                head.headers().set(HttpHeaderNames.CONTENT_LENGTH, announced);
            }
            return head;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The proxy has closed the connection, which is its right.
            context.close();
        }
    }
}

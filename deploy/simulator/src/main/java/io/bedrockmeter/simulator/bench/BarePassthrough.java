package io.bedrockmeter.simulator.bench;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.HOST;
import static io.netty.handler.codec.http.HttpResponseStatus.BAD_GATEWAY;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The yardstick: a reverse proxy for HTTP/1.1 that does nothing but pass on. Both sides of a call share an event loop, idle
 * upstream connections are pooled by loop, bodies are never aggregated, each read batch is flushed once, and a side is read
 * only while the other takes more. Binds 127.0.0.1.
 */
public final class BarePassthrough {
    private static final int BACKLOG = 4096;
    private static final int HEAD_BYTES_MAX = 32 * 1024;

    private final InetSocketAddress upstream;
    private final String authority;
    private final FastThreadLocal<Deque<Channel>> idle = new FastThreadLocal<>() {
        @Override
        protected Deque<Channel> initialValue() {
            return new ArrayDeque<>();
        }
    };

    BarePassthrough(InetSocketAddress upstream) {
        this.upstream = upstream;
        this.authority = upstream.getAddress().getHostAddress() + ":" + upstream.getPort();
    }

    /**
     * {@code --port 8080 --upstream-port 9000 [--loops 1]}.
     *
     * @param arguments see above
     * @throws InterruptedException if told to stop while starting
     */
    public static void main(String[] arguments) throws InterruptedException {
        Options options = Options.of(arguments);
        int port = options.count("port", 8080);
        int upstreamPort = options.count("upstream-port", 9000);
        int loopCount = options.count("loops", 1);
        options.refuseOthers();
        var loops = new MultiThreadIoEventLoopGroup(loopCount, NioIoHandler.newFactory());
        var proxy = new BarePassthrough(new InetSocketAddress(InetAddress.getLoopbackAddress(), upstreamPort));
        proxy.listen(loops, port).closeFuture().sync();
    }

    Channel listen(MultiThreadIoEventLoopGroup loops, int port) throws InterruptedException {
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        var codec = new HttpServerCodec(new HttpDecoderConfig().setMaxHeaderSize(HEAD_BYTES_MAX));
                        channel.pipeline().addLast(codec, new Caller());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sync()
                .channel();
    }

    private ChannelFuture connect(Channel caller) {
        return new Bootstrap()
                .group(caller.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        var config = new HttpDecoderConfig().setMaxHeaderSize(HEAD_BYTES_MAX);
                        channel.pipeline().addLast(new HttpClientCodec(config, false, false), new Upstream());
                    }
                })
                .connect(upstream);
    }

    /** The side that calls; it owns an upstream connection from the first byte of a request to the last of its answer. */
    private final class Caller extends ChannelInboundHandlerAdapter {
        private final Deque<Object> waiting = new ArrayDeque<>();
        private @Nullable Channel serving;
        private boolean connecting;
        private boolean requestEnded;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            waiting.add(message);
            forward(context);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (serving != null) {
                serving.flush();
            }
            readWhileTaken(context.channel());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (serving != null) {
                serving.config().setAutoRead(context.channel().isWritable());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            waiting.forEach(ReferenceCountUtil::release);
            waiting.clear();
            if (serving != null) {
                serving.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        private void forward(ChannelHandlerContext context) {
            if (serving == null && !connecting && waiting.peek() instanceof HttpRequest) {
                acquire(context);
            }
            while (serving != null && !requestEnded && !waiting.isEmpty()) {
                Object message = waiting.remove();
                if (message instanceof HttpRequest request) {
                    request.headers().set(HOST, authority);
                }
                requestEnded = message instanceof LastHttpContent;
                serving.write(message, serving.voidPromise());
            }
        }

        private void acquire(ChannelHandlerContext context) {
            Channel pooled = idle.get().poll();
            while (pooled != null && !pooled.isActive()) {
                pooled = idle.get().poll();
            }
            if (pooled != null) {
                serve(context, pooled);
                return;
            }
            connecting = true;
            connect(context.channel()).addListener((ChannelFuture connected) -> {
                connecting = false;
                if (!context.channel().isActive()) {
                    connected.channel().close();
                } else if (connected.isSuccess()) {
                    serve(context, connected.channel());
                    forward(context);
                    connected.channel().flush();
                    readWhileTaken(context.channel());
                } else {
                    refuse(context);
                }
            });
        }

        private void serve(ChannelHandlerContext context, Channel upstreamChannel) {
            serving = upstreamChannel;
            requestEnded = false;
            upstreamChannel.pipeline().get(Upstream.class).calledBy(this, context);
        }

        private void refuse(ChannelHandlerContext context) {
            var answer = new DefaultFullHttpResponse(HTTP_1_1, BAD_GATEWAY, Unpooled.EMPTY_BUFFER);
            answer.headers().set(CONTENT_LENGTH, 0);
            context.writeAndFlush(answer).addListener(written -> context.close());
        }

        private void readWhileTaken(Channel caller) {
            boolean taken = serving == null ? !connecting : serving.isWritable() && waiting.isEmpty();
            caller.config().setAutoRead(taken);
        }

        /** The answer has ended: the next call may follow, unless this one was answered before it had ended. */
        private void served(ChannelHandlerContext context) {
            serving = null;
            if (!requestEnded) {
                context.close();
                return;
            }
            context.channel().config().setAutoRead(true);
            forward(context);
        }
    }

    /** The side that is called; pooled by its event loop between two answers. */
    private final class Upstream extends ChannelInboundHandlerAdapter {
        private @Nullable Caller caller;
        private @Nullable ChannelHandlerContext callerContext;
        private boolean keepAlive;

        private void calledBy(Caller newCaller, ChannelHandlerContext itsContext) {
            caller = newCaller;
            callerContext = itsContext;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (caller == null || callerContext == null) {
                ReferenceCountUtil.release(message);
                context.close();
                return;
            }
            if (message instanceof HttpResponse response) {
                keepAlive = HttpUtil.isKeepAlive(response);
            }
            boolean ends = message instanceof LastHttpContent;
            callerContext.write(message, callerContext.voidPromise());
            if (ends) {
                end(context, caller, callerContext);
            }
        }

        private void end(ChannelHandlerContext context, Caller served, ChannelHandlerContext servedContext) {
            servedContext.flush();
            caller = null;
            callerContext = null;
            context.channel().config().setAutoRead(true);
            if (!keepAlive || !served.requestEnded) {
                context.close();
            } else {
                idle.get().push(context.channel());
            }
            served.served(servedContext);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (callerContext != null) {
                callerContext.flush();
                context.channel().config().setAutoRead(callerContext.channel().isWritable());
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (caller != null && callerContext != null && context.channel().isWritable()) {
                caller.readWhileTaken(callerContext.channel());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (callerContext != null) {
                callerContext.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}

package io.bedrockmeter.simulator.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An upstream that costs as little as can be had: the four main operations with valid answers made in advance, no signature
 * looked at, no body read. {@code GET /health/ready} answers when it is up; {@code PUT /bench/shape?frames=100&held=true} lets
 * it answer in another {@link Shape} from then on. Binds 127.0.0.1.
 */
public final class FastBedrock implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final MultiThreadIoEventLoopGroup loops;
    private final AtomicLong number = new AtomicLong();
    private final Channel listener;
    private volatile Answers answers;

    private FastBedrock(int port, int loopCount, Shape shape) throws InterruptedException {
        this.answers = new Answers(shape);
        this.loops = new MultiThreadIoEventLoopGroup(loopCount, NioIoHandler.newFactory());
        this.listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new FastBedrockConnection(FastBedrock.this));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sync()
                .channel();
    }

    /** Starts one; port 0 takes any that is free. */
    static FastBedrock open(int port, int loops, Shape shape) throws InterruptedException {
        return new FastBedrock(port, loops, shape);
    }

    /**
     * {@code --port 9000 [--loops 1] [--shape frames=50&frame-bytes=200&interval-millis=20&answer-bytes=1024&held=false]}.
     *
     * @param arguments see above
     * @throws InterruptedException if told to stop while starting
     */
    public static void main(String[] arguments) throws InterruptedException {
        Options options = Options.of(arguments);
        int port = options.count("port", 9000);
        int loops = options.count("loops", 1);
        Shape shape = Shape.parse(options.text("shape", ""));
        options.refuseOthers();
        try (FastBedrock server = open(port, loops, shape)) {
            server.listener.closeFuture().sync();
        }
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    Answers answers() {
        return answers;
    }

    void answerAs(Shape shape) {
        answers = new Answers(shape);
    }

    /** The number of the next answer, for its request id. */
    long nextNumber() {
        return number.incrementAndGet();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}

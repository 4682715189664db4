package io.bedrockmeter.proxy.server;

import io.bedrockmeter.proxy.exchange.Source;
import io.bedrockmeter.proxy.exchange.Sources;
import io.bedrockmeter.proxy.exchange.Stop;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;

/**
 * The data port. Opened once, drained, closed. Methods wait; they are for the thread that runs the proxy, never for an event
 * loop.
 */
public final class Listener implements AutoCloseable {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);
    private static final int BACKLOG = 1024;
    /** Network gateways forget a silent connection after 350 s; the system's default is two hours. */
    private static final int KEEP_ALIVE_SECONDS = 60;
    /** At the limit of a drain, streams still have to be told; only then may their connection end under them. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final Channel server;
    private final ChannelGroup connections;
    private final ChannelGroup streams;

    private Listener(Channel server, ChannelGroup connections, ChannelGroup streams) {
        this.server = server;
        this.connections = connections;
        this.streams = streams;
    }

    /**
     * Opens the port.
     *
     * @param serving what is in force, asked for each connection and each exchange
     * @param sources where connections come from
     * @throws IOException if it cannot be bound; the message names the address
     */
    public static Listener open(
            EventLoopGroup loops, InetSocketAddress address, Supplier<Serving> serving, Sources sources)
            throws IOException {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ChannelGroup streams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        Pipelines pipelines = new Pipelines(serving, streams);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEP_ALIVE_SECONDS)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                // What is read ahead of its turn is kept: 64 KiB of it at most.
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        InetAddress from = addressOf(connection);
                        ServerLimits limits = serving.get().limits();
                        boolean full = connections.size() >= limits.connectionsMax();
                        Source source = full ? null : sources.connected(from, limits.connectionsPerSourceMax());
                        if (source == null) {
                            serving.get().services().turnedAway(full ? "connections" : "source_connections", from);
                            connection.close();
                            return;
                        }
                        connection.closeFuture().addListener(closed -> source.disconnected());
                        connection.attr(Pipelines.SOURCE).set(source);
                        connections.add(connection);
                        connection.pipeline().addLast(pipelines);
                    }
                });
        try {
            Channel server = bootstrap.bind(address).sync().channel();
            return new Listener(server, connections, streams);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while binding " + address, e);
        } catch (Exception e) {
            throw new IOException(
                    "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": " + e.getMessage()
                            + ". Set listen.address and listen.port to a free one.",
                    e);
        }
    }

    /** Where a connection comes from; of one that is gone already nothing is known: the address of nobody. */
    static InetAddress addressOf(Channel connection) {
        return connection.remoteAddress() instanceof InetSocketAddress peer
                ? peer.getAddress()
                : new InetSocketAddress(0).getAddress();
    }

    /** The port that is listened on; tells which one where 0 was asked for. */
    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /**
     * Takes no new connections and no new requests, and waits for the running ones.
     *
     * @return whether all had ended within the limit
     */
    public boolean drain(Duration limit) throws InterruptedException {
        server.close().sync();
        endConnections(limit);
        return connections.newCloseFuture().await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Ends each connection as soon as nothing runs on it, and within a limit, so that whoever goes on opens another and is asked
     * anew who it is. Does not wait.
     */
    public void endConnections(Duration limit) {
        for (Channel connection : connections) {
            Http2FrameCodec http2 = connection.pipeline().get(Http2FrameCodec.class);
            if (http2 == null) {
                connection.pipeline().fireUserEventTriggered(Stop.NO_MORE_REQUESTS);
            } else {
                http2.gracefulShutdownTimeoutMillis(limit.plus(LAST_WORDS).toMillis());
                // Sends GOAWAY and closes once the last stream has ended.
                connection.close();
            }
        }
    }

    /** Ends what still runs, each with an entry of its own, and waits a little for it. */
    public void stopNow(Duration limit) throws InterruptedException {
        for (Channel stream : streams) {
            stream.pipeline().fireUserEventTriggered(Stop.NOW);
        }
        for (Channel connection : connections) {
            connection.pipeline().fireUserEventTriggered(Stop.NOW);
        }
        connections.newCloseFuture().await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        server.close();
        connections.close();
    }
}

package io.bedrockmeter.simulator.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Opens the connections of a load, all on one event loop, and has its calls.
 *
 * @param loop theirs
 * @param address of the program under test
 * @param caller in whose name calls are signed; null where nobody checks
 */
record Dialer(
        EventLoop loop, InetSocketAddress address, @Nullable AwsCredentialsIdentity caller) {
    private static final int DIALLED_AT_ONCE = 100;

    /** Host and port, as a request names them. */
    String authority() {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Calls of an operation, as a load makes them. */
    CallSource calls(String operation) {
        CallTemplate template = CallTemplate.of(operation, authority(), Callers.BODY_BYTES);
        return caller == null ? template : SignedCalls.of(template, caller);
    }

    /** Opens {@code count} connections, and returns when all are open. Not to be called on the event loop. */
    List<CallerConnection> dial(int count, Callers callers) throws InterruptedException {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new CallerConnection(channel, callers));
                    }
                });
        List<CallerConnection> connections = new ArrayList<>();
        for (int opened = 0; opened < count; opened += DIALLED_AT_ONCE) {
            List<ChannelFuture> dialled = new ArrayList<>();
            for (int i = opened; i < Math.min(count, opened + DIALLED_AT_ONCE); i++) {
                dialled.add(bootstrap.connect(address));
            }
            for (ChannelFuture future : dialled) {
                Channel channel = future.sync().channel();
                connections.add(channel.pipeline().get(CallerConnection.class));
            }
        }
        return connections;
    }

    /** Does something on the event loop, and waits until it is done. Not to be called on the event loop. */
    <T> T onLoop(Callable<T> action) {
        return loop.submit(action).syncUninterruptibly().getNow();
    }
}

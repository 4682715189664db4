package io.bedrockmeter.proxy.server;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection of HTTP/2 that has carried no stream for a while, with a GOAWAY. Streams have time limits of their own;
 * without this their connection would have none. Confined to its event loop.
 */
final class IdleHttp2Connection extends Http2ConnectionAdapter {
    private final Channel channel;
    private final Http2Connection connection;
    private final long keepAliveNanos;

    private long idleSinceNanos;
    private @Nullable Future<?> nextLook;

    private IdleHttp2Connection(Channel channel, Http2Connection connection, Duration keepAlive) {
        this.channel = channel;
        this.connection = connection;
        this.keepAliveNanos = keepAlive.toNanos();
    }

    /** Watches a connection until it is closed. */
    static void watch(Channel channel, Http2Connection connection, Duration keepAlive) {
        IdleHttp2Connection watched = new IdleHttp2Connection(channel, connection, keepAlive);
        watched.idleSinceNanos = watched.now();
        connection.addListener(watched);
        watched.lookIn(watched.keepAliveNanos);
        channel.closeFuture().addListener(closed -> watched.stop());
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        idleSinceNanos = now();
    }

    private void look() {
        long left = connection.numActiveStreams() > 0 ? keepAliveNanos : idleSinceNanos + keepAliveNanos - now();
        if (left > 0) {
            lookIn(left);
        } else {
            channel.close();
        }
    }

    private void lookIn(long nanos) {
        nextLook = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void stop() {
        if (nextLook != null) {
            nextLook.cancel(false);
        }
    }

    private long now() {
        return channel.eventLoop().ticker().nanoTime();
    }
}

package io.bedrockmeter.proxy.server;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection of HTTP/2 lives. One that has carried no stream for a while is closed with a GOAWAY: streams have time
 * limits of their own; without this their connection would have none. One that has carried as many as it may is told to go, and
 * those that its caller opens meanwhile are still served. Confined to its event loop.
 */
final class Http2Life extends Http2ConnectionAdapter {
    private final Channel channel;
    private final Http2Connection connection;
    private final ServerLimits limits;
    private final Runnable onSilence;

    private long idleSinceNanos;
    private int streams;
    private @Nullable Future<?> nextLook;

    private Http2Life(Channel channel, Http2Connection connection, ServerLimits limits, Runnable onSilence) {
        this.channel = channel;
        this.connection = connection;
        this.limits = limits;
        this.onSilence = onSilence;
    }

    /**
     * Watches a connection until it is closed.
     *
     * @param onSilence told if it is closed because it never carried a stream
     */
    static void watch(Channel channel, Http2Connection connection, ServerLimits limits, Runnable onSilence) {
        Http2Life watched = new Http2Life(channel, connection, limits, onSilence);
        watched.idleSinceNanos = watched.now();
        connection.addListener(watched);
        watched.lookIn(limits.headTimeout().toNanos());
        channel.closeFuture().addListener(closed -> watched.stop());
    }

    @Override
    public void onStreamActive(Http2Stream stream) {
        streams++;
        if (streams == limits.requestsPerConnectionMax()) {
            // Not amid the frame that is being read.
            channel.eventLoop().execute(this::sayGoodbye);
        }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        idleSinceNanos = now();
    }

    private void sayGoodbye() {
        channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(limits.streamsMax()));
    }

    private void look() {
        long keptNanos = (streams == 0 ? limits.headTimeout() : limits.keepAlive()).toNanos();
        long left = connection.numActiveStreams() > 0 ? keptNanos : idleSinceNanos + keptNanos - now();
        if (left > 0) {
            lookIn(left);
            return;
        }
        if (streams == 0) {
            onSilence.run();
        }
        channel.close();
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

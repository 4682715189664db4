package io.bedrockmeter.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one event loop to one target. Confined to that loop.
 *
 * <p>The most recently used connection is handed out first, so a surplus ages and is closed. There is no queue: a call that
 * finds no idle connection opens one, up to a bound, beyond which it is refused.
 */
public final class UpstreamPool {
    private static final int HEAD_BYTES_MAX = 64 * 1024;
    private static final long SWEEP_SECONDS = 10;

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final UpstreamTarget target;
    private final Supplier<UpstreamLimits> limits;
    private final LongSupplier nanoClock;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();

    private int open;
    private boolean sweeping;

    UpstreamPool(
            EventLoop loop,
            Bootstrap template,
            UpstreamTarget target,
            Supplier<UpstreamLimits> limits,
            LongSupplier nanoClock) {
        this.loop = loop;
        this.target = target;
        this.limits = limits;
        this.nanoClock = nanoClock;
        this.bootstrap = template.clone(loop).handler(new Pipeline());
    }

    /** Takes a connection: an idle one at once, else a new one, tried twice. */
    public void acquire(Acquirer acquirer) {
        assert loop.inEventLoop();
        UpstreamConnection ready = takeIdle();
        if (ready != null) {
            acquirer.onConnected(ready);
        } else if (open >= limits.get().connectionsPerLoopMax()) {
            acquirer.onConnectFailed(new IOException(
                    "all " + limits.get().connectionsPerLoopMax() + " connections of this event loop are in use"));
        } else {
            connect(acquirer, true);
        }
    }

    /** Puts a connection back whose answer has been read to its end. */
    void giveBack(UpstreamConnection connection) {
        idle.push(connection);
        connection.markIdle(nanoClock.getAsLong());
        if (!sweeping) {
            sweeping = true;
            loop.schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private @Nullable UpstreamConnection takeIdle() {
        long now = nanoClock.getAsLong();
        UpstreamConnection candidate = idle.poll();
        while (candidate != null
                && !candidate.isUsable(now, limits.get().poolIdle().toNanos())) {
            candidate.close();
            candidate = idle.poll();
        }
        return candidate;
    }

    private void sweep() {
        sweeping = false;
        long oldest = nanoClock.getAsLong() - limits.get().poolIdle().toNanos();
        Iterator<UpstreamConnection> fromOldest = idle.descendingIterator();
        while (fromOldest.hasNext()) {
            UpstreamConnection connection = fromOldest.next();
            if (connection.idleSinceNanos() - oldest > 0) {
                break;
            }
            fromOldest.remove();
            connection.close();
        }
        if (!idle.isEmpty()) {
            sweeping = true;
            loop.schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void connect(Acquirer acquirer, boolean mayRetry) {
        open++;
        ChannelFuture connecting = bootstrap.connect(target.host(), target.port());
        connecting.addListener(future -> {
            Channel channel = connecting.channel();
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (!future.isSuccess()) {
                failed(acquirer, future.cause(), mayRetry);
            } else if (tls == null) {
                connected(acquirer, channel);
            } else {
                channel.read();
                tls.handshakeFuture().addListener(handshake -> {
                    if (handshake.isSuccess()) {
                        connected(acquirer, channel);
                    } else {
                        channel.close();
                        failed(acquirer, handshake.cause(), false);
                    }
                });
            }
        });
    }

    private void connected(Acquirer acquirer, Channel channel) {
        UpstreamConnection connection = channel.pipeline().get(UpstreamConnection.class);
        channel.closeFuture().addListener(closed -> {
            open--;
            idle.remove(connection);
        });
        acquirer.onConnected(connection);
    }

    private void failed(Acquirer acquirer, Throwable cause, boolean mayRetry) {
        open--;
        if (mayRetry) {
            connect(acquirer, false);
        } else {
            acquirer.onConnectFailed(cause);
        }
    }

    /** Who is waiting for a connection. Called once, on the pool's event loop. */
    public interface Acquirer {
        /** A connection that is free. */
        void onConnected(UpstreamConnection connection);

        /** There is none to be had; not one byte was sent. */
        void onConnectFailed(Throwable cause);
    }

    private final class Pipeline extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            int connectMillis = Math.toIntExact(limits.get().connectTimeout().toMillis());
            channel.config().setConnectTimeoutMillis(connectMillis);
            if (target.tls() != null) {
                SslHandler tls = target.tls().newHandler(channel.alloc(), target.host(), target.port());
                tls.setHandshakeTimeoutMillis(connectMillis);
                channel.pipeline().addLast(tls);
            }
            HttpDecoderConfig decoder =
                    new HttpDecoderConfig().setMaxHeaderSize(HEAD_BYTES_MAX).setMaxChunkSize(HEAD_BYTES_MAX);
            channel.pipeline()
                    .addLast(
                            new HttpClientCodec(decoder, false, false),
                            new UpstreamConnection(channel, UpstreamPool.this));
        }
    }
}

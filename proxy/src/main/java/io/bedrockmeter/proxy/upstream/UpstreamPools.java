package io.bedrockmeter.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;

/** The pools of every event loop. Thread-safe. */
public final class UpstreamPools implements AutoCloseable {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** Network gateways forget a silent connection after 350 s, and a model may think longer; the system's default is two hours. */
    private static final int KEEP_ALIVE_SECONDS = 60;

    private final Map<EventLoop, UpstreamPool> pools = new ConcurrentHashMap<>();
    private final Map<EventLoop, DuplexConnector> connectors = new ConcurrentHashMap<>();
    private final DnsAddressResolverGroup resolver;
    private final Bootstrap template;
    private final UpstreamTarget target;
    private final Supplier<UpstreamLimits> limits;
    private final LongSupplier nanoClock;

    /**
     * Pools to one target; connects nowhere yet.
     *
     * @param limits the bounds in force, asked whenever one is needed
     */
    public UpstreamPools(UpstreamTarget target, Supplier<UpstreamLimits> limits, LongSupplier nanoClock) {
        this.target = target;
        this.limits = limits;
        this.nanoClock = nanoClock;
        this.resolver =
                new DnsAddressResolverGroup(new DnsNameResolverBuilder().datagramChannelType(NioDatagramChannel.class));
        this.template = new Bootstrap()
                .channel(NioSocketChannel.class)
                .resolver(resolver)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEP_ALIVE_SECONDS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    /** The pool of an event loop. */
    public UpstreamPool on(EventLoop loop) {
        return pools.computeIfAbsent(loop, key -> new UpstreamPool(key, template, target, limits, nanoClock));
    }

    /** What opens streams in both directions on an event loop. */
    public DuplexConnector duplexOn(EventLoop loop) {
        return connectors.computeIfAbsent(loop, key -> new DuplexConnector(key, template, target, limits));
    }

    /** Where the pools connect to. */
    public UpstreamTarget target() {
        return target;
    }

    @Override
    public void close() {
        resolver.close();
    }
}

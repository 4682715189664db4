package io.bedrockmeter.proxy;

import io.bedrockmeter.proxy.config.LimitsConfig;
import io.bedrockmeter.proxy.config.MeteringConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.config.UpstreamTimeouts;
import io.bedrockmeter.proxy.exchange.ExchangeLimits;
import io.bedrockmeter.proxy.server.ServerLimits;
import io.bedrockmeter.proxy.upstream.UpstreamLimits;

/** The bounds of each part, from the configuration. */
final class Limits {
    private Limits() {}

    static UpstreamLimits upstream(ProxyConfig config) {
        return new UpstreamLimits(
                config.upstream().timeouts().connect(),
                config.upstream().poolIdle(),
                config.upstream().connectionsPerLoopMax());
    }

    static ServerLimits server(ProxyConfig config) {
        LimitsConfig limits = config.limits();
        return new ServerLimits(
                Math.toIntExact(limits.requestLine().bytes()),
                Math.toIntExact(limits.requestHead().bytes()),
                limits.fields(),
                limits.headTimeout(),
                limits.keepAlive(),
                limits.handshakeTimeout(),
                limits.streamsPerConnection(),
                limits.resetsPerConnection(),
                limits.requestsPerConnection(),
                limits.connections(),
                limits.perSource().connections());
    }

    static ExchangeLimits exchange(ProxyConfig config) {
        LimitsConfig limits = config.limits();
        UpstreamTimeouts upstream = config.upstream().timeouts();
        MeteringConfig metering = config.metering();
        return new ExchangeLimits(
                limits.body().bytes(),
                metering.holdUnaryBytes().bytes(),
                limits.bodyTimeout(),
                limits.bodyWindow(),
                limits.bodyWindowBytes().bytes(),
                limits.perSource().bodiesUnverified().bytes(),
                limits.perSource().givenUp(),
                upstream.firstByte(),
                upstream.idle(),
                upstream.total(),
                limits.writeStall(),
                metering.drainTimeMax(),
                metering.drainBytesMax().bytes());
    }
}

package io.bedrockmeter.proxy;

import io.bedrockmeter.proxy.auth.Authenticator;
import io.bedrockmeter.proxy.auth.OpenAccess;
import io.bedrockmeter.proxy.auth.Terms;
import io.bedrockmeter.proxy.config.AuthConfig;
import io.bedrockmeter.proxy.config.MeteringConfig.OnDisconnect;
import io.bedrockmeter.proxy.config.MeteringConfig.StreamUsage;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.config.TlsConfig;
import io.bedrockmeter.proxy.exchange.AttemptIds;
import io.bedrockmeter.proxy.exchange.BodyBudget;
import io.bedrockmeter.proxy.exchange.ExchangeServices;
import io.bedrockmeter.proxy.exchange.InFlight;
import io.bedrockmeter.proxy.exchange.Upstream;
import io.bedrockmeter.proxy.jobs.JobRegister;
import io.bedrockmeter.proxy.jobs.ServedJobs;
import io.bedrockmeter.proxy.route.JobKind;
import io.bedrockmeter.proxy.server.Serving;
import io.bedrockmeter.proxy.server.TlsContexts;
import io.bedrockmeter.proxy.upstream.UpstreamLimits;
import io.bedrockmeter.proxy.upstream.UpstreamPools;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration comes to in a running proxy. Immutable; a reload makes another one.
 *
 * @param config the configuration
 * @param identity how the proxy proves itself
 * @param serving what connections and exchanges are served with
 * @param upstream bounds of the upstream side
 */
record InForce(ProxyConfig config, Identity identity, Serving serving, UpstreamLimits upstream) {
    /**
     * What all configurations of one proxy have in common.
     *
     * @param setting its surroundings
     * @param metered what it records and shows
     * @param attemptIds names each attempt
     * @param bodies bound on all bodies held
     * @param jobs who began which job
     * @param inFlight the calls that run
     * @param runtime connections to Bedrock Runtime
     * @param mantle connections to {@code bedrock-mantle}
     * @param control connections to the control plane
     */
    record Lasting(
            Proxy.Setting setting,
            Metered metered,
            AttemptIds attemptIds,
            BodyBudget bodies,
            JobRegister jobs,
            InFlight inFlight,
            UpstreamPools runtime,
            UpstreamPools mantle,
            UpstreamPools control) {}

    static InForce of(ProxyConfig config, Identity identity, @Nullable SslContext tls, Lasting lasting) {
        ExchangeServices services = new ExchangeServices(
                authenticator(config),
                new Upstream(lasting.runtime(), identity.signer()),
                new Upstream(lasting.mantle(), identity.mantleSigner()),
                new Upstream(lasting.control(), identity.signer()),
                lasting.metered().metering(),
                lasting.attemptIds(),
                lasting.bodies(),
                new ServedJobs(lasting.jobs(), servedKinds(config)),
                lasting.inFlight(),
                Limits.exchange(config),
                config.upstream().region(),
                config.metering().streamUsage() == StreamUsage.ASK,
                lasting.setting().clock(),
                lasting.setting().nanoClock());
        return new InForce(
                config, identity, new Serving(services, Limits.server(config), tls), Limits.upstream(config));
    }

    /**
     * The server's certificate, read anew; null if there is none.
     *
     * @throws IOException if it or its key cannot be read, or do not belong together
     */
    static @Nullable SslContext tls(ProxyConfig config) throws IOException {
        TlsConfig tls = config.listen().tls();
        return tls == null ? null : TlsContexts.forListener(tls.certificate(), tls.key());
    }

    private static Set<JobKind> servedKinds(ProxyConfig config) {
        Set<JobKind> kinds = EnumSet.noneOf(JobKind.class);
        if (config.limits().asyncInvocations()) {
            kinds.add(JobKind.ASYNC_INVOCATION);
        }
        if (config.limits().batch()) {
            kinds.add(JobKind.BATCH);
        }
        return kinds;
    }

    /** Those of listed keys are made once, because each call asks. */
    private static Function<String, Terms> terms(ProxyConfig config) {
        Map<String, Terms> listed = config.accounts().keys().keySet().stream()
                .collect(Collectors.toUnmodifiableMap(Function.identity(), keyId -> terms(config, keyId)));
        return keyId -> {
            Terms known = listed.get(keyId);
            return known == null ? terms(config, keyId) : known;
        };
    }

    private static Terms terms(ProxyConfig config, String keyId) {
        OnDisconnect own = config.accounts().onDisconnectOf(keyId);
        OnDisconnect inForce = own == null ? config.metering().onDisconnect() : own;
        return new Terms(
                config.accounts().accountOf(keyId), config.accounts().ownerOf(keyId), inForce == OnDisconnect.CANCEL);
    }

    private static Authenticator authenticator(ProxyConfig config) {
        return switch (config.auth()) {
            case AuthConfig.Open open -> new OpenAccess(terms(config));
        };
    }
}

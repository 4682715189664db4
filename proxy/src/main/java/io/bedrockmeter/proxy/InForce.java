package io.bedrockmeter.proxy;

import io.bedrockmeter.proxy.auth.AuditLog;
import io.bedrockmeter.proxy.config.MeteringConfig.StreamUsage;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.config.RequestMetadataConfig;
import io.bedrockmeter.proxy.config.TlsConfig;
import io.bedrockmeter.proxy.exchange.AttemptIds;
import io.bedrockmeter.proxy.exchange.BodyBudget;
import io.bedrockmeter.proxy.exchange.ExchangeServices;
import io.bedrockmeter.proxy.exchange.InFlight;
import io.bedrockmeter.proxy.exchange.RequestStamp;
import io.bedrockmeter.proxy.exchange.Sources;
import io.bedrockmeter.proxy.exchange.Upstream;
import io.bedrockmeter.proxy.jobs.JobRegister;
import io.bedrockmeter.proxy.jobs.ServedJobs;
import io.bedrockmeter.proxy.route.JobKind;
import io.bedrockmeter.proxy.server.ClientAuthorities;
import io.bedrockmeter.proxy.server.ListenerTls;
import io.bedrockmeter.proxy.server.Serving;
import io.bedrockmeter.proxy.server.TlsContexts;
import io.bedrockmeter.proxy.upstream.UpstreamLimits;
import io.bedrockmeter.proxy.upstream.UpstreamPools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration comes to in a running proxy. Immutable; a reload makes another one.
 *
 * @param config the configuration
 * @param identity how the proxy proves itself
 * @param callers who may call
 * @param serving what connections and exchanges are served with
 * @param upstream bounds of the upstream side
 */
record InForce(ProxyConfig config, Identity identity, Callers callers, Serving serving, UpstreamLimits upstream) {
    /**
     * What all configurations of one proxy have in common.
     *
     * @param setting its surroundings
     * @param metered what it records and shows
     * @param audit where it is written who was turned away
     * @param attemptIds names each attempt
     * @param bodies bound on all bodies held
     * @param strangersBodies bound on those of callers who have not proved who they are
     * @param sources where callers connect from
     * @param jobs who began which job
     * @param inFlight the calls that run
     * @param runtime connections to Bedrock Runtime
     * @param mantle connections to {@code bedrock-mantle}; null where there is none
     * @param control connections to the control plane
     */
    record Lasting(
            Proxy.Setting setting,
            Metered metered,
            AuditLog audit,
            AttemptIds attemptIds,
            BodyBudget bodies,
            BodyBudget strangersBodies,
            Sources sources,
            JobRegister jobs,
            InFlight inFlight,
            UpstreamPools runtime,
            @Nullable UpstreamPools mantle,
            UpstreamPools control) {}

    static InForce of(
            ProxyConfig config, Identity identity, Callers callers, @Nullable ListenerTls tls, Lasting lasting) {
        ExchangeServices services = new ExchangeServices(
                callers.authenticator(
                        config, lasting.metered(), lasting.setting().clock()),
                lasting.audit(),
                new Upstream(lasting.runtime(), identity.signers()),
                lasting.mantle() == null ? null : new Upstream(lasting.mantle(), identity.mantleSigners()),
                new Upstream(lasting.control(), identity.signers()),
                lasting.metered().metering(),
                lasting.attemptIds(),
                lasting.bodies(),
                lasting.strangersBodies(),
                new ServedJobs(lasting.jobs(), servedKinds(config)),
                lasting.inFlight(),
                Limits.exchange(config),
                stamp(config.upstream().metadata()),
                config.upstream().region(),
                config.metering().streamUsage() == StreamUsage.ASK,
                lasting.setting().clock(),
                lasting.setting().nanoClock());
        return new InForce(
                config, identity, callers, new Serving(services, Limits.server(config), tls), Limits.upstream(config));
    }

    /**
     * The server's certificate, read anew; null if there is none.
     *
     * @throws IOException if it or its key cannot be read, or do not belong together
     */
    static @Nullable ListenerTls tls(ProxyConfig config) throws IOException {
        TlsConfig tls = config.listen().tls();
        if (tls == null) {
            return null;
        }
        Path clientCa = tls.clientCa();
        return TlsContexts.forListener(
                tls.certificate(),
                tls.key(),
                clientCa == null
                        ? null
                        : ClientAuthorities.read(clientCa, tls.clientAuth() == TlsConfig.ClientAuth.REQUIRE));
    }

    /** Whose client certificates are believed; null if none are asked for. */
    @Nullable
    ClientAuthorities clients() {
        ListenerTls tls = serving.tls();
        return tls == null ? null : tls.clients();
    }

    private static RequestStamp stamp(RequestMetadataConfig metadata) {
        return new RequestStamp(
                new RequestStamp.Keys(metadata.team(), metadata.app(), metadata.key(), metadata.attempt()),
                metadata.inBodies());
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
}

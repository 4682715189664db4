package io.bedrockmeter.proxy;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.account.Owner;
import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.proxy.auth.AuditLog;
import io.bedrockmeter.proxy.auth.Authenticator;
import io.bedrockmeter.proxy.auth.CertificateAccess;
import io.bedrockmeter.proxy.auth.CertificateRules;
import io.bedrockmeter.proxy.auth.OpenAccess;
import io.bedrockmeter.proxy.auth.PassThrough;
import io.bedrockmeter.proxy.auth.PeerCertificate;
import io.bedrockmeter.proxy.auth.Terms;
import io.bedrockmeter.proxy.auth.TokenAccess;
import io.bedrockmeter.proxy.auth.VerifiedAccess;
import io.bedrockmeter.proxy.config.AuthConfig;
import io.bedrockmeter.proxy.config.CallerRules;
import io.bedrockmeter.proxy.config.CertificateRule;
import io.bedrockmeter.proxy.config.MeteringConfig.OnDisconnect;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.config.Secret;
import io.bedrockmeter.proxy.keys.CallerIds;
import io.bedrockmeter.proxy.keys.KeyBook;
import io.bedrockmeter.proxy.keys.KeyChange;
import io.bedrockmeter.proxy.keys.KeyStore;
import io.bedrockmeter.proxy.keys.KeyWatch;
import io.bedrockmeter.proxy.keys.MasterSecret;
import io.bedrockmeter.proxy.keys.MasterSecretFile;
import io.bedrockmeter.proxy.keys.Permissions;
import io.bedrockmeter.proxy.keys.VirtualKey;
import io.bedrockmeter.proxy.route.Operation;
import io.bedrockmeter.proxy.tokens.TokenCaller;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may call this proxy: how callers are told apart and, where they have keys, the watch over those. */
final class Callers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Callers.class);
    /** A key that is revoked must be so within a second, on a busy machine too. */
    private static final Duration LOOK_AT_KEYS = Duration.ofMillis(250);

    private final AuthConfig auth;
    private final @Nullable KeyWatch keys;
    private final @Nullable Issuers issuers;

    private Callers(AuthConfig auth, @Nullable KeyWatch keys, @Nullable Issuers issuers) {
        this.auth = auth;
        this.keys = keys;
        this.issuers = issuers;
    }

    /**
     * Loads the keys, where there are any; watches them from {@link #start} on. Fetches the keys of identity providers, waiting a
     * while for each that cannot be reached.
     *
     * @param before who may call until now, of whose providers' keys those serve on that cannot be fetched; null at a start
     * @throws IOException if they cannot be loaded; the message names the file and the way out
     */
    static Callers load(AuthConfig auth, InstantSource clock, @Nullable Callers before) throws IOException {
        for (Map.Entry<String, CallerRules> rules : auth.callerRules().entrySet()) {
            String fault = Operation.faultOf(rules.getValue().operations());
            if (fault != null) {
                throw new IOException(rules.getKey() + ".operations: " + fault);
            }
        }
        KeyWatch keys = switch (auth) {
            case AuthConfig.Keys own -> KeyWatch.open(KeyStore.of(own.place()), master(own));
            case AuthConfig.Open open -> null;
            case AuthConfig.PassThrough passThrough -> null;
            case AuthConfig.Certificates certificates -> null;
            case AuthConfig.Tokens tokens -> null;
        };
        Issuers issuers = auth.tokenIssuers().isEmpty()
                ? null
                : Issuers.start(auth.tokenIssuers(), clock, before == null ? null : before.issuers);
        return new Callers(auth, keys, issuers);
    }

    /** Begins to watch the keys; what becomes of them is logged, counted and brought to the meters. */
    void start(Metered metered, AuditLog audit) {
        metered.keysStale(false);
        if (keys != null) {
            metered.allowKeys(keys.book());
            keys.start(new Watcher(metered, audit), LOOK_AT_KEYS);
        }
    }

    /** Whether they are those that a configuration asks for. */
    boolean isFor(ProxyConfig config) {
        return auth.equals(config.auth());
    }

    /** Tells them apart, on the terms of a configuration; names that come from tokens are told to the meters. */
    Authenticator authenticator(ProxyConfig config, Metered metered, InstantSource clock) {
        TokenAccess tokens = issuers == null
                ? null
                : new TokenAccess(issuers.verifier(clock), termsOfTokens(config, auth.callerRules(), metered));
        return switch (auth) {
            case AuthConfig.Open open -> new OpenAccess(termsOfIds(config));
            case AuthConfig.PassThrough passThrough -> new PassThrough(termsOfIds(config));
            case AuthConfig.Certificates certificates ->
                new CertificateAccess(termsOfCertificates(config, certificates.rules()), clock);
            case AuthConfig.Tokens only -> Objects.requireNonNull(tokens);
            case AuthConfig.Keys mode -> {
                KeyWatch watched = keys();
                VerifiedAccess byKey = new VerifiedAccess(
                        watched::ring,
                        key -> terms(config, key),
                        config.upstream().region(),
                        new VerifiedAccess.Rules(mode.skew(), mode.refuseReplays()),
                        clock);
                yield tokens == null ? byKey : byKey.with(tokens);
            }
        };
    }

    @Override
    public void close() {
        if (keys != null) {
            keys.close();
        }
        if (issuers != null) {
            issuers.close();
        }
    }

    private KeyWatch keys() {
        if (keys == null) {
            throw new IllegalStateException("callers without keys");
        }
        return keys;
    }

    private static MasterSecret master(AuthConfig.Keys keys) throws IOException {
        Secret given = keys.master();
        if (given == null) {
            return MasterSecretFile.read(Objects.requireNonNull(keys.masterFile()));
        }
        try {
            return new MasterSecret(given.reveal());
        } catch (IllegalArgumentException e) {
            throw new IOException("auth.master-secret " + e.getMessage(), e);
        }
    }

    /** Those of listed keys are made once, because each call asks. */
    private static Function<String, Terms> termsOfIds(ProxyConfig config) {
        Map<String, Terms> listed = config.accounts().keys().keySet().stream()
                .collect(Collectors.toUnmodifiableMap(Function.identity(), keyId -> terms(config, keyId)));
        return keyId -> {
            Terms known = listed.get(keyId);
            return known == null ? terms(config, keyId) : known;
        };
    }

    private static Terms terms(ProxyConfig config, String keyId) {
        return new Terms(
                config.accounts().accountOf(keyId),
                config.accounts().ownerOf(keyId),
                isCancelledOnDisconnect(config, keyId),
                Permissions.ALL,
                Allowance.UNLIMITED);
    }

    /** A virtual key says itself whose it is. */
    private static Terms terms(ProxyConfig config, VirtualKey key) {
        AccountId account = new AccountId(key.team(), key.app(), key.id());
        return new Terms(
                account,
                Owner.application(account),
                isCancelledOnDisconnect(config, key.id()),
                key.permissions(),
                key.allowance());
    }

    /** A token says whose it is; what its bearer may do, its issuer's section does. */
    private static Function<TokenCaller, Terms> termsOfTokens(
            ProxyConfig config, Map<String, CallerRules> rules, Metered metered) {
        Map<String, Permissions> permissions = rules.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> permissions(each.getValue())));
        return caller -> {
            AccountId account = new AccountId(caller.team(), caller.app(), caller.keyId());
            metered.allowAccount(account);
            return new Terms(
                    account,
                    Owner.application(account),
                    isCancelledOnDisconnect(config, caller.keyId()),
                    Objects.requireNonNull(permissions.get("auth.issuers." + caller.issuer())),
                    Allowance.UNLIMITED);
        };
    }

    /** A rule says whose a certificate is, and what its owner may do. */
    private static Function<PeerCertificate, @Nullable Terms> termsOfCertificates(
            ProxyConfig config, List<CertificateRule> inOrder) {
        CertificateRules rules = new CertificateRules(inOrder);
        return certificate -> {
            CertificateRules.Match match = rules.find(certificate);
            if (match == null) {
                return null;
            }
            CertificateRule rule = match.rule();
            String keyId = CallerIds.of(rule.name(), match.name());
            AccountId account = new AccountId(rule.team(), rule.app(), keyId);
            return new Terms(
                    account,
                    Owner.application(account),
                    isCancelledOnDisconnect(config, keyId),
                    permissions(rule.rules()),
                    Allowance.UNLIMITED);
        };
    }

    private static Permissions permissions(CallerRules rules) {
        return new Permissions(rules.models(), List.of(), rules.operations(), List.of(), List.of());
    }

    private static boolean isCancelledOnDisconnect(ProxyConfig config, String keyId) {
        OnDisconnect own = config.accounts().onDisconnectOf(keyId);
        return (own == null ? config.metering().onDisconnect() : own) == OnDisconnect.CANCEL;
    }

    private record Watcher(Metered metered, AuditLog audit, AtomicBoolean isStale) implements KeyWatch.Listener {
        Watcher(Metered metered, AuditLog audit) {
            this(metered, audit, new AtomicBoolean());
        }

        @Override
        public void changed(KeyBook inForce, List<KeyChange> changes) {
            metered.allowKeys(inForce);
            if (isStale.getAndSet(false)) {
                log.atInfo().log("keys can be read again");
            }
            metered.keysStale(false);
            changes.forEach(audit::changed);
        }

        @Override
        public void refused(String why) {
            log.atWarn().addKeyValue("problem", why).log("keys refused; those before stay in force");
            isStale.set(true);
            metered.keysStale(true);
            metered.configRefused();
        }
    }
}

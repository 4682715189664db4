package io.bedrockmeter.proxy.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole configuration of a proxy, checked. Immutable; a reload makes another one.
 *
 * @param listen where callers connect
 * @param admin where operators and Prometheus connect
 * @param upstream the Amazon Bedrock runtime behind it
 * @param auth how callers are told apart
 * @param accounts whom calls are charged to
 * @param prices additions to the price book
 * @param ledger where calls are recorded
 * @param budgets how much may be spent
 * @param limits what a caller may use
 * @param metering how usage is read and shown
 * @param logging what is logged
 */
public record ProxyConfig(
        ListenConfig listen,
        AdminConfig admin,
        UpstreamConfig upstream,
        AuthConfig auth,
        AccountsConfig accounts,
        PricesConfig prices,
        LedgerConfig ledger,
        BudgetsConfig budgets,
        LimitsConfig limits,
        MeteringConfig metering,
        LoggingConfig logging) {
    public ProxyConfig {
        if (auth instanceof AuthConfig.Open && !listen.address().isLoopbackAddress()) {
            throw new InvalidSetting(
                    "listen.address",
                    "must be a loopback address while auth.mode is open, because everybody who can connect may spend;"
                            + " write 127.0.0.1 or ::1");
        }
        if (listen.port() != 0
                && listen.port() == admin.port()
                && listen.address().equals(admin.address())) {
            throw new InvalidSetting("admin.port", "is the same as listen.port; choose another");
        }
        if (limits.batch() && upstream.auth() instanceof UpstreamAuth.Bearer) {
            throw new InvalidSetting(
                    "limits.batch",
                    "cannot be true with upstream.auth.scheme bearer: S3, where batch jobs write what they are charged by, takes"
                            + " no Amazon Bedrock API key; set scheme: sigv4 or batch: false");
        }
        if (auth instanceof AuthConfig.Certificates
                && (listen.tls() == null || listen.tls().clientCa() == null)) {
            throw new InvalidSetting(
                    "listen.tls.client-ca",
                    "is required with auth.mode certificates: it says whose certificates are believed");
        }
        if (auth instanceof AuthConfig.PassThrough) {
            refuseJobs(limits);
            if (upstream.assumeRole() != null) {
                throw new InvalidSetting(
                        "upstream.assume-role",
                        "does not go together with auth.mode pass-through, where callers' own keys are sent; remove one of them");
            }
        }
    }

    /** Jobs outlive the call that AWS verified, and are followed, and shown to whoever began them, in the proxy's own name. */
    private static void refuseJobs(LimitsConfig limits) {
        if (limits.batch() || limits.asyncInvocations()) {
            throw new InvalidSetting(
                    limits.batch() ? "limits.batch" : "limits.async-invocations",
                    "cannot be true with auth.mode pass-through: jobs would belong to callers whom nobody has verified, in accounts"
                            + " that the proxy cannot ask; set it to false, or use another mode");
        }
    }

    /** The files that it names and whose change changes what is in force. */
    List<Path> watched() {
        List<Path> files = new ArrayList<>(prices.watched());
        TlsConfig tls = listen.tls();
        if (tls != null) {
            files.addAll(tls.watched());
        }
        return List.copyOf(files);
    }

    /**
     * What comes into force of this configuration in a proxy that runs another one: this one, but for the parts that are fixed
     * while a proxy runs. Those are the keys of {@link Setting#reloads} false.
     *
     * @throws InvalidSetting if the two do not go together
     */
    public ProxyConfig withFixedPartsOf(ProxyConfig running) {
        return new ProxyConfig(
                listen.withFixedPartsOf(running.listen()),
                admin.withFixedPartsOf(running.admin()),
                upstream.withFixedPartsOf(running.upstream()),
                auth,
                accounts,
                prices,
                running.ledger(),
                budgets,
                limits,
                metering.withFixedPartsOf(running.metering()),
                logging);
    }

    static ProxyConfig bind(Section in) {
        ListenConfig listen = in.section("listen", ListenConfig::bind);
        AdminConfig admin = in.section("admin", AdminConfig::bind);
        UpstreamConfig upstream = in.section("upstream", UpstreamConfig::bind);
        AuthConfig auth = in.section("auth", AuthConfig::bind);
        AccountsConfig accounts = in.section("accounts", AccountsConfig::bind);
        PricesConfig prices = in.section("prices", PricesConfig::bind);
        LedgerConfig ledger = in.section("ledger", LedgerConfig::bind);
        BudgetsConfig budgets = BudgetsConfig.bind(in);
        LimitsConfig limits = in.section("limits", LimitsConfig::bind);
        MeteringConfig metering = in.section("metering", MeteringConfig::bind);
        LoggingConfig logging = in.section("logging", LoggingConfig::bind);
        return new ProxyConfig(
                listen, admin, upstream, auth, accounts, prices, ledger, budgets, limits, metering, logging);
    }
}

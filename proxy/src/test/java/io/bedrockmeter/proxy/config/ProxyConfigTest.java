package io.bedrockmeter.proxy.config;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.budget.Budget;
import io.bedrockmeter.metering.budget.BudgetActs;
import io.bedrockmeter.metering.budget.BudgetMode;
import io.bedrockmeter.metering.budget.BudgetPeriod;
import io.bedrockmeter.metering.budget.BudgetScope;
import io.bedrockmeter.metering.budget.BudgetUnit;
import io.bedrockmeter.metering.budget.Each;
import io.bedrockmeter.metering.capacity.Throughput;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Commitment;
import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.metering.rate.RateRule;
import io.bedrockmeter.metering.report.Discount;
import io.bedrockmeter.metering.report.Discounts;
import io.bedrockmeter.proxy.config.AccountsConfig.Account;
import io.bedrockmeter.proxy.config.UpstreamAuth.StaticKeys;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every key: its default, and that it reaches its component. */
class ProxyConfigTest {
    private static final String SMALLEST = "upstream: {region: us-east-1}";

    private static final String EVERY_KEY = """
            listen:
              address: ::1
              port: 9080
              tls: {certificate: a.crt, key: a.key, client-ca: clients.pem, client-auth: optional}
            admin:
              address: 0.0.0.0
              port: 9081
              key: the-key-of-an-admin-port
              metrics: open
            upstream:
              region: eu-west-1
              endpoint: http://bedrock.internal:8000
              mantle-endpoint: http://mantle.internal:8001
              control-endpoint: http://control.internal:8002
              s3-endpoint: http://s3.internal:8003
              sts-endpoint: http://sts.internal:8004
              assume-role:
                arn: arn:aws:iam::123456789012:role/callers
                per: key
                session-tags: false
                source-identity: true
                external-id: of-ours
                duration: 30m
              allow-plaintext: true
              auth:
                scheme: sigv4
                access-key-id: AKIAEXAMPLE
                secret-access-key: hush
                session-token: quiet
              request-metadata: {team: cost:team, app: cost:app, key: cost:key, attempt: attempt, converse: true}
              trusted-certificates: ca.pem
              pool-idle: 20s
              max-connections-per-loop: 7
              connect-timeout: 250ms
              first-byte-timeout: 30s
              idle-timeout: 31s
              total-timeout: 2h
            auth:
              mode: keys
              file: keys.json
              master-secret-file: master
              clock-skew: 2m
              replay-guard: true
              issuers:
                corp:
                  issuer: https://idp.example/corp
                  audience: [meter, other]
                  jwks-uri: https://idp.example/keys
                  team-claim: team
                  app-claim: /resource/app
                  required-claims: {groups: bedrock}
                  models: [amazon.*, cohere.*]
                  operations: Converse
                  clock-skew: 1s
                  keys-refresh: 2m
                  keys-max-age: 3h
            accounts:
              default: {team: shared, app: misc, on-disconnect: cancel}
              keys:
                AKIAONE: {team: search, app: ranker, on-disconnect: cancel}
                AKIATWO: {team: ads, app: writer, on-disconnect: drain}
            prices:
              feeds:
                list:
                  urls:
                    nova: https://prices.example/nova.json
                  folder: prices/list
                  approve-above: 5.5
              books: {aws: prices/aws}
              discounts:
                edp: {percent: 7.25, team: search, app: ranker, model: anthropic.*, mode: batch, from: 2026-11-20, until: 2027-11-20}
              aliases:
                arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc: amazon.nova-lite-v1:0
              capacity:
                accrual: discovered
                poll-interval: 30s
                provisioned:
                  chat: {arn: "arn:chat", model: amazon.nova-lite-v1:0, custom: true, units: 2, commitment: six_months, since: 2026-11-01, until: 2027-05-01, team: search, input-tokens-per-minute: 1000, output-tokens-per-minute: 100}
                imported:
                  own: {arn: "arn:own", family: Llama, version: v2, units-per-copy: 2, copies: 3}
            ledger:
              path: /var/lib/bedrock-meter/ledger.db
              slots: 11
              reserve: 32MiB
            budgets:
              weekly:
                limit: 500 USD
                period: week
                zone: Europe/Berlin
                mode: balanced
                overshoot: 2.5USD
                each: team
                teams: [search, ads]
                apps: [ranker]
                keys: [BMKAONE]
                labels: [batch*]
                models: [amazon.*]
                modes: [flex]
                thresholds: [90, 10]
                require-max-tokens: true
                raised-by: 50 USD
                raised-until: 2026-12-24T18:00:00Z
                frozen: an audit
            limits:
              request-head: 32KiB
              request-line: 4KiB
              fields: 50
              body: 1MB
              bodies-total: 2MB
              bodies-unverified: 1500KB
              handshake-timeout: 1s
              head-timeout: 2s
              body-timeout: 3s
              body-window: 2s
              body-window-bytes: 1KB
              keep-alive: 4s
              write-stall: 5s
              connections: 12
              streams-per-connection: 13
              resets-per-connection: 16
              requests-per-connection: 17
              per-source: {connections: 18, bodies-unverified: 1200KB, given-up: 19}
              drain: 6s
              async-invocations: true
              batch: true
              rates:
                evening: {team: search, app: ranker, per: key, requests-per-minute: 60, tokens-per-minute: 100000, concurrent: 8}
            metering:
              on-disconnect: cancel
              drain-time-max: 7s
              drain-bytes-max: 8MiB
              stream-usage: ask
              hold-unary-bytes: 9KiB
              meter-hold: 10s
              max-series: 14
              max-session-tokens: 15
              resolve: false
            logging:
              format: json
              level: warn
            """;

    @Test
    void needsNothingButARegion() {
        ProxyConfig config = Configs.valid(SMALLEST).config();

        assertThat(config)
                .isEqualTo(new ProxyConfig(
                        new ListenConfig(address("127.0.0.1"), 8080, null),
                        new AdminConfig(address("127.0.0.1"), 8081, null, AdminConfig.Metrics.KEY),
                        new UpstreamConfig(
                                "us-east-1",
                                URI.create("https://bedrock-runtime.us-east-1.amazonaws.com"),
                                URI.create("https://bedrock-mantle.us-east-1.api.aws"),
                                URI.create("https://bedrock.us-east-1.amazonaws.com"),
                                null,
                                URI.create("https://sts.us-east-1.amazonaws.com"),
                                new PublicEndpoints("us-east-1", false, false),
                                new UpstreamAuth.SigV4(null, null),
                                null,
                                new RequestMetadataConfig(null, null, null, null, false),
                                new UpstreamTimeouts(ofSeconds(5), ofHours(1), ofMinutes(10), ofMinutes(65)),
                                ofSeconds(50),
                                1_000,
                                null),
                        new AuthConfig.Open(),
                        new AccountsConfig(new Account("default", "default", null), Map.of()),
                        new PricesConfig(
                                Map.of(),
                                Map.of(),
                                Map.of(),
                                Discounts.NONE,
                                new CapacityConfig(CapacityConfig.Accrual.DECLARED, ofSeconds(60), Map.of(), Map.of())),
                        new LedgerConfig(Path.of("bedrock-meter.db"), 10_000, ByteSize.ofKiB(16 * 1_024)),
                        new BudgetsConfig(List.of(), BudgetActs.NONE),
                        new LimitsConfig(
                                ByteSize.ofKiB(16),
                                ByteSize.ofKiB(8),
                                100,
                                new ByteSize(25_000_000),
                                ByteSize.ofKiB(256 * 1_024),
                                ByteSize.ofKiB(128 * 1_024),
                                ofSeconds(10),
                                ofSeconds(10),
                                ofMinutes(2),
                                ofSeconds(10),
                                new ByteSize(50_000),
                                ofMinutes(2),
                                ofMinutes(2),
                                10_000,
                                100,
                                200,
                                100_000,
                                new SourceLimits(2_500, ByteSize.ofKiB(64 * 1_024), 1_000),
                                ofMinutes(5),
                                false,
                                false,
                                List.of()),
                        new MeteringConfig(
                                MeteringConfig.OnDisconnect.DRAIN,
                                ofMinutes(2),
                                ByteSize.ofKiB(64 * 1_024),
                                MeteringConfig.StreamUsage.LEAVE,
                                ByteSize.ofKiB(64),
                                ofMinutes(1),
                                10_000,
                                1_000_000,
                                true),
                        new LoggingConfig(LoggingConfig.Format.TEXT, LoggingConfig.Level.INFO)));
    }

    @Test
    void takesEveryKeyToItsComponent() {
        ProxyConfig config = Configs.valid(EVERY_KEY).config();

        assertThat(config)
                .isEqualTo(new ProxyConfig(
                        new ListenConfig(
                                address("::1"),
                                9080,
                                new TlsConfig(
                                        Path.of("a.crt"),
                                        Path.of("a.key"),
                                        Path.of("clients.pem"),
                                        TlsConfig.ClientAuth.OPTIONAL)),
                        new AdminConfig(
                                address("0.0.0.0"),
                                9081,
                                Secret.of("the-key-of-an-admin-port"),
                                AdminConfig.Metrics.OPEN),
                        new UpstreamConfig(
                                "eu-west-1",
                                URI.create("http://bedrock.internal:8000"),
                                URI.create("http://mantle.internal:8001"),
                                URI.create("http://control.internal:8002"),
                                URI.create("http://s3.internal:8003"),
                                URI.create("http://sts.internal:8004"),
                                new PublicEndpoints("eu-west-1", false, false),
                                new UpstreamAuth.SigV4(
                                        null, new StaticKeys("AKIAEXAMPLE", Secret.of("hush"), Secret.of("quiet"))),
                                new AssumedRole(
                                        "arn:aws:iam::123456789012:role/callers",
                                        AssumedRole.Per.KEY,
                                        false,
                                        true,
                                        "of-ours",
                                        ofMinutes(30)),
                                new RequestMetadataConfig("cost:team", "cost:app", "cost:key", "attempt", true),
                                new UpstreamTimeouts(ofMillis(250), ofSeconds(30), ofSeconds(31), ofHours(2)),
                                ofSeconds(20),
                                7,
                                Path.of("ca.pem")),
                        new AuthConfig.Keys(
                                new AuthConfig.Place.File(Path.of("keys.json")),
                                null,
                                Path.of("master"),
                                ofMinutes(2),
                                true,
                                Map.of(
                                        "corp",
                                        new TokenIssuer(
                                                "https://idp.example/corp",
                                                List.of("meter", "other"),
                                                URI.create("https://idp.example/keys"),
                                                new TokenIssuer.Named(null, "team"),
                                                new TokenIssuer.Named(null, "/resource/app"),
                                                Map.of("groups", "bedrock"),
                                                new CallerRules(List.of("amazon.*", "cohere.*"), List.of("Converse")),
                                                ofSeconds(1),
                                                ofMinutes(2),
                                                ofHours(3)))),
                        new AccountsConfig(
                                new Account("shared", "misc", MeteringConfig.OnDisconnect.CANCEL),
                                Map.of(
                                        "AKIAONE", new Account("search", "ranker", MeteringConfig.OnDisconnect.CANCEL),
                                        "AKIATWO", new Account("ads", "writer", MeteringConfig.OnDisconnect.DRAIN))),
                        new PricesConfig(
                                Map.of(
                                        "list",
                                        new PriceFeed(
                                                Map.of("nova", URI.create("https://prices.example/nova.json")),
                                                Path.of("prices/list"),
                                                550)),
                                Map.of("aws", Path.of("prices/aws")),
                                Map.of(
                                        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
                                        "amazon.nova-lite-v1:0"),
                                new Discounts(List.of(new Discount(
                                        "edp",
                                        "search",
                                        "ranker",
                                        "anthropic.*",
                                        "batch",
                                        LocalDate.parse("2026-11-20"),
                                        LocalDate.parse("2027-11-20"),
                                        725))),
                                new CapacityConfig(
                                        CapacityConfig.Accrual.DISCOVERED,
                                        ofSeconds(30),
                                        Map.of(
                                                "chat",
                                                new CapacityConfig.Provisioned(
                                                        "arn:chat",
                                                        new CapacityConfig.Bought(
                                                                "amazon.nova-lite-v1:0",
                                                                true,
                                                                2,
                                                                Commitment.SIX_MONTHS,
                                                                LocalDate.parse("2026-11-01"),
                                                                LocalDate.parse("2027-05-01")),
                                                        "search",
                                                        new Throughput(1_000, 100))),
                                        Map.of("own", new CapacityConfig.Imported("arn:own", "Llama", "v2", 2, 3)))),
                        new LedgerConfig(Path.of("/var/lib/bedrock-meter/ledger.db"), 11, ByteSize.ofKiB(32 * 1_024)),
                        new BudgetsConfig(
                                List.of(new Budget(
                                        "weekly",
                                        new BudgetScope(new BudgetScope.Patterns(
                                                List.of("search", "ads"),
                                                List.of("ranker"),
                                                List.of("BMKAONE"),
                                                List.of("batch*"),
                                                List.of("amazon.*"),
                                                List.of("flex"))),
                                        Each.TEAM,
                                        BudgetUnit.USD,
                                        Money.parseUsd("500").picos(),
                                        BudgetPeriod.WEEK,
                                        ZoneId.of("Europe/Berlin"),
                                        BudgetMode.BALANCED,
                                        Money.parseUsd("2.5").picos(),
                                        List.of(10, 90),
                                        true)),
                                new BudgetActs(
                                        Map.of(
                                                "weekly",
                                                List.of(new BudgetActs.Raise(
                                                        Money.parseUsd("50").picos(), 1_798_135_200_000L))),
                                        Map.of("weekly", "an audit"))),
                        new LimitsConfig(
                                ByteSize.ofKiB(32),
                                ByteSize.ofKiB(4),
                                50,
                                new ByteSize(1_000_000),
                                new ByteSize(2_000_000),
                                new ByteSize(1_500_000),
                                ofSeconds(1),
                                ofSeconds(2),
                                ofSeconds(3),
                                ofSeconds(2),
                                new ByteSize(1_000),
                                ofSeconds(4),
                                ofSeconds(5),
                                12,
                                13,
                                16,
                                17,
                                new SourceLimits(18, new ByteSize(1_200_000), 19),
                                ofSeconds(6),
                                true,
                                true,
                                List.of(new RateRule(
                                        "evening",
                                        "search",
                                        "ranker",
                                        RateRule.Sharing.KEY,
                                        new Allowance(60, 100_000, 8)))),
                        new MeteringConfig(
                                MeteringConfig.OnDisconnect.CANCEL,
                                ofSeconds(7),
                                ByteSize.ofKiB(8 * 1_024),
                                MeteringConfig.StreamUsage.ASK,
                                ByteSize.ofKiB(9),
                                ofSeconds(10),
                                14,
                                15,
                                false),
                        new LoggingConfig(LoggingConfig.Format.JSON, LoggingConfig.Level.WARN)));
    }

    @Test
    void refusesBatchJobsWithAnApiKeyThatCannotReadS3() {
        assertThat(Configs.problems("""
                upstream:
                  region: us-east-1
                  auth: {scheme: bearer, token: hush}
                limits: {batch: true}
                """))
                .singleElement()
                .asString()
                .contains("limits.batch")
                .contains("scheme: sigv4");
    }

    @Test
    void refusesKeysOfRequestMetadataThatCannotBe() {
        String upstream = "upstream: {region: us-east-1, request-metadata: ";

        assertThat(Configs.problems(upstream + "{team: a, key: a}}"))
                .singleElement()
                .asString()
                .contains("upstream.request-metadata.team", "'a' is used twice");
        assertThat(Configs.problems(upstream + "{team: 'a*'}}"))
                .singleElement()
                .asString()
                .contains("upstream.request-metadata.team", "'a*' is not a key of request metadata");
        assertThat(Configs.problems(upstream + "{converse: true}}"))
                .singleElement()
                .asString()
                .contains("upstream.request-metadata.converse", "has nothing to set");
    }

    @Test
    void refusesBudgetsThatCannotBe() {
        String region = "upstream: {region: us-east-1}\nbudgets: ";

        assertThat(Configs.problems(region + "{b: {period: day}}"))
                .singleElement()
                .asString()
                .contains("budgets.b.limit", "is required", "500 USD");
        assertThat(Configs.problems(region + "{b: {limit: 5 EUR}}"))
                .singleElement()
                .asString()
                .contains("budgets.b.limit", "'5 EUR' is not an amount; write 500 USD");
        assertThat(Configs.problems(region + "{b: {limit: 0 USD}}"))
                .singleElement()
                .asString()
                .contains("out of range");
        assertThat(Configs.problems(region + "{b: {limit: 1.5 tokens}}"))
                .singleElement()
                .asString()
                .contains("whole number of tokens");
        assertThat(Configs.problems(region + "{b: {limit: 5 USD, zone: Mars}}"))
                .singleElement()
                .asString()
                .contains("budgets.b.zone", "Europe/Berlin");
        assertThat(Configs.problems(region + "{b: {limit: 5 USD, overshoot: 1 USD}}"))
                .singleElement()
                .asString()
                .contains("budgets.b.overshoot", "mode: balanced");
        assertThat(Configs.problems(region + "{b: {limit: 5 USD, mode: balanced, overshoot: 1 tokens}}"))
                .singleElement()
                .asString()
                .contains("unit of the limit");
        assertThat(Configs.problems(region + "{b: {limit: 5 USD, raised-by: 1 USD}}"))
                .singleElement()
                .asString()
                .contains("budgets.b.raised-until", "until a time");
        assertThat(Configs.problems(region + "{b: {limit: 5 USD, raised-by: 1 USD, raised-until: tomorrow}}"))
                .singleElement()
                .asString()
                .contains("budgets.b.raised-until", "2026-12-24T18:00:00Z");
        assertThat(Configs.problems(region + "{'a b': {limit: 5 USD}}"))
                .singleElement()
                .asString()
                .contains("name meters cannot have");
    }

    /** Guards the test above: a key added later must be added there too. */
    @Test
    void setsEveryKeyToSomethingOtherThanItsDefault() {
        // One key has one possible value, and the others exclude those of the file above.
        List<String> exempt = List.of(
                "auth.store",
                "auth.store-user",
                "auth.store-password",
                "upstream.fips",
                "upstream.dual-stack",
                "auth.master-secret",
                "auth.issuers.corp.team",
                "auth.issuers.corp.app",
                "auth.certificates.<name>.uri",
                "auth.certificates.<name>.dns",
                "auth.certificates.<name>.subject",
                "auth.certificates.<name>.team",
                "auth.certificates.<name>.app",
                "auth.certificates.<name>.models",
                "auth.certificates.<name>.operations",
                "upstream.auth.scheme",
                "upstream.auth.token",
                "upstream.auth.profile");

        List<Setting> settings = Configs.valid(EVERY_KEY).settings();

        assertThat(settings)
                .filteredOn(setting -> !exempt.contains(setting.key()))
                .allSatisfy(setting -> assertThat(setting.value())
                        .as(setting.key())
                        .isNotNull()
                        .isNotEqualTo(setting.fallback()));
    }

    @Test
    void wantsOneMasterSecretForKeysAndNoneWithoutThem() {
        String region = "upstream: {region: us-east-1}\n";

        assertThat(Configs.problems(region + "auth: {mode: keys}"))
                .singleElement()
                .asString()
                .contains("auth.master-secret", "is required with mode keys");
        assertThat(Configs.problems(region + "auth: {mode: keys, master-secret: a, master-secret-file: b}"))
                .singleElement()
                .asString()
                .contains("not both");
        assertThat(Configs.problems(region + "auth: {master-secret-file: b}"))
                .singleElement()
                .asString()
                .contains("auth.master-secret-file", "belongs to mode keys");
    }

    @Test
    void wantsOfAnIssuerWhatMakesItsTokensOurs() {
        String start = "upstream: {region: us-east-1}\nauth: {mode: tokens, issuers: {corp: {";

        assertThat(Configs.problems(start + "issuer: https://idp.example, team: a}}}"))
                .singleElement()
                .asString()
                .contains("auth.issuers.corp.audience", "is required");
        assertThat(Configs.problems(start + "issuer: https://idp.example, audience: meter}}}"))
                .singleElement()
                .asString()
                .contains("auth.issuers.corp.team", "team-claim is required");
        assertThat(Configs.problems(start + "issuer: https://idp.example, audience: meter, team: a, team-claim: b}}}"))
                .singleElement()
                .asString()
                .contains("auth.issuers.corp.team", "exclude one another");
        assertThat(Configs.problems(start + "issuer: http://idp.example, audience: meter, team: a}}}"))
                .singleElement()
                .asString()
                .contains("auth.issuers.corp.jwks-uri", "no https URL");
        assertThat(
                        Configs.problems(
                                start
                                        + "issuer: https://idp.example, audience: [x, meter], team: a}, too: {issuer: https://idp.example, audience: meter, team: b}}}"))
                .singleElement()
                .asString()
                .contains("audience", "'meter'", "one must go");
        assertThat(Configs.problems(
                        start.replace("corp", "of corp") + "issuer: https://idp.example, audience: meter, team: a}}}"))
                .singleElement()
                .asString()
                .contains("auth.issuers.of corp", "is not a name");
    }

    @Test
    void takesCertificatesInTheOrderOfTheFile() {
        AuthConfig auth = Configs.valid("""
                        upstream: {region: us-east-1}
                        listen: {tls: {certificate: a, key: b, client-ca: c}}
                        auth:
                          mode: certificates
                          certificates:
                            zeta: {uri: spiffe://example.org/zeta, team: z, models: amazon.*}
                            alpha: {uri: spiffe://example.org/*, team: a, app: b}
                            host: {dns: "*.Example.org", team: h}
                            name: {subject: "cn=One, o=Example", team: n, operations: [Converse]}
                        """).config().auth();

        assertThat(auth)
                .isEqualTo(new AuthConfig.Certificates(List.of(
                        new CertificateRule(
                                "zeta",
                                CertificateRule.Kind.URI,
                                "spiffe://example.org/zeta",
                                "z",
                                "default",
                                new CallerRules(List.of("amazon.*"), List.of())),
                        new CertificateRule(
                                "alpha",
                                CertificateRule.Kind.URI,
                                "spiffe://example.org/*",
                                "a",
                                "b",
                                CallerRules.NONE),
                        new CertificateRule(
                                "host", CertificateRule.Kind.DNS, "*.example.org", "h", "default", CallerRules.NONE),
                        new CertificateRule(
                                "name",
                                CertificateRule.Kind.SUBJECT,
                                "CN=One,O=Example",
                                "n",
                                "default",
                                new CallerRules(List.of(), List.of("Converse"))))));
    }

    @Test
    void refusesCertificatesThatCouldMeanTooMuchOrNothing() {
        String start = "upstream: {region: us-east-1}\nlisten: {tls: {certificate: a, key: b, client-ca: c}}\n"
                + "auth: {mode: certificates, certificates: {one: {team: a, ";

        assertThat(Configs.problems(start + "uri: 'spiffe://example.org*'}}}"))
                .singleElement()
                .asString()
                .contains("auth.certificates.one.uri", "after a slash");
        assertThat(Configs.problems(start + "dns: '*'}}}"))
                .singleElement()
                .asString()
                .contains("auth.certificates.one.dns");
        assertThat(Configs.problems(start + "dns: 'a*.example.org'}}}"))
                .singleElement()
                .asString()
                .contains("auth.certificates.one.dns");
        assertThat(Configs.problems(start + "subject: nonsense}}}"))
                .singleElement()
                .asString()
                .contains("auth.certificates.one.subject", "CN=ranking");
        assertThat(Configs.problems(start + "subject: CN=a, dns: a}}}"))
                .singleElement()
                .asString()
                .contains("only one of them");
        assertThat(Configs.problems(start.replace(", client-ca: c", "") + "dns: a}}}"))
                .singleElement()
                .asString()
                .contains("listen.tls.client-ca", "is required");
        assertThat(Configs.problems(start.replace("mode: certificates", "mode: open") + "dns: a}}}"))
                .singleElement()
                .asString()
                .contains("auth.certificates", "belong to mode certificates");
    }

    @Test
    void assumesARoleWithCredentialsThatCanAndNoOther() {
        String role = "assume-role: {arn: 'arn:aws:iam::123456789012:role/callers'}";

        assertThat(Configs.problems("upstream: {region: us-east-1, auth: {scheme: bearer, token: hush}, " + role + "}"))
                .singleElement()
                .asString()
                .contains("upstream.assume-role", "sigv4");
        assertThat(Configs.problems("upstream: {region: us-east-1, " + role + "}\nauth: {mode: pass-through}"))
                .singleElement()
                .asString()
                .contains("upstream.assume-role", "pass-through");
        assertThat(Configs.problems("upstream: {region: us-east-1, assume-role: {arn: callers}}"))
                .singleElement()
                .asString()
                .contains("upstream.assume-role.arn", "arn:aws:iam::");
    }

    @Test
    void takesAListAsOneOrAsManyAndTellsWhichOfThemIsWrong() {
        String start =
                "upstream: {region: us-east-1}\nauth: {mode: tokens, issuers: {corp: {issuer: https://idp.example, team: a, audience: ";

        assertThat(Configs.valid(start + "[one, two]}}}").settings())
                .filteredOn(setting -> setting.key().equals("auth.issuers.corp.audience"))
                .singleElement()
                .returns("list of text", Setting::type)
                .returns("one, two", Setting::value);
        assertThat(Configs.problems(start + "[one, {two: 2}]}}}"))
                .singleElement()
                .asString()
                .contains("auth.issuers.corp.audience", "takes one text");
        assertThat(Configs.problems(start + "[one, '']}}}"))
                .singleElement()
                .asString()
                .contains("auth.issuers.corp.audience", "is empty");
    }

    @Test
    void takesIssuersWithModesThatVerifyOnly() {
        String region = "upstream: {region: us-east-1}\n";

        assertThat(Configs.problems(
                        region + "auth: {issuers: {corp: {issuer: https://idp.example, audience: meter, team: a}}}"))
                .singleElement()
                .asString()
                .contains("auth.issuers", "mode keys or tokens");
        assertThat(Configs.problems(region + "auth: {mode: tokens}"))
                .singleElement()
                .asString()
                .contains("auth.issuers", "name at least one");
    }

    @Test
    void takesKeysOutOfADatabaseInsteadOfAFile() {
        String auth = "upstream: {region: us-east-1}\nauth: {mode: keys, master-secret: m, ";
        String url = "jdbc:postgresql://db.internal:5432/meter?sslmode=verify-full";

        assertThat(Configs.valid(auth + "store: '" + url + "', store-user: meter, store-password: hush}")
                        .config()
                        .auth())
                .isEqualTo(new AuthConfig.Keys(
                        new AuthConfig.Place.Database(url, "meter", Secret.of("hush")),
                        Secret.of("m"),
                        null,
                        ofMinutes(5),
                        false,
                        Map.of()));
        assertThat(Configs.valid(auth + "clock-skew: 5m}").config().auth())
                .isInstanceOfSatisfying(
                        AuthConfig.Keys.class,
                        keys -> assertThat(keys.place())
                                .isEqualTo(new AuthConfig.Place.File(Path.of("bedrock-meter-keys.json"))));
    }

    @Test
    void refusesAStoreOfKeysWhereThereAreNone() {
        assertThat(Configs.problems("upstream: {region: us-east-1}\nauth: {store: 'jdbc:postgresql://h/d'}"))
                .singleElement()
                .asString()
                .contains("auth.store: belongs to mode keys");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file: a, store: 'jdbc:postgresql://h/d' | auth.store | cannot be given beside auth.file",
                "store-user: a | auth.store-user | belongs to auth.store",
                "store-password: a | auth.store-password | belongs to auth.store",
                "store: 'postgres://h/d' | auth.store | jdbc:postgresql://host:5432/database",
                "store: 'jdbc:postgresql://me:sesame@h/d' | auth.store | jdbc:postgresql://host:5432/database",
                "store: 'jdbc:postgresql://h/d?user=me&password=sesame' | auth.store | store-password",
            })
    void refusesAStoreOfKeysThatIsNoneOrSaysItsPassword(String entries, String key, String why) {
        List<String> problems = Configs.problems(
                "upstream: {region: us-east-1}\nauth: {mode: keys, master-secret: m, " + entries + "}");

        assertThat(problems)
                .singleElement()
                .asString()
                .contains(key + ": ", why)
                .doesNotContain("sesame");
    }

    /** The flag of a key, from which the documentation is made, tells what a reload does with it. */
    @Test
    void keepsOfARunningConfigurationWhatNeedsARestartAndNothingElse() {
        ProxyConfig running = Configs.valid(SMALLEST).config();
        LoadedConfig.Valid changed = Configs.valid(EVERY_KEY);

        ProxyConfig next = changed.config().withFixedPartsOf(running);

        assertThat(changed.settings())
                .filteredOn(setting -> !setting.reloads())
                .extracting(Setting::key)
                .containsExactly(
                        "listen.address",
                        "listen.port",
                        "admin.address",
                        "admin.port",
                        "upstream.region",
                        "upstream.endpoint",
                        "upstream.mantle-endpoint",
                        "upstream.control-endpoint",
                        "upstream.s3-endpoint",
                        "upstream.sts-endpoint",
                        "upstream.fips",
                        "upstream.dual-stack",
                        "upstream.allow-plaintext",
                        "upstream.trusted-certificates",
                        "ledger.path",
                        "ledger.slots",
                        "ledger.reserve",
                        "metering.resolve");
        assertThat(next)
                .isEqualTo(new ProxyConfig(
                        new ListenConfig(
                                running.listen().address(),
                                running.listen().port(),
                                changed.config().listen().tls()),
                        new AdminConfig(
                                running.admin().address(),
                                running.admin().port(),
                                changed.config().admin().key(),
                                AdminConfig.Metrics.OPEN),
                        new UpstreamConfig(
                                running.upstream().region(),
                                running.upstream().endpoint(),
                                running.upstream().mantleEndpoint(),
                                running.upstream().controlEndpoint(),
                                running.upstream().s3Endpoint(),
                                running.upstream().stsEndpoint(),
                                running.upstream().publicEndpoints(),
                                changed.config().upstream().auth(),
                                changed.config().upstream().assumeRole(),
                                changed.config().upstream().metadata(),
                                changed.config().upstream().timeouts(),
                                changed.config().upstream().poolIdle(),
                                changed.config().upstream().connectionsPerLoopMax(),
                                running.upstream().trustedCertificates()),
                        changed.config().auth(),
                        changed.config().accounts(),
                        changed.config().prices(),
                        running.ledger(),
                        changed.config().budgets(),
                        changed.config().limits(),
                        new MeteringConfig(
                                changed.config().metering().onDisconnect(),
                                changed.config().metering().drainTimeMax(),
                                changed.config().metering().drainBytesMax(),
                                changed.config().metering().streamUsage(),
                                changed.config().metering().holdUnaryBytes(),
                                changed.config().metering().meterHold(),
                                changed.config().metering().seriesMax(),
                                changed.config().metering().sessionTokensMax(),
                                running.metering().resolve()),
                        changed.config().logging()));
    }

    @Test
    void wantsAKeyForAnAdminPortThatOthersCanReach() {
        String region = "upstream: {region: us-east-1}\n";

        assertThat(Configs.problems(region + "admin: {address: 0.0.0.0}"))
                .singleElement()
                .asString()
                .contains(
                        "admin.key",
                        "is required unless admin.address is a loopback address",
                        "${BEDROCK_METER_ADMIN_KEY}");
        assertThat(Configs.problems(region + "admin: {key: short}"))
                .singleElement()
                .asString()
                .contains("admin.key", "openssl rand")
                .doesNotContain("short}");
        assertThat(Configs.problems(region + "admin: {key: a key with a space in it}"))
                .singleElement()
                .asString()
                .contains("admin.key", "no header can carry");
        assertThat(Configs.problems(region + "admin: {metrics: open}"))
                .singleElement()
                .asString()
                .contains("admin.metrics", "needs no opening");
        assertThat(Configs.valid(region + "admin: {address: 0.0.0.0, key: the-key-of-an-admin-port}")
                        .config()
                        .toString())
                .doesNotContain("the-key-of");
    }

    @Test
    void keepsTheKeyOfAnAdminPortThatOthersCanReach() {
        ProxyConfig running = Configs.valid(
                        "upstream: {region: us-east-1}\nadmin: {address: 0.0.0.0, key: the-key-of-an-admin-port}")
                .config();
        ProxyConfig next = Configs.valid(SMALLEST).config();

        assertThatThrownBy(() -> next.withFixedPartsOf(running))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("is required unless admin.address is a loopback address");
    }

    /** What is told of such a key when it changes would be a secret otherwise. */
    @Test
    void needsARestartForNoSecret() {
        assertThat(Configs.valid(EVERY_KEY).settings())
                .filteredOn(setting -> !setting.reloads())
                .extracting(Setting::type)
                .doesNotContain("secret");
    }

    @Test
    void takesABearerTokenFromTheEnvironment() {
        String yaml = "upstream: {region: us-east-1, auth: {scheme: bearer, token: '${TOKEN}'}}";

        LoadedConfig config = Configs.load(yaml, Map.of("TOKEN", "hush"));

        assertThat(config)
                .isInstanceOfSatisfying(
                        LoadedConfig.Valid.class,
                        valid -> assertThat(valid.config().upstream().auth())
                                .isEqualTo(new UpstreamAuth.Bearer(Secret.of("hush"))));
        assertThat(config.toString()).doesNotContain("hush");
    }

    @Test
    void takesAProfileOfTheAwsConfigurationFiles() {
        ProxyConfig config = Configs.valid("upstream: {region: us-east-1, auth: {profile: billing}}")
                .config();

        assertThat(config.upstream().auth()).isEqualTo(new UpstreamAuth.SigV4("billing", null));
    }

    @Test
    void knowsThePublicEndpointOfEachPartition() {
        ProxyConfig config = Configs.valid("upstream: {region: cn-north-1}").config();

        assertThat(config.upstream().endpoint())
                .isEqualTo(URI.create("https://bedrock-runtime.cn-north-1.amazonaws.com.cn"));
    }

    @Test
    void chargesAKeyToItsAccountAndAnyOtherToTheDefault() {
        AccountsConfig accounts = Configs.valid(EVERY_KEY).config().accounts();

        assertThat(accounts.accountOf("AKIATWO")).isEqualTo(new AccountId("ads", "writer", "AKIATWO"));
        assertThat(accounts.accountOf("AKIATHREE")).isEqualTo(new AccountId("shared", "misc", "AKIATHREE"));
    }

    private static InetAddress address(String literal) {
        return Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(literal));
    }
}

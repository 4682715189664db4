package io.bedrockmeter.proxy.world;

import io.bedrockmeter.proxy.Proxy;
import io.bedrockmeter.proxy.batch.BatchThread;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.SdkToken;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.TlsTrustManagersProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.auth.scheme.BedrockRuntimeAuthSchemeProvider;

/** A simulator, a proxy in front of it, and SDK clients that were only told its endpoint. Close it to end all of them. */
public final class World implements AutoCloseable {
    /** A key whose calls are charged to team search, app ranking. */
    public static final String SEARCH_KEY = "AKIASEARCH0000000001";
    /** Another key of the same application. */
    public static final String SECOND_SEARCH_KEY = "AKIASEARCH0000000002";
    /** A key of its own whose calls are drained when their caller leaves, whatever is said of others. */
    public static final String DRAINED_KEY = "AKIADRAINED000000001";
    /** A key whose calls are charged to team support, app chat. */
    public static final String SUPPORT_KEY = "AKIASUPPORT000000001";

    private static final BatchThread.Pauses SHORT =
            new BatchThread.Pauses(Duration.ofMillis(50), Duration.ofMillis(400));
    private static final String ANY_SECRET = "a-secret-nobody-checks";

    private final Path folder;
    private final Simulator simulator;
    private final ProxyConfig config;
    private final Proxy.Setting setting;
    private Proxy proxy;
    private final @Nullable TlsTrustManagersProvider trust;
    private final AtomicInteger ledgerFailures;
    private final List<AutoCloseable> clients = new ArrayList<>();
    private final SdkEventLoopGroup clientLoops =
            SdkEventLoopGroup.builder().numberOfThreads(2).build();

    private World(
            Path folder,
            Simulator simulator,
            ProxyConfig config,
            Proxy.Setting setting,
            @Nullable Certificate tls,
            AtomicInteger ledgerFailures)
            throws IOException {
        this.trust = tls == null ? null : tls::trustManagers;
        this.folder = folder;
        this.simulator = simulator;
        this.config = config;
        this.setting = setting;
        this.proxy = Proxy.start(config, setting);
        this.ledgerFailures = ledgerFailures;
    }

    /** A world with the defaults of the product. */
    public static World open() {
        return open("");
    }

    /**
     * A world with further configuration.
     *
     * @param yaml top-level sections beside {@code listen}, {@code admin}, {@code upstream}, {@code accounts}, {@code ledger},
     *     or lines for {@code upstream} behind {@code upstream:} markers, see {@link Settings}
     */
    public static World open(String yaml) {
        return open(new Settings(yaml, "", true, null));
    }

    /**
     * A world's settings.
     *
     * @param sections further top-level sections of YAML
     * @param upstream further indented lines of the upstream section
     * @param truthOfSignatures whether the simulator checks signatures
     * @param tls a server certificate for the proxy; null for plaintext
     * @param ofTls further entries of the section with that: {@code , name: value}
     */
    public record Settings(
            String sections,
            String upstream,
            boolean truthOfSignatures,
            @Nullable Certificate tls,
            String ofTls) {
        /** With no further entries of the tls section. */
        public Settings(String sections, String upstream, boolean truthOfSignatures, @Nullable Certificate tls) {
            this(sections, upstream, truthOfSignatures, tls, "");
        }

        /** The product's defaults. */
        public static final Settings DEFAULT = new Settings("", "", true, null);

        /** With these lines in the upstream section. */
        public static Settings upstream(String... lines) {
            return new Settings("", "  " + String.join("\n  ", lines), true, null);
        }

        /** With a proxy that speaks TLS. */
        public static Settings tls(Certificate certificate) {
            return new Settings("", "", true, certificate);
        }

        /** These, and one more line in the upstream section. */
        Settings and(String line) {
            return new Settings(
                    sections,
                    upstream.isEmpty() ? "  " + line : upstream + "\n  " + line,
                    truthOfSignatures,
                    tls,
                    ofTls);
        }

        private String listen() {
            return tls == null
                    ? "{port: 0}"
                    : "{port: 0, tls: {certificate: %s, key: %s%s}}".formatted(tls.certificate(), tls.key(), ofTls);
        }
    }

    /** A world of these settings. */
    public static World open(Settings settings) {
        return open(settings, SHORT);
    }

    /** A world of these settings, whose proxy looks at batch jobs so often. */
    public static World open(Settings settings, BatchThread.Pauses pauses) {
        Simulator simulator =
                Simulator.start(SimulatorOptions.defaults().withVerifySignatures(settings.truthOfSignatures()));
        return open(
                simulator,
                simulator.endpoint(),
                settings.and("mantle-endpoint: " + simulator.mantleEndpoint()),
                pauses);
    }

    /** A world of these settings, whose simulator has others than the usual. */
    public static World open(Settings settings, SimulatorOptions options) {
        Simulator simulator = Simulator.start(options);
        return open(
                simulator, simulator.endpoint(), settings.and("mantle-endpoint: " + simulator.mantleEndpoint()), SHORT);
    }

    /** A world whose proxy stands in front of another upstream; its simulator is idle. */
    public static World inFrontOf(URI upstream, Settings settings) {
        return open(Simulator.start(SimulatorOptions.defaults()), upstream, settings, SHORT);
    }

    /** A world whose proxy goes by this clock; its simulator does not, so it checks no signatures. */
    public static World at(InstantSource clock, String yaml) {
        Simulator simulator = Simulator.start(SimulatorOptions.defaults().withVerifySignatures(false));
        Settings settings = new Settings(yaml, "", false, null);
        return open(simulator, simulator.endpoint(), settings, SHORT, clock);
    }

    private static World open(Simulator simulator, URI upstream, Settings settings, BatchThread.Pauses pauses) {
        return open(simulator, upstream, settings, pauses, InstantSource.system());
    }

    private static World open(
            Simulator simulator, URI upstream, Settings settings, BatchThread.Pauses pauses, InstantSource clock) {
        try {
            Path folder = Files.createTempDirectory("bedrock-meter-world");
            AtomicInteger failures = new AtomicInteger();
            ProxyConfig config = config(folder, upstream, settings);
            Proxy.Setting setting = new Proxy.Setting(clock, System::nanoTime, 2, pauses, failures::incrementAndGet);
            return new World(folder, simulator, config, setting, settings.tls(), failures);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A configuration of a proxy in front of an endpoint. */
    public static ProxyConfig config(Path folder, URI endpoint, Settings settings) throws IOException {
        return switch (new ConfigLoader(Map.of()).load(configFile(folder, endpoint, settings))) {
            case LoadedConfig.Valid valid -> valid.config();
            case LoadedConfig.Invalid invalid ->
                throw new IllegalArgumentException(invalid.problems().toString());
        };
    }

    /** The file of such a configuration. */
    public static Path configFile(Path folder, URI endpoint, Settings settings) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), """
                listen: %s
                admin: {port: 0}
                upstream:
                  region: us-east-1
                  endpoint: %s
                  auth: {access-key-id: %s, secret-access-key: %s}
                %s
                accounts:
                  default: {team: nobody, app: nothing}
                  keys:
                    %s: {team: search, app: ranking}
                    %s: {team: search, app: ranking}
                    %s: {team: support, app: chat}
                    %s: {team: search, app: nightly, on-disconnect: drain}
                ledger: {path: %s}
                %s
                """.formatted(
                        settings.listen(),
                        endpoint,
                        SimulatorOptions.DEFAULT_ACCESS_KEY,
                        SimulatorOptions.DEFAULT_SECRET_KEY,
                        settings.upstream(),
                        SEARCH_KEY,
                        SECOND_SEARCH_KEY,
                        SUPPORT_KEY,
                        DRAINED_KEY,
                        folder.resolve("ledger.db"),
                        settings.sections().contains("metering:")
                                ? settings.sections()
                                : "metering: {meter-hold: 0s}\n" + settings.sections()));
    }

    /** What stands behind the proxy. */
    public Simulator simulator() {
        return simulator;
    }

    /** The proxy. */
    public Proxy proxy() {
        return proxy;
    }

    /** Stops the proxy and starts another over the same files, on other ports: clients made before know nothing of it. */
    public void restart() {
        proxy.close();
        try {
            proxy = Proxy.start(config, setting);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often the proxy was told that its ledger failed. */
    public int ledgerFailures() {
        return ledgerFailures.get();
    }

    /** Scripts the simulator's next answer. */
    public void script(Script script) {
        simulator.script(script);
    }

    /** Where an SDK is pointed to. */
    public URI endpoint() {
        return URI.create((trust != null ? "https://localhost:" : "http://127.0.0.1:") + proxy.port());
    }

    /** The configuration file. */
    public Path configFile() {
        return folder.resolve("config.yaml");
    }

    /** The ledger file. */
    public Path ledger() {
        return folder.resolve("ledger.db");
    }

    /** The SDK's synchronous client, over HTTP/1.1, without retries. */
    public BedrockRuntimeClient sync(String accessKeyId) {
        return sync(accessKeyId, ANY_SECRET);
    }

    /** The same with the secret of the key. */
    public BedrockRuntimeClient sync(String accessKeyId, String secret) {
        BedrockRuntimeClient client = BedrockRuntimeClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials(accessKeyId, secret))
                .httpClient(UrlConnectionHttpClient.builder()
                        .tlsTrustManagersProvider(trust)
                        .build())
                .overrideConfiguration(o -> o.retryStrategy(RetryMode.STANDARD).retryStrategy(r -> r.maxAttempts(1)))
                .build();
        clients.add(client);
        return client;
    }

    /** The SDK's client of the control plane, without retries. */
    public BedrockClient control(String accessKeyId) {
        BedrockClient client = Batches.client(endpoint(), accessKeyId, "a-secret-nobody-checks");
        clients.add(client);
        return client;
    }

    /** The SDK's asynchronous client, over HTTP/2 with prior knowledge, without retries. */
    public BedrockRuntimeAsyncClient async(String accessKeyId) {
        return async(accessKeyId, ANY_SECRET);
    }

    /** The same with the secret of the key. */
    public BedrockRuntimeAsyncClient async(String accessKeyId, String secret) {
        BedrockRuntimeAsyncClient client = BedrockRuntimeAsyncClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials(accessKeyId, secret))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(clientLoops)
                        .tlsTrustManagersProvider(trust))
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
        clients.add(client);
        return client;
    }

    /** The SDK's synchronous client with a client certificate; it signs with what nobody knows. */
    public BedrockRuntimeClient certified(Authority.ClientCertificate certificate) {
        BedrockRuntimeClient client = BedrockRuntimeClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials("AKIAANYTHING00000001", ANY_SECRET))
                .httpClient(UrlConnectionHttpClient.builder()
                        .tlsTrustManagersProvider(trust)
                        .tlsKeyManagersProvider(certificate::keyManagers)
                        .build())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
        clients.add(client);
        return client;
    }

    /** The same of the asynchronous client, over HTTP/2. */
    public BedrockRuntimeAsyncClient certifiedAsync(Authority.ClientCertificate certificate) {
        BedrockRuntimeAsyncClient client = BedrockRuntimeAsyncClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials("AKIAANYTHING00000001", ANY_SECRET))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(clientLoops)
                        .tlsTrustManagersProvider(trust)
                        .tlsKeyManagersProvider(certificate::keyManagers))
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
        clients.add(client);
        return client;
    }

    /** The SDK's synchronous client with a bearer token, as AWS_BEARER_TOKEN_BEDROCK gives it one. */
    public BedrockRuntimeClient bearer(String token) {
        BedrockRuntimeClient client = BedrockRuntimeClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .authSchemeProvider(BedrockRuntimeAuthSchemeProvider.defaultProvider(List.of("httpBearerAuth")))
                .tokenProvider(() -> new Token(token))
                .httpClient(UrlConnectionHttpClient.builder()
                        .tlsTrustManagersProvider(trust)
                        .build())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
        clients.add(client);
        return client;
    }

    /** The same of the asynchronous client, over HTTP/2. */
    public BedrockRuntimeAsyncClient bearerAsync(String token) {
        BedrockRuntimeAsyncClient client = BedrockRuntimeAsyncClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .authSchemeProvider(BedrockRuntimeAuthSchemeProvider.defaultProvider(List.of("httpBearerAuth")))
                .tokenProvider(() -> new Token(token))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(clientLoops)
                        .tlsTrustManagersProvider(trust))
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
        clients.add(client);
        return client;
    }

    /** A client of raw HTTP/1.1, for what no SDK would send. */
    public RawClient raw() {
        RawClient client = RawClient.connect(proxy.port());
        clients.add(client);
        return client;
    }

    /** The same from another address of this machine, which is another source. */
    public RawClient rawFrom(String address) {
        try {
            RawClient client = RawClient.connect(proxy.port(), InetAddress.getByName(address));
            clients.add(client);
            return client;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    /** How often something was refused for a reason, by the meters. */
    public long refusals(String reason) {
        String series = "bedrock_meter_refusals_total{reason=\"" + reason + "\"} ";
        return proxy.metered()
                .scraped()
                .registry()
                .scrape()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
                .sum();
    }

    /** What is in the ledger now. */
    public List<Row> rows() {
        return LedgerView.rows(ledger());
    }

    @Override
    public void close() {
        for (AutoCloseable client : clients) {
            try {
                client.close();
            } catch (Exception e) {
                throw new IllegalStateException("a client could not be closed", e);
            }
        }
        clientLoops.eventLoopGroup().shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        proxy.close();
        simulator.close();
        Leaks.none();
    }

    /** A bearer token, as the SDK wants it. */
    private record Token(String token) implements SdkToken {
        @Override
        public Optional<Instant> expirationTime() {
            return Optional.empty();
        }
    }

    private static StaticCredentialsProvider credentials(String accessKeyId, String secret) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret));
    }
}

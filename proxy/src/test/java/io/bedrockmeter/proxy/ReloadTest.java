package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.ConfigWatch;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.prices.PriceFetch;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Certificate;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.LedgerView;
import io.bedrockmeter.proxy.world.ProxyProcess;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;

/** A configuration that changes under a running proxy: the next call goes by the new one, or everything stays as it was. */
final class ReloadTest {
    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final String FAILURES = "bedrock_meter_config_reload_failures_total";

    @TempDir
    private Path folder;

    @Test
    void chargesTheNextCallOfAConnectionToTheNewAccount() {
        try (Reloaded reloaded = new Reloaded(World.open())) {
            RawClient caller = reloaded.world.raw();
            caller.send(Calls.rawConverse()).response();

            reloaded.change("team: nobody", "team: somebody");
            caller.send(Calls.rawConverse()).response();

            assertThat(Conservation.settled(reloaded.world))
                    .extracting(Row::team)
                    .containsExactly("nobody", "somebody");
            assertThat(reloaded.metrics())
                    .contains("bedrock_meter_requests_total{")
                    .contains("team=\"somebody\"");
            Conservation.holdsExactly(reloaded.world);
        }
    }

    @Test
    void boundsTheNextCallOfAConnectionAnew() {
        try (Reloaded reloaded = new Reloaded(World.open("limits: {body: 100KB}"))) {
            RawClient caller = reloaded.world.raw();
            String large = Calls.raw("converse", "{\"messages\":\"" + "x".repeat(2_000) + "\"}");
            int before = caller.send(large).response().status();

            reloaded.change("limits: {body: 100KB}", "limits: {body: 1KiB}");
            int after = caller.send(large).response().status();

            assertThat(before).isEqualTo(200);
            assertThat(after).isEqualTo(413);
        }
    }

    @Test
    void leavesACallUnderWayItsOwnTimeLimits() {
        try (Reloaded reloaded = new Reloaded(World.open(World.Settings.upstream("idle-timeout: 20s")))) {
            World world = reloaded.world;
            world.script(Script.NORMAL
                    .forOperation("ConverseStream")
                    .always()
                    .withPace(Pace.DEFAULT.withEvents(6, 20).withEventDelayMillis(150)));
            RawClient underWay = world.raw().send(Calls.last(Calls.rawConverseStream()));
            underWay.readUntil("\r\n\r\n");

            reloaded.change("idle-timeout: 20s", "idle-timeout: 20ms");
            world.raw().send(Calls.last(Calls.rawConverseStream())).skipAll();
            underWay.skipAll();

            assertThat(Conservation.settled(world)).extracting(Row::state).containsExactly("EXACT", "ESTIMATED");
        }
    }

    @Test
    void reservesForTheNextSessionAnew() throws SQLException {
        String sections = "metering: {max-session-tokens: 1000, meter-hold: 0s}";
        try (Reloaded reloaded = new Reloaded(World.open(sections))) {
            World world = reloaded.world;
            talk(world);

            reloaded.change("max-session-tokens: 1000", "max-session-tokens: 2000");
            talk(world);

            long output = 131_072 * 13_600_000L;
            assertThat(reserved(world)).containsExactly(1_000 * 3_400_000L + output, 2_000 * 3_400_000L + output);
        }
    }

    private static void talk(World world) {
        Session session = Session.open(world.async(World.SEARCH_KEY)).begin().end();
        assertThat(session.call()).succeedsWithin(Duration.ofSeconds(20));
    }

    private static List<Long> reserved(World world) throws SQLException {
        List<Long> reserved = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + world.ledger());
                Statement statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery("SELECT reserved_picousd FROM usage_entries ORDER BY attempt_id");
            while (row.next()) {
                reserved.add(row.getLong(1));
            }
        }
        return reserved;
    }

    @Test
    void signsTheNextCallWithTheNewKey() {
        try (Reloaded reloaded = new Reloaded(World.open())) {
            RawClient caller = reloaded.world.raw();
            int before = caller.send(Calls.rawConverse()).response().status();

            reloaded.change(
                    "secret-access-key: " + SimulatorOptions.DEFAULT_SECRET_KEY, "secret-access-key: another-one");
            int after = caller.send(Calls.rawConverse()).response().status();

            assertThat(before).isEqualTo(200);
            assertThat(after)
                    .as("the simulator refuses the new key's signature")
                    .isEqualTo(403);
        }
    }

    @Test
    void takesInAPriceBookThatWasFetchedAndShowsOneThatWaits(@TempDir Path folder) throws Exception {
        try (Reloaded reloaded = new Reloaded(World.open());
                Warnings warnings = new Warnings()) {
            reloaded.write(reloaded.text() + "prices: {feeds: {list: {folder: " + folder
                    + ", urls: {nova: \"https://prices.example/nova\"}}}}\n");
            await().until(() -> reloaded.metrics().contains("bedrock_meter_price_books_waiting{source=\"list\"} 0.0"));
            ProxyConfig config = ((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(reloaded.file)).config();
            Instant now = Instant.parse("2026-11-30T00:00:00Z");
            PriceFetch little = new PriceFetch(config, url -> novaMicro("0.0000371"), (book, offers) -> {});
            PriceFetch much = new PriceFetch(config, url -> novaMicro("0.007"), (book, offers) -> {});

            String version = little.fetch("list", now).version();
            await().until(() ->
                    reloaded.world.proxy().metered().prices().version().contains(version));
            much.fetch("list", now);
            await().until(() -> reloaded.metrics().contains("bedrock_meter_price_books_waiting{source=\"list\"} 1.0"));

            assertThat(reloaded.world.proxy().metered().prices().version()).contains(version);
            assertThat(reloaded.metrics()).contains("bedrock_meter_price_book_timestamp_seconds{source=\"list\"}");
            assertThat(warnings.lines()).singleElement().asString().contains("waits to be approved");
        }
    }

    private static byte[] novaMicro(String input) {
        return """
                "FormatVersion","v1.0"
                "Disclaimer","none"
                "Publication Date","2026-11-28T10:00:00Z"
                "Version","20261128100000"
                "OfferCode","AmazonBedrock"
                "SKU","TermType","EffectiveDate","StartingRange","EndingRange","Unit","PricePerUnit","Currency","usageType","Region Code","model"
                "A1","OnDemand","2026-11-01","0","Inf","1K tokens","%s","USD","USE1-NovaMicro-input-tokens","us-east-1","Nova Micro"
                """.formatted(input).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void changesNothingByAFileWithErrorsAndTellsThemAll() {
        try (Reloaded reloaded = new Reloaded(World.open());
                Warnings warnings = new Warnings()) {
            reloaded.write(reloaded.text().replace("team: nobody", "team: somebody")
                    + "limits: {body: enormous}\nloging: {level: info}\n");
            List<String> problems = problems(reloaded.file);
            await().untilAsserted(() -> assertThat(warnings.lines())
                    .containsExactlyElementsOf(problems.stream()
                            .map(problem -> "configuration refused; the one before stays in force problem=" + problem)
                            .toList()));

            reloaded.world.raw().send(Calls.rawConverse()).response();

            assertThat(problems).hasSize(2);
            assertThat(Conservation.settled(reloaded.world)).singleElement().returns("nobody", Row::team);
            assertThat(reloaded.metrics()).contains(FAILURES + " 1.0");
            assertThat(reloaded.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void changesNothingByAFileThatCannotComeIntoForce() {
        try (Reloaded reloaded = new Reloaded(World.open());
                Warnings warnings = new Warnings()) {
            reloaded.write(reloaded.text().replace("team: nobody", "team: somebody")
                    + "prices: {aliases: {mine: no.such-model}}\n");
            await().untilAsserted(() -> assertThat(warnings.lines())
                    .singleElement()
                    .asString()
                    .contains("config.yaml: prices.aliases: ")
                    .contains("no.such-model"));

            reloaded.world.raw().send(Calls.rawConverse()).response();

            assertThat(Conservation.settled(reloaded.world)).singleElement().returns("nobody", Row::team);
            assertThat(reloaded.metrics()).contains(FAILURES + " 1.0");
        }
    }

    @Test
    void namesWhatNeedsARestartAndAppliesTheRest() {
        try (Reloaded reloaded = new Reloaded(World.open());
                Warnings warnings = new Warnings()) {
            reloaded.write(reloaded.text()
                    .replace("admin: {port: 0}", "admin: {port: 9999}")
                    .replace("region: us-east-1", "region: eu-west-1")
                    .replace(SimulatorOptions.DEFAULT_SECRET_KEY, "hush")
                    .replace("team: nobody", "team: somebody"));
            await().untilAsserted(() -> assertThat(warnings.lines()).isNotEmpty());

            reloaded.world.raw().send(Calls.rawConverse()).response();

            assertThat(warnings.lines())
                    .containsExactly("restart to apply these keys; the others are in force admin.port=0 -> 9999"
                            + " upstream.region=us-east-1 -> eu-west-1");
            assertThat(Conservation.settled(reloaded.world)).singleElement().returns("somebody", Row::team);
            assertThat(reloaded.metrics()).contains(FAILURES + " 0.0");
        }
    }

    @Test
    void showsNewConnectionsTheNewCertificateAndKeepsTheOldWhereThePairDoesNotFit() throws IOException {
        Certificate first = Certificate.of("localhost");
        Certificate second = Certificate.of("elsewhere.example");
        Certificate shown = new Certificate(
                Files.copy(first.certificate(), folder.resolve("server.crt")),
                Files.copy(first.key(), folder.resolve("server.key")),
                first.store());
        try (Reloaded reloaded = new Reloaded(World.open(World.Settings.tls(shown)))) {
            World world = reloaded.world;
            Files.copy(second.certificate(), shown.certificate(), StandardCopyOption.REPLACE_EXISTING);
            await().until(() -> reloaded.metrics().contains(FAILURES + " 1.0"));
            Calls.converse(world.sync(SEARCH_KEY));

            Files.copy(second.key(), shown.key(), StandardCopyOption.REPLACE_EXISTING);
            await().untilAsserted(() -> assertThatThrownBy(() -> Calls.converse(world.sync(SEARCH_KEY)))
                    .isInstanceOf(SdkClientException.class));

            assertThat(Conservation.settled(world)).isNotEmpty();
        }
    }

    @Test
    void readsTheFileAgainAtASignalAndWhenItChanged() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults())) {
            Path config = World.configFile(folder, simulator.endpoint(), World.Settings.DEFAULT);
            try (ProxyProcess proxy = ProxyProcess.start(config);
                    RawClient caller = RawClient.connect(proxy.port())) {
                proxy.hangUp();
                await().until(() -> reloads(proxy) == 1);

                Files.writeString(config, Files.readString(config).replace("team: nobody", "team: somebody"));
                await().until(() -> reloads(proxy) == 2);
                int status = caller.send(Calls.rawConverse()).response().status();

                assertThat(status).isEqualTo(200);
                assertThat(proxy.stop()).isEqualTo(143);
                assertThat(LedgerView.rows(folder.resolve("ledger.db")))
                        .singleElement()
                        .returns("somebody", Row::team);
            }
        }
    }

    private static long reloads(ProxyProcess proxy) {
        return proxy.said().stream()
                .filter(line -> line.contains("configuration reloaded"))
                .count();
    }

    private static List<String> problems(Path file) {
        return switch (new ConfigLoader(Map.of()).load(file)) {
            case LoadedConfig.Valid valid -> throw new AssertionError("valid: " + valid.config());
            case LoadedConfig.Invalid invalid ->
                invalid.problems().stream().map(Object::toString).toList();
        };
    }

    /** A world whose configuration file is watched. */
    private static final class Reloaded implements AutoCloseable {
        private final World world;
        private final Path file;
        private final ConfigWatch watch;
        private final HttpClient http = HttpClient.newHttpClient();

        Reloaded(World world) {
            this.world = world;
            this.file = world.configFile();
            ConfigLoader loader = new ConfigLoader(Map.of());
            this.watch = ConfigWatch.of(loader, file, (LoadedConfig.Valid) loader.load(file));
            watch.start(world.proxy(), INTERVAL);
        }

        String text() {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Replaces the file in one step, as editors do. */
        void write(String text) {
            try {
                Path beside = Files.writeString(file.resolveSibling("config.yaml.new"), text);
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Replaces a part of the file, and waits until that is in force. */
        void change(String part, String other) {
            String before = loadedAt();
            assertThat(text()).contains(part);
            write(text().replace(part, other));
            await().until(() -> !loadedAt().equals(before));
        }

        String metrics() {
            return get("/metrics").body();
        }

        HttpResponse<String> get(String path) {
            try {
                URI uri = URI.create("http://127.0.0.1:" + world.proxy().adminPort() + path);
                return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        private String loadedAt() {
            return metrics()
                    .lines()
                    .filter(line -> line.startsWith("bedrock_meter_config_last_reload_success_timestamp_seconds"))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void close() {
            http.close();
            watch.close();
            world.close();
        }
    }
}

package io.bedrockmeter.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Prices fetched from where AWS publishes them: small changes come into force, large ones wait for somebody to look. */
class PriceFeedCommandsTest {
    private static final String BUNDLED_INPUT = "0.000035";
    private static final String BUNDLED_OUTPUT = "0.00014";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Commands commands = new Commands(
            Map.of(),
            () -> Instant.parse("2026-11-30T00:00:00Z"),
            new Random(1),
            new Random(2),
            new Console(new PrintWriter(out, true), new PrintWriter(err, true)),
            (loaded, file) -> 0);

    @TempDir
    Path directory;

    private HttpServer server;
    private volatile int status = 200;
    private volatile String document = "";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = document.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void putsABookInForceThatChangesLittle() throws IOException {
        publish(1, "0.0000371", BUNDLED_OUTPUT);

        assertThat(run("prices", "fetch", "--config", config())).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("+6.0 %")
                .contains("aws: aws-2026-11-01-")
                .contains("is in force");
        assertThat(inputPrice()).isEqualTo("0.0000000371");

        assertThat(run("prices", "fetch", "--config", config())).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("nothing is new");
    }

    @Test
    void hasABookWaitThatChangesMuchUntilItIsApproved() throws IOException {
        publish(1, "0.00007", BUNDLED_OUTPUT);

        assertThat(run("prices", "fetch", "--config", config())).isEqualTo(ExitCode.OK);
        String version = waiting();
        assertThat(out.toString())
                .contains("+100.0 %")
                .contains("because of the 1 prices above of 1")
                .contains("prices approve --config " + config() + " aws " + version);
        assertThat(inputPrice()).isEqualTo("0.000000035");

        assertThat(run("prices", "approve", "--config", config(), "aws", "aws-2026-10-01-00000000"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("what waits in aws is " + version);
        assertThat(inputPrice()).isEqualTo("0.000000035");

        assertThat(run("prices", "approve", "--config", config(), "aws", version))
                .isEqualTo(ExitCode.OK);
        assertThat(inputPrice()).isEqualTo("0.00000007");
        assertThat(run("prices", "approve", "--config", config(), "aws", version))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("no book waits in aws");
    }

    @Test
    void hasTheNewestBookWaitAndNoneIfThePricesAreAsTheyWereAgain() throws IOException {
        publish(1, BUNDLED_INPUT, BUNDLED_OUTPUT);
        run("prices", "fetch", "--config", config());
        publish(2, "0.00007", BUNDLED_OUTPUT);
        run("prices", "fetch", "--config", config());
        String first = waiting();
        publish(3, "0.00008", BUNDLED_OUTPUT);

        run("prices", "fetch", "--config", config());

        assertThat(waiting()).isNotEqualTo(first);
        publish(1, BUNDLED_INPUT, BUNDLED_OUTPUT);
        assertThat(run("prices", "fetch", "--config", config())).isEqualTo(ExitCode.OK);
        assertThat(directory.resolve("feed/waiting")).doesNotExist();
        try (Stream<Path> books = Files.list(directory.resolve("feed/books"))) {
            assertThat(books).as("what was fetched is kept").hasSize(3);
        }
    }

    @Test
    void changesNothingIfThePricesCannotBeHadOrUnderstood() throws IOException {
        publish(1, "0.0000371", BUNDLED_OUTPUT);
        run("prices", "fetch", "--config", config());

        for (int refusal : new int[] {301, 403, 500}) {
            status = refusal;
            assertThat(run("prices", "fetch", "--config", config())).isEqualTo(ExitCode.REFUSED);
            assertThat(err.toString()).contains("/prices.csv cannot be had: status " + refusal);
        }
        status = 200;
        document = "hello";
        assertThat(run("prices", "fetch", "--config", config())).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("is no price file of AWS");
        document = document(2, "", "").lines().limit(6).reduce("", (all, line) -> all + line + "\n");
        assertThat(run("prices", "fetch", "--config", config())).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("no price was understood");
        assertThat(run("prices", "fetch", "--config", config(), "gcp")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("prices.feeds has no 'gcp'; it has aws");
        server.stop(0);
        assertThat(run("prices", "fetch", "--config", config())).isEqualTo(ExitCode.REFUSED);

        assertThat(inputPrice()).isEqualTo("0.0000000371");
    }

    @Test
    void refusesToFetchWhatCouldBeChangedOnItsWay() throws IOException {
        Path file = Files.writeString(
                directory.resolve("plain.yaml"),
                Files.readString(Path.of(config())).replaceAll("http://127.0.0.1:[0-9]+", "http://prices.example"));

        assertThat(run("check-config", file.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("prices.feeds.aws.urls.nova").contains("write https");
    }

    @Test
    void refusesAPointerToABookThatIsNotThere() throws IOException {
        Files.createDirectories(directory.resolve("feed"));
        Files.writeString(directory.resolve("feed/current"), "../../etc");

        assertThat(run("check-config", config())).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("prices.feeds.aws: ").contains("names no book");
    }

    private String waiting() throws IOException {
        return Files.readString(directory.resolve("feed/waiting")).strip();
    }

    /** USD per token, as a call is priced under the configuration. */
    private String inputPrice() throws IOException {
        int before = out.getBuffer().length();
        assertThat(run(
                        "price",
                        "--model=amazon.nova-micro-v1:0",
                        "--region=us-east-1",
                        "--input=1",
                        "--json",
                        "--config=" + config()))
                .as(err.toString())
                .isEqualTo(ExitCode.OK);
        return JsonMapper.shared()
                .readTree(out.toString().substring(before))
                .path("lines")
                .path(0)
                .path("rate_usd")
                .asString();
    }

    private void publish(int day, String input, String output) {
        document = document(day, input, output);
    }

    private static String document(int day, String input, String output) {
        return """
                "FormatVersion","v1.0"
                "Disclaimer","none"
                "Publication Date","2026-11-0%1$dT10:00:00Z"
                "Version","2026110%1$d100000"
                "OfferCode","AmazonBedrock"
                "SKU","TermType","EffectiveDate","StartingRange","EndingRange","Unit","PricePerUnit","Currency","usageType","Region Code","model"
                "A1","OnDemand","2026-11-01","0","Inf","1K tokens","%2$s","USD","USE1-NovaMicro-input-tokens","us-east-1","Nova Micro"
                "A2","OnDemand","2026-11-01","0","Inf","1K tokens","%3$s","USD","USE1-NovaMicro-output-tokens","us-east-1","Nova Micro"
                """.formatted(day, input, output);
    }

    private String config() throws IOException {
        Path file = directory.resolve("config.yaml");
        if (!Files.exists(file)) {
            Files.writeString(file, """
                    upstream: {region: us-east-1}
                    auth: {mode: open}
                    ledger: {path: %s}
                    prices:
                      feeds:
                        aws:
                          folder: %s
                          urls: {nova: "http://127.0.0.1:%d/prices.csv"}
                    """.formatted(
                            directory.resolve("ledger.db"),
                            directory.resolve("feed"),
                            server.getAddress().getPort()));
        }
        return file.toString();
    }

    private int run(String... arguments) {
        return commands.run(List.of(arguments));
    }
}

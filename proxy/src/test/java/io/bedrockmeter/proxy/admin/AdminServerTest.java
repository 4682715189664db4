package io.bedrockmeter.proxy.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.ledger.LedgerOptions;
import io.bedrockmeter.metering.ledger.SqliteLedger;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.report.Discounts;
import io.bedrockmeter.proxy.SmallLedger;
import io.bedrockmeter.proxy.config.AdminConfig;
import io.bedrockmeter.proxy.config.Secret;
import io.bedrockmeter.proxy.exchange.AttemptIds;
import io.bedrockmeter.proxy.prices.Rerate;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The admin port as an operator and a scraper meet it: over HTTP. */
class AdminServerTest {
    private static final String KEY = "the-key-of-an-admin-port-1";
    private static final PriceBook BOOK = PriceBook.bundled();

    @TempDir
    private static Path folder;

    private final ScrapedMeters meters = new ScrapedMeters();
    private final CountDownLatch open = new CountDownLatch(1);
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private final List<InetAddress> turnedAway = new CopyOnWriteArrayList<>();
    private volatile Readiness readiness = Readiness.READY;
    private volatile AdminConfig config = config(null, AdminConfig.Metrics.KEY);
    private AdminServer server;
    private SqliteLedger writing;
    private final AttemptIds ids = new AttemptIds(
            InstantSource.system(), () -> ThreadLocalRandom.current().nextLong());

    @BeforeEach
    void start() throws IOException {
        Counter.builder("bedrock_meter.requests").register(meters.registry()).increment(3);
        Path ledger = SmallLedger.in(Files.createDirectories(folder.resolve("written")));
        writing = SqliteLedger.open(new LedgerOptions(ledger, 10, 0), InstantSource.system(), () -> {});
        Map<String, AdminResource> resources = new HashMap<>(new AdminResources(
                        meters,
                        () -> readiness,
                        () -> BOOK,
                        InstantSource.fixed(Instant.parse("2026-11-25T00:00:00Z")),
                        SmallLedger.in(folder),
                        () -> Discounts.NONE,
                        Map::of,
                        List::of,
                        new Rerate(ledger, writing, correction -> {}, ids::next))
                .byPath());
        resources.put("/broken", request -> {
            throw new IllegalStateException("hush");
        });
        resources.put("/slow", this::waitUntilOpen);
        server = AdminServer.start(() -> config, resources, turnedAway::add);
    }

    @AfterEach
    void stop() {
        open.countDown();
        server.close();
        writing.close();
        client.close();
    }

    @Test
    void showsMetersAsPrometheusTextUnlessAskedForMore() throws Exception {
        HttpResponse<String> response = get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(contentType(response)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body())
                .contains("bedrock_meter_requests_total 3.0\n")
                .doesNotContain("# EOF");
    }

    @Test
    void showsMetersAsOpenMetricsToAScraperThatAsksForIt() throws Exception {
        String prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";

        HttpResponse<String> response =
                send(request("/metrics").header("Accept", prometheus).GET());

        assertThat(contentType(response)).isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(response.body())
                .contains("bedrock_meter_requests_total 3.0\n")
                .endsWith("# EOF\n");
    }

    @Test
    void isLiveEvenWhileItIsNotReady() throws Exception {
        readiness = Readiness.notReady("draining");

        HttpResponse<String> response = get("/health/live");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"live\":true}\n");
    }

    @Test
    void isReadyWhenNothingSpeaksAgainstIt() throws Exception {
        HttpResponse<String> response = get("/health/ready");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"ready\":true,\"reasons\":[]}\n");
    }

    @Test
    void tellsWhyItIsNotReady() throws Exception {
        readiness = new Readiness(List.of("draining", "the ledger's disk is full"));

        HttpResponse<String> response = get("/health/ready");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .isEqualTo("{\"ready\":false,\"reasons\":[\"draining\",\"the ledger's disk is full\"]}\n");
    }

    @Test
    void describesThePriceBookInForce() throws Exception {
        JsonNode answer = json(get("/v1/prices"));

        assertThat(answer.path("price_book").asString()).isEqualTo(BOOK.version());
        assertThat(answer.path("models").size()).isEqualTo(BOOK.modelIds().size());
        assertThat(answer.path("sources").size()).isEqualTo(BOOK.sources().size());
    }

    @Test
    void listsThePricesOfOneModel() throws Exception {
        JsonNode answer = json(get("/v1/prices?model=amazon.nova-lite-v1%3A0"));

        assertThat(answer.path("prices").values()).anySatisfy(price -> {
            assertThat(price.path("unit").asString()).isEqualTo("input");
            assertThat(price.path("tariff").asString()).isEqualTo("on_demand");
            assertThat(price.path("usd").asString()).isEqualTo("0.00000006");
        });
    }

    @Test
    void tellsThatAModelHasNoPrice() throws Exception {
        HttpResponse<String> response = get("/v1/prices?model=acme.none");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("no model 'acme.none'");
    }

    @Test
    void addsUpTheLedgerAsJson() throws Exception {
        HttpResponse<String> response = get("/v1/usage?group-by=team");

        JsonNode rows = json(response);
        assertThat(contentType(response)).isEqualTo("application/json");
        assertThat(rows.size()).isEqualTo(1);
        assertThat(rows.path(0).path("team").asString()).isEqualTo("checkout");
        assertThat(rows.path(0).path("calls").asLong()).isEqualTo(2);
        assertThat(rows.path(0).path("cost_usd").asString()).isEqualTo("0.0031");
    }

    @Test
    void addsUpTheLedgerAsCsvForATime() throws Exception {
        HttpResponse<String> response = get("/v1/usage?format=csv&group-by=type&from=2026-11-25&to=2026-11-26");

        assertThat(contentType(response)).startsWith("text/csv");
        assertThat(response.body().lines())
                .containsExactly(
                        "type,calls,count,cost_usd,estimated_usd,unpriced_calls",
                        "input,1,1000,0.003,0,0",
                        "output,1,10,0.0001,0,0");
    }

    @ParameterizedTest
    @CsvSource({
        "format=xml,   there is no format 'xml'",
        "group-by=tea, usage cannot be grouped by 'tea'",
        "from=today,   is no date such as",
        "form=2026,    there is no parameter 'form'",
    })
    void refusesAQuestionOfUsageThatMakesNoSense(String query, String complaint) throws Exception {
        HttpResponse<String> response = get("/v1/usage?" + query);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(complaint);
    }

    @Test
    void refusesAParameterThatNobodyReads() throws Exception {
        HttpResponse<String> response = get("/v1/prices?modle=x");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("there is no parameter 'modle'; known are model");
    }

    @Test
    void refusesAParameterThatIsGivenTwice() throws Exception {
        assertThat(get("/v1/prices?model=a&model=b").statusCode()).isEqualTo(400);
    }

    @Test
    void namesThePathsThereAreWhenAskedForAnother() throws Exception {
        HttpResponse<String> response = get("/metrics/more");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("/health/live, /health/ready, /metrics");
    }

    @Test
    void changesNothingAndThereforeTakesNoOtherMethod() throws Exception {
        HttpResponse<String> response = send(request("/metrics").POST(BodyPublishers.ofString("x")));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void changesThingsOnlyForWhoPostsJson() throws Exception {
        String path = "/v1/prices/rerate?from=2026-11-25&to=2026-11-26";

        HttpResponse<String> read = get(path);
        HttpResponse<String> form = send(request(path).POST(BodyPublishers.noBody()));
        HttpResponse<String> meant =
                send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.noBody()));

        assertThat(read.statusCode()).isEqualTo(405);
        assertThat(read.headers().firstValue("Allow")).contains("POST");
        assertThat(form.statusCode()).isEqualTo(415);
        assertThat(json(meant).at("/total/calls").asLong()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "from=2026-11-25, give from and to",
        "from=2026-11-25&to=2026-11-24, ends after it begins",
        "from=2026-11-25&to=2026-11-26&dry-run=yes, dry-run is true or false",
        "from=2026-11-25&to=2026-11-26&dryrun=true, 'dryrun'",
    })
    void refusesToPriceAnewWhatIsNotSaidClearly(String query, String why) throws Exception {
        HttpResponse<String> response = send(request("/v1/prices/rerate?" + query)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(why);
    }

    @Test
    void answersHeadWithTheHeadersOfGet() throws Exception {
        HttpResponse<String> response = send(request("/health/live").HEAD());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Length")).contains("14");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void keepsTheCauseOfAFailureToItself() throws Exception {
        HttpResponse<String> response = get("/broken");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).doesNotContain("hush").doesNotContain("Exception");
    }

    @Test
    void turnsAwayWhatExceedsItsSlotsAndRecovers() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 40)
                .mapToObj(i -> client.sendAsync(request("/slow").GET().build(), BodyHandlers.ofString()))
                .toList();
        CompletableFuture<?>[] refused = all.stream()
                .map(call -> call.thenAccept(
                        response -> assertThat(response.statusCode()).isIn(200, 503)))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.anyOf(refused).get(30, TimeUnit.SECONDS);

        open.countDown();
        CompletableFuture.allOf(refused).get(30, TimeUnit.SECONDS);

        assertThat(all).extracting(call -> call.join().statusCode()).contains(200, 503);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesARequestThatIsNoHttp() throws Exception {
        InetSocketAddress address = server.address();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET http://[ HTTP/1.1\r\n\r\n".getBytes(US_ASCII));

            assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII))
                    .isEqualTo("HTTP/1.1 400");
        }
    }

    @Test
    void namesThePortThatItCannotBind() {
        AdminConfig taken = new AdminConfig(
                InetAddress.getLoopbackAddress(), server.address().getPort(), null, AdminConfig.Metrics.KEY);

        assertThatThrownBy(() -> AdminServer.start(() -> taken, Map.of(), from -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot listen on admin 127.0.0.1:" + taken.port())
                .hasMessageContaining("choose another admin.port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/metrics",
                "/v1/usage",
                "/v1/prices",
                "/v1/prices/rerate",
                "/nowhere",
                "/",
                "/health",
                "/healthy"
            })
    void wantsTheKeyForEverythingButHealth(String path) throws Exception {
        config = config(KEY, AdminConfig.Metrics.KEY);

        HttpResponse<String> refused = get(path);
        HttpResponse<String> shown = send(request(path).header("Authorization", "Bearer " + KEY));

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(refused.body()).contains("admin.key").doesNotContain(KEY, "/v1/usage");
        assertThat(turnedAway).containsExactly(InetAddress.getLoopbackAddress());
        assertThat(shown.statusCode()).isNotEqualTo(401);
    }

    @Test
    void showsHealthToEverybody() throws Exception {
        config = config(KEY, AdminConfig.Metrics.KEY);

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/health/../v1/usage").statusCode()).isNotEqualTo(200);
        assertThat(turnedAway).isEmpty();
    }

    @Test
    void showsMetricsToEverybodyWhereTheyAreOpened() throws Exception {
        config = config(KEY, AdminConfig.Metrics.OPEN);

        assertThat(get("/metrics").statusCode()).isEqualTo(200);
        assertThat(get("/v1/usage").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer another-key-of-a-test",
                "Bearer the-key-of-an-admin-port-",
                "Bearer the-key-of-an-admin-port-12",
                "Bearer ",
                "the-key-of-an-admin-port-1",
                "Basic dGhlLWtleS1vZi1hbi1hZG1pbi1wb3J0LTE="
            })
    void takesNoOtherKey(String authorization) throws Exception {
        config = config(KEY, AdminConfig.Metrics.KEY);

        assertThat(send(request("/metrics").header("Authorization", authorization))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void takesOneKeyOnly() throws Exception {
        config = config(KEY, AdminConfig.Metrics.KEY);

        HttpResponse<String> twice = send(
                request("/metrics").header("Authorization", "Bearer " + KEY).header("Authorization", "Bearer x"));

        assertThat(twice.statusCode()).isEqualTo(401);
        assertThat(twice.body()).contains("more than one");
    }

    @Test
    void goesByTheKeyThatIsInForce() throws Exception {
        config = config(KEY, AdminConfig.Metrics.KEY);
        assertThat(get("/metrics").statusCode()).isEqualTo(401);

        config = config("the-next-key-of-an-admin-port", AdminConfig.Metrics.KEY);

        assertThat(send(request("/metrics").header("Authorization", "Bearer " + KEY))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request("/metrics").header("Authorization", "bearer the-next-key-of-an-admin-port"))
                        .statusCode())
                .isEqualTo(200);
    }

    private static AdminConfig config(@Nullable String key, AdminConfig.Metrics metrics) {
        return new AdminConfig(InetAddress.getLoopbackAddress(), 0, key == null ? null : Secret.of(key), metrics);
    }

    private AdminResponse waitUntilOpen(AdminRequest request) {
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return AdminResponse.text("text/plain", "done");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path).GET());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private static String contentType(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }
}

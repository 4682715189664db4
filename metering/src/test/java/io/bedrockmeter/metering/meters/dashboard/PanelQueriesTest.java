package io.bedrockmeter.metering.meters.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.meters.Calls;
import io.bedrockmeter.metering.meters.CommittedFile;
import io.bedrockmeter.metering.meters.Exposed;
import io.bedrockmeter.metering.meters.InstalledProgram;
import io.bedrockmeter.metering.meters.LedgerFigures;
import io.bedrockmeter.metering.meters.MeterPublisher;
import io.bedrockmeter.metering.meters.MeterSettings;
import io.bedrockmeter.metering.meters.SettableClock;
import io.bedrockmeter.metering.meters.StateMeters;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a real Prometheus what each panel asks, after traffic whose cost is known, and compares the values.
 *
 * <p>The process that is scraped has two lives, with the same calls in each, so a query that does not survive a restart
 * shows half. Last week's spend is back-filled. Queries are asked for the moment of the last scrape: Prometheus then has
 * nothing to extrapolate, and the values are exact but for the rounding of its own arithmetic.
 */
class PanelQueriesTest {
    private static final Duration SCRAPE_INTERVAL = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double LAST_WEEK_USD = 0.1;
    private static final Instant PRICES_TAKEN = Instant.parse("2026-11-01T00:00:00Z");

    /** What each life costs: checkout 0.0111 + 0.000175, search 0.08 + 0.00014. */
    private static final double LIFE_USD = 0.091415;

    private static final double SPEND = 2 * LIFE_USD;
    private static final double BASELINE = 2 * (0.0165 + 0.00035 + 0.08 + 0.00014);

    /** The calls of each life that were answered. */
    private static final List<Calls> CALLS = List.of(
            Calls.of(Calls.SONNET)
                    .using(UsageUnit.INPUT, 1_000, "0.000003", "0.000003")
                    .using(UsageUnit.CACHE_READ, 2_000, "0.0000003", "0.000003")
                    .using(UsageUnit.OUTPUT, 500, "0.000015", "0.000015"),
            Calls.of(Calls.NOVA)
                    .in(PricingMode.FLEX)
                    .through("ConverseStream")
                    .using(UsageUnit.INPUT, 10_000, "0.0000000175", "0.000000035"),
            Calls.of(Calls.CANVAS)
                    .by("search", "batch")
                    .through("InvokeModel")
                    .using(UsageUnit.IMAGE, 2, "0.04", "0.04"),
            Calls.of(Calls.NOVA)
                    .by("search", "batch")
                    .that(EntryState.ESTIMATED, "truncated", CostStatus.ESTIMATED)
                    .using(UsageUnit.OUTPUT, 1_000, "0.00000014", "0.00000014"),
            Calls.of("made.up-model")
                    .by("search", "batch")
                    .that(EntryState.EXACT, "complete", CostStatus.UNPRICED_MODEL)
                    .usingUnpriced(UsageUnit.INPUT, 700));

    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path directory;

    @Test
    void everyPanelShowsTheRightValue() throws IOException, InterruptedException {
        InstalledProgram program = InstalledProgram.orSkip("prometheus");
        backfillLastWeek();
        Life first = new Life();
        AtomicReference<Life> current = new AtomicReference<>(first);
        HttpServer server = serve(current);
        String target = "127.0.0.1:" + server.getAddress().getPort();
        try (RunningPrometheus prometheus = RunningPrometheus.start(program, directory, target, SCRAPE_INTERVAL)) {
            liveThrough(first, prometheus);
            Life second = new Life();
            current.set(second);
            liveThrough(second, prometheus);

            double lastScrape = prometheus.now("max(timestamp(bedrock_meter_cost_usd_total))");
            Map<String, Map<String, Double>> shown = new LinkedHashMap<>();
            queries().forEach((title, expression) -> {
                double at = expression.contains("offset -1d") ? lastScrape - 86_400 : lastScrape;
                shown.put(title, prometheus.query(expression, at));
            });

            assertAllAreRight(shown, lastScrape);
            assertThat(prometheus.labelValues("team", "bedrock_meter_cost_usd_total{job=~\".+\"}"))
                    .containsExactly("checkout", "search");
            assertThat(prometheus.labelValues("job", "bedrock_meter_build_info"))
                    .containsExactly("bedrock-meter");
        } finally {
            server.stop(0);
        }
    }

    private static void assertAllAreRight(Map<String, Map<String, Double>> shown, double lastScrape) {
        Map<String, Map<String, Double>> expected = expected(lastScrape);
        assertThat(shown).containsOnlyKeys(expected.keySet());
        expected.forEach((title, values) -> {
            Map<String, Double> actual = shown.getOrDefault(title, Map.of());
            assertThat(actual).as(title).containsOnlyKeys(values.keySet());
            // Last week's series ends inside of its window, where Prometheus does extrapolate, by half a step.
            double tolerance = title.equals("Change on last week") ? 1e-2 : 1e-9;
            values.forEach((series, value) -> assertThat(actual.getOrDefault(series, Double.NaN))
                    .as("%s: %s", title, series)
                    .isCloseTo(value, within(Math.max(Math.abs(value), 1e-3) * tolerance)));
        });
    }

    private static Map<String, Map<String, Double>> expected(double lastScrape) {
        Map<String, Map<String, Double>> expected = new TreeMap<>();
        expected.put("Spend in range", Map.of("", SPEND));
        expected.put("Spend, last 24 hours", Map.of("", SPEND));
        expected.put("30 days at this week's pace", Map.of("", SPEND * 30 / 7));
        expected.put("Change on last week", Map.of("", SPEND / LAST_WEEK_USD - 1));
        expected.put("Saved against on demand, uncached", Map.of("", 1 - SPEND / BASELINE));
        expected.put("Cost of 1,000 successful requests", Map.of("", 1_000 * SPEND / 10));
        expected.put(
                "Spend per UTC day by model",
                Map.of(Calls.SONNET, 0.0222, Calls.NOVA, 0.00063, Calls.CANVAS, 0.16, "other", 0.0));
        expected.put("Spend per hour by team", Map.of("checkout", 0.02255 * 6, "search", 0.16028 * 6));
        expected.put(
                "Spend by what was used",
                Map.of("input", 0.00635, "cache_read", 0.0012, "output", 0.01528, "image", 0.16));
        expected.put(
                "Top 10 by team and model",
                Map.of(
                        Calls.SONNET + "/checkout",
                        0.0222,
                        Calls.NOVA + "/checkout",
                        0.00035,
                        Calls.CANVAS + "/search",
                        0.16,
                        Calls.NOVA + "/search",
                        0.00028,
                        "other/search",
                        0.0));
        expected.put(
                "Blended price of a million tokens by model",
                Map.of(Calls.SONNET, 11_100.0 / 3_500, Calls.NOVA, 315.0 / 11_000, "other", 0.0));
        expected.put("Usage without a price", Map.of("", 1_400.0));
        expected.put("Estimated share of cost", Map.of("", 0.00028 / SPEND));
        expected.put("Answers without whole usage", Map.of("", 0.2));
        expected.put("Age of the prices", Map.of("", lastScrape - PRICES_TAKEN.getEpochSecond()));
        expected.put("Ledger against meters", Map.of("", 0.5));
        expected.put("Failed writes of the ledger", Map.of("", 4.0));
        return expected;
    }

    /** The queries of the committed dashboard by panel, as Grafana asks them with everything chosen. */
    private static Map<String, String> queries() throws IOException {
        JsonNode root = new JsonMapper()
                .readTree(CommittedFile.at("grafana/dashboards/cost-overview.json")
                        .read());
        Map<String, String> queries = new LinkedHashMap<>();
        for (JsonNode panel : root.get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.put(
                        panel.get("title").asString(), chosen(target.get("expr").asString()));
            }
        }
        return queries;
    }

    private static String chosen(String expression) {
        return expression
                .replace("$__range", "1h")
                .replace("$__rate_interval", "10m")
                .replaceAll("\"\\$[a-z]+\"", "\".+\"");
    }

    /** Lets Prometheus see all series at 0, then as they are. */
    private void liveThrough(Life life, RunningPrometheus prometheus) {
        await().atMost(PATIENCE).until(() -> prometheus.now("sum(bedrock_meter_cost_usd_total)") == 0);
        clock.advance(MeterSettings.DEFAULT.zeroHold());
        life.failWrites();
        await().atMost(PATIENCE)
                .until(() -> Math.abs(prometheus.now("sum(bedrock_meter_cost_usd_total)") - LIFE_USD) < 1e-12);
    }

    /** A series that grew evenly by {@link #LAST_WEEK_USD} between ten and eight days ago. */
    private void backfillLastWeek() throws IOException, InterruptedException {
        InstalledProgram promtool = InstalledProgram.orSkip("promtool");
        long start = Instant.now().minus(Duration.ofDays(10)).getEpochSecond();
        int steps = 576;
        StringBuilder text = new StringBuilder("# TYPE bedrock_meter_cost_usd counter\n");
        for (int i = 0; i <= steps; i++) {
            text.append("bedrock_meter_cost_usd_total{job=\"bedrock-meter\",instance=\"last-week\",team=\"checkout\",")
                    .append("app=\"web\",model=\"m\",region=\"r\",mode=\"on_demand\",type=\"input\"} ")
                    .append(LAST_WEEK_USD * i / steps)
                    .append(' ')
                    .append(start + i * 300L)
                    .append('\n');
        }
        Path file = Files.writeString(directory.resolve("last-week.txt"), text.append("# EOF\n"));
        InstalledProgram.Ended ended = promtool.run(
                "",
                "tsdb",
                "create-blocks-from",
                "openmetrics",
                file.toString(),
                Files.createDirectory(directory.resolve("data")).toString());
        assertThat(ended.exitCode()).as(ended.output()).isZero();
    }

    private static HttpServer serve(AtomicReference<Life> current) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> answer(exchange, current.get()));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, Life life) throws IOException {
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        byte[] body = life.exposed.scrape(accept).getBytes(StandardCharsets.UTF_8);
        String type = accept.contains("openmetrics")
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8";
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** One life of a process: its meters, its ledger, and the calls it served. */
    private final class Life {
        private final Exposed exposed = new Exposed();
        private final MeterPublisher publisher =
                new MeterPublisher(exposed.registry(), clock, MeterSettings.DEFAULT, Calls.ALLOWED);
        private volatile long writeFailures;

        Life() {
            StateMeters state = new StateMeters(exposed.registry(), "0.1.0", "b174ccb");
            state.priceBooks(Map.of("bundled", PRICES_TAKEN));
            state.ledger(new HalfADollarMore(), publisher::totalCostPicos);
            CALLS.forEach(call -> publisher.publish(call.entry(), Calls.success()));
            Outcome throttled = new Outcome(Ending.COMPLETE, 429, false, PRICES_TAKEN, 0, null, Outcome.Timings.NONE);
            Calls refused = Calls.of(Calls.NOVA).that(EntryState.NOT_BILLED, "complete", CostStatus.NOT_BILLED);
            publisher.publish(refused.entry(), throttled);
        }

        void failWrites() {
            writeFailures = 2;
        }

        /** A ledger that charged half a dollar more than the meters show. */
        private final class HalfADollarMore implements LedgerFigures {
            @Override
            public BigInteger chargedPicos() {
                return publisher.totalCostPicos().add(BigInteger.valueOf(500_000_000_000L));
            }

            @Override
            public long writeFailures() {
                return writeFailures;
            }

            @Override
            public Duration lag() {
                return Duration.ZERO;
            }
        }
    }
}

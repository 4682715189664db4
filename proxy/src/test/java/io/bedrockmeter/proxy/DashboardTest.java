package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.ScrapingPrometheus;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the dashboard shows of a running proxy: a real Prometheus scrapes it, and each panel's query must give what the ledger
 * says. Skipped where Prometheus is not installed.
 */
final class DashboardTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String NOVA = "amazon.nova-lite-v1:0";

    @Test
    void showsWhatTheLedgerHolds(@TempDir Path folder) throws IOException {
        assumeTrue(ScrapingPrometheus.isInstalled(), "prometheus is not installed");
        try (World world = World.open("metering: {meter-hold: 10s}");
                ScrapingPrometheus prometheus =
                        ScrapingPrometheus.start(folder, world.proxy().adminPort())) {
            call(world, World.SEARCH_KEY, HAIKU, 1200, 300);
            call(world, World.SEARCH_KEY, NOVA, 50_000, 10);
            call(world, World.SUPPORT_KEY, HAIKU, 40, 4000);
            List<Row> rows = Conservation.settled(world);
            double spend = rows.stream().mapToDouble(DashboardTest::usd).sum();

            await("Prometheus has seen every series at 0")
                    .atMost(PATIENCE)
                    .until(() -> prometheus.value("count(bedrock_meter_cost_usd_total == 0)") == 6);
            await("Prometheus has seen everything")
                    .atMost(PATIENCE)
                    .until(() -> Math.abs(prometheus.value("sum(bedrock_meter_cost_usd_total)") - spend) < 1e-12);
            Map<String, Map<String, Double>> shown = new LinkedHashMap<>();
            // As of the last scrape there is nothing for Prometheus to extrapolate.
            double lastScrape = prometheus.value("max(timestamp(bedrock_meter_cost_usd_total))");
            queries().forEach((title, expression) -> shown.put(title, prometheus.query(expression, lastScrape)));

            is(shown, "Spend in range", Map.of("", spend));
            is(shown, "Spend, last 24 hours", Map.of("", spend));
            is(shown, "Cost of 1,000 successful requests", Map.of("", 1000 * spend / 3));
            is(shown, "Top 10 by team and model", sums(rows, row -> row.model() + "/" + row.team()));
            is(shown, "Usage without a price", Map.of("", 0.0));
            is(shown, "Ledger against meters", Map.of("", 0.0));
            assertThat(shown.get("Spend by what was used")).containsOnlyKeys("input", "output");
            // The other panels need days of history; their values are held against back-filled data elsewhere.
            assertThat(shown.keySet()).hasSizeGreaterThan(12);
        }
    }

    private static void is(Map<String, Map<String, Double>> shown, String title, Map<String, Double> expected) {
        Map<String, Double> actual = shown.getOrDefault(title, Map.of());
        assertThat(actual).as(title).containsOnlyKeys(expected.keySet());
        expected.forEach((series, value) -> assertThat(actual.getOrDefault(series, Double.NaN))
                .as("%s: %s", title, series)
                .isCloseTo(value, within(Math.abs(value) * 1e-9)));
    }

    private static Map<String, Double> sums(List<Row> rows, Function<Row, String> by) {
        ToDoubleFunction<Row> usd = DashboardTest::usd;
        return rows.stream().collect(Collectors.groupingBy(by, Collectors.summingDouble(usd)));
    }

    private static double usd(Row row) {
        return row.costPicos() / 1e12;
    }

    private static void call(World world, String key, String model, long input, long output) {
        world.script(Script.NORMAL.withTokens(input, output));
        world.sync(key)
                .converse(r -> r.modelId(model)
                        .messages(Message.builder()
                                .role("user")
                                .content(ContentBlock.fromText("hi"))
                                .build()));
    }

    private static Map<String, String> queries() throws IOException {
        Path file = Path.of(System.getProperty("bedrockmeter.root", ".."), "grafana/dashboards/cost-overview.json");
        JsonNode root = new JsonMapper().readTree(Files.readString(file));
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
}

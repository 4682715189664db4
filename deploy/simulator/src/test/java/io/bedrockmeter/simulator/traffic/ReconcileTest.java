package io.bedrockmeter.simulator.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcileTest {
    private static final String TRUTH = """
            {"billed":true,"usd":"0.000000000001","units":{"input":7,"cache_read":3}}
            {"billed":true,"usd":"0.25","units":{"input":1,"output":2,"guardrail_topic":4}}
            {"billed":false,"usd":"0","units":{}}
            """;
    private static final String USAGE = """
            [{"model":"m","mode":"on_demand","type":"input","count":8,"cost_usd":"0.250000000001"},
             {"model":"m","mode":"on_demand","type":"output","count":2,"cost_usd":"0"},
             {"model":"m","mode":"on_demand","type":"cache_read","count":3,"cost_usd":"0"},
             {"model":"m","mode":"on_demand","type":"guardrail_topic","count":4,"cost_usd":"0"}]""";
    private static final String METRICS = """
            # TYPE bedrock_meter_cost_usd_total counter
            bedrock_meter_cost_usd_total{app="a",mode="on_demand",model="m",type="input"} 0.25
            bedrock_meter_cost_usd_total{app="a",mode="on_demand",model="m",type="cache_read"} 1.0000000000000002E-12
            bedrock_meter_tokens_total{app="a",type="input"} 8.0
            bedrock_meter_tokens_total{app="a",type="output"} 2.0 1700000000000
            bedrock_meter_tokens_total{app="a",type="cache_read"} 3.0
            bedrock_meter_units_total{app="a",type="guardrail_topic"} 4.0
            bedrock_meter_requests_total{type="input"} 99.0
            """;

    @TempDir
    private Path directory;

    @Test
    void threeWitnessesThatAgreeAreEqualInEveryRow() throws IOException {
        List<Reconcile.Row> rows = compare(TRUTH, USAGE, METRICS);

        assertThat(rows)
                .extracting("name")
                .containsExactly("cache_read", "guardrail_topic", "input", "output", "cost in USD");
        assertThat(rows).allMatch(Reconcile.Row::isEqual);
    }

    @Test
    void aPicodollarTooMuchIsFound() throws IOException {
        List<Reconcile.Row> rows = compare(TRUTH, USAGE.replace("0.250000000001", "0.250000000002"), METRICS);

        assertThat(rows).filteredOn(row -> !row.isEqual()).extracting("name").containsExactly("cost in USD");
    }

    @Test
    void aTokenTooFewInTheMetersIsFound() throws IOException {
        List<Reconcile.Row> rows = compare(TRUTH, USAGE, METRICS.replace("3.0", "2.0"));

        assertThat(rows).filteredOn(row -> !row.isEqual()).extracting("name").containsExactly("cache_read");
    }

    @Test
    void aBilledCallWithoutAPriceIsCounted() throws IOException {
        Path truth =
                Files.writeString(directory.resolve("t"), "{\"billed\":true,\"usd\":null,\"units\":{\"input\":7}}\n");

        assertThat(Totals.ofTruth(truth).unpriced()).isEqualTo(1);
    }

    private List<Reconcile.Row> compare(String truth, String usage, String metrics) throws IOException {
        return Reconcile.compare(
                Totals.ofTruth(Files.writeString(directory.resolve("truth"), truth)),
                Totals.ofUsage(Files.writeString(directory.resolve("usage"), usage)),
                Totals.ofMetrics(Files.writeString(directory.resolve("metrics"), metrics)));
    }
}

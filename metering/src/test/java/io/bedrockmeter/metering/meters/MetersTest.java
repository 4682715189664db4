package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetersTest {
    /** What is promised to users and their tools; a change here needs a line in the change log. */
    private static final Map<String, Set<String>> PROMISED = Map.ofEntries(
            Map.entry("bedrock_meter_cost_usd_total", Set.of("team", "app", "model", "region", "mode", "type")),
            Map.entry(
                    "bedrock_meter_baseline_cost_usd_total", Set.of("team", "app", "model", "region", "mode", "type")),
            Map.entry("bedrock_meter_estimated_cost_usd_total", Set.of("team", "model", "reason")),
            Map.entry("bedrock_meter_tokens_total", Set.of("team", "app", "model", "mode", "type")),
            Map.entry("bedrock_meter_units_total", Set.of("team", "app", "model", "mode", "type")),
            Map.entry("bedrock_meter_requests_total", Set.of("team", "model", "operation", "mode", "outcome")),
            Map.entry("bedrock_meter_cost_status_total", Set.of("status", "model")),
            Map.entry("bedrock_meter_usage_missing_total", Set.of("model", "operation", "reason")),
            Map.entry("bedrock_meter_unpriced_units_total", Set.of("model", "type", "reason")),
            Map.entry("bedrock_meter_request_duration_seconds", Set.of("model", "operation")),
            Map.entry("bedrock_meter_time_to_first_byte_seconds", Set.of("model")),
            Map.entry("bedrock_meter_upstream_duration_seconds", Set.of("model", "operation")),
            Map.entry("bedrock_meter_overhead_seconds", Set.of()),
            Map.entry("bedrock_meter_active_requests", Set.of()),
            Map.entry("bedrock_meter_price_usd_per_million_tokens", Set.of("model", "mode", "type", "region")),
            Map.entry("bedrock_meter_price_book_timestamp_seconds", Set.of("source")),
            Map.entry("bedrock_meter_ledger_write_failures_total", Set.of()),
            Map.entry("bedrock_meter_ledger_lag_seconds", Set.of()),
            Map.entry("bedrock_meter_ledger_meter_drift_usd", Set.of()),
            Map.entry("bedrock_meter_label_overflow_total", Set.of("label")),
            Map.entry("bedrock_meter_build_info", Set.of("version", "revision")));

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    @Test
    void keepsThePromisedNamesAndLabels() {
        Map<String, Set<String>> actual = Arrays.stream(Meters.values())
                .collect(Collectors.toMap(Meters::prometheusName, MetersTest::labelNames));

        assertThat(actual).containsAllEntriesOf(PROMISED);
    }

    @Test
    void showsEachMeterUnderItsNameWithItsTypeAndNothingElse() {
        Map<String, String> documented = Arrays.stream(Meters.values())
                .collect(Collectors.toMap(
                        Meters::prometheusName, meter -> meter.type().name().toLowerCase(Locale.ROOT)));

        Map<String, String> shown = Everything.exposed()
                .scrape()
                .lines()
                .map(TYPE::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(line -> line.group(1), line -> line.group(2)));

        assertThat(shown).containsExactlyInAnyOrderEntriesOf(documented);
    }

    @Test
    void showsEachMeterWithTheLabelsThatItDocuments() {
        List<String> samples = Everything.exposed()
                .scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();

        for (Meters meter : Meters.values()) {
            assertThat(samples)
                    .filteredOn(sample -> sample.matches(meter.prometheusName() + "(_bucket|_count|_sum)?[{ ].*"))
                    .isNotEmpty()
                    .allSatisfy(sample -> assertThat(shownLabels(sample)).isEqualTo(labelNames(meter)));
        }
    }

    @Test
    void saysHowToAggregateEachMeter() {
        String scrape = Everything.exposed().scrape();

        assertThat(Meters.values())
                .allSatisfy(
                        meter -> assertThat(scrape).contains("# HELP " + meter.prometheusName() + " " + meter.help()));
    }

    @Test
    void showsTheSameInOpenMetrics() {
        String scrape = Everything.exposed().scrape("application/openmetrics-text; version=1.0.0");

        assertThat(scrape)
                .contains("# TYPE bedrock_meter_cost_usd counter")
                .contains("bedrock_meter_cost_usd_total{")
                .contains("# TYPE bedrock_meter_build info")
                .doesNotContain("_created")
                .endsWith("# EOF\n");
    }

    @Test
    void pleasesTheLinterOfPrometheus() throws IOException, InterruptedException {
        InstalledProgram promtool = InstalledProgram.orSkip("promtool");

        InstalledProgram.Ended ended = promtool.run(Everything.exposed().scrape(), "check", "metrics");

        assertThat(ended).isEqualTo(new InstalledProgram.Ended(0, ""));
    }

    private static Set<String> labelNames(Meters meter) {
        return meter.labels().stream().map(MeterLabel::label).collect(Collectors.toSet());
    }

    private static Set<String> shownLabels(String sample) {
        Set<String> labels = new TreeSet<>();
        Matcher matcher = LABEL.matcher(sample);
        while (matcher.find()) {
            labels.add(matcher.group(1));
        }
        labels.remove("le");
        return labels;
    }
}

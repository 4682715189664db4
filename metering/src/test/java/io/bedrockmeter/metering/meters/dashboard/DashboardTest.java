package io.bedrockmeter.metering.meters.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.meters.CommittedFile;
import io.bedrockmeter.metering.meters.MeterLabel;
import io.bedrockmeter.metering.meters.Meters;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rules of review for dashboards, each against a fault that no parser and no query has ever found, only somebody who
 * looked: dollars in red, dollars abbreviated, yesterday's total in today's bar, a dead query that shows 0.
 */
class DashboardTest {
    private static final Pattern SELECTOR = Pattern.compile("(bedrock_meter_[a-z_]+)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("([a-z]+)=~");
    private static final Pattern FIXED_WINDOW = Pattern.compile("\\[(\\d+)([smhd])]");
    private static final Set<String> FROM_PROMETHEUS = Set.of("job", "instance", "le");

    private static final String JSON = GrafanaJson.of(CostOverview.dashboard());

    @Test
    void theCommittedFileIsTheOneThatIsGenerated() throws IOException {
        CommittedFile.at("grafana/dashboards/cost-overview.json").assertIs(JSON, getClass());
    }

    @Test
    void isReadOnlyInUtcAndHasAStableIdentity() {
        JsonNode root = root();

        assertThat(root.get("id").isNull()).isTrue();
        assertThat(root.get("uid").asString()).isEqualTo("bedrock-meter-cost");
        assertThat(root.get("editable").asBoolean()).isFalse();
        assertThat(root.get("timezone").asString()).isEqualTo("utc");
        assertThat(root.get("schemaVersion").asInt()).isBetween(39, 41);
    }

    @Test
    void letsTheReaderChooseAndKeepsTheChoicesFresh() {
        List<JsonNode> variables = root().at("/templating/list").valueStream().toList();

        assertThat(variables)
                .extracting(variable -> variable.get("name").asString())
                .containsExactly("datasource", "job", "team", "app", "model", "mode");
        assertThat(variables.subList(1, variables.size())).allSatisfy(variable -> {
            assertThat(variable.get("allValue").asString()).isEqualTo(".+");
            assertThat(variable.get("refresh").asInt()).isEqualTo(2);
            assertThat(variable.get("multi").asBoolean()).isTrue();
        });
    }

    @Test
    void everyTitleAndIdIsUnique() {
        List<JsonNode> all = root().get("panels").valueStream().toList();

        assertThat(all).extracting(panel -> panel.get("title").asString()).doesNotHaveDuplicates();
        assertThat(all).extracting(panel -> panel.get("id").asInt()).doesNotHaveDuplicates();
    }

    @Test
    void everyPanelSaysHowItsFigureIsComputedAndInWhatUnit() {
        assertThat(panels()).allSatisfy(panel -> {
            assertThat(panel.get("description").asString()).hasSizeGreaterThan(60);
            assertThat(panel.at("/fieldConfig/defaults/unit").asString()).isNotBlank();
        });
    }

    @Test
    void everyPanelAndTargetAsksTheChosenDataSource() {
        assertThat(panels()).allSatisfy(panel -> {
            assertThat(panel.at("/datasource/uid").asString()).isEqualTo("${datasource}");
            assertThat(panel.at("/targets/0/datasource/uid").asString()).isEqualTo("${datasource}");
        });
    }

    @Test
    void dollarsAreWrittenInFullWithTheirCents() {
        List<JsonNode> dollars = panels().stream()
                .filter(panel -> isInstant(panel))
                .filter(panel -> unit(panel).contains("$") || unit(panel).startsWith("currency"))
                .toList();

        assertThat(dollars).hasSizeGreaterThanOrEqualTo(6).allSatisfy(panel -> {
            assertThat(unit(panel)).isEqualTo("prefix:$");
            assertThat(panel.at("/fieldConfig/defaults/decimals").asInt()).isGreaterThanOrEqualTo(2);
        });
    }

    @Test
    void nothingIsPaintedInGrafanasDefaultColours() {
        assertThat(panels()).allSatisfy(panel -> {
            List<JsonNode> steps = panel.at("/fieldConfig/defaults/thresholds/steps")
                    .valueStream()
                    .toList();
            assertThat(steps).isNotEmpty();
            assertThat(steps.getFirst().get("value").isNull()).isTrue();
            assertThat(steps).noneMatch(step -> step.get("value").asDouble(0) == 80);
            boolean alarming = steps.size() > 1;
            assertThat(steps.getFirst().get("color").asString()).isEqualTo(alarming ? "green" : "blue");
        });
    }

    @Test
    void everyRowFillsTheGridWithoutAHoleOrAnOverlap() {
        Map<Integer, Integer> cells = new TreeMap<>();
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : root().get("panels")) {
            JsonNode at = panel.get("gridPos");
            IntStream.range(
                            at.get("y").asInt(),
                            at.get("y").asInt() + at.get("h").asInt())
                    .forEach(y -> IntStream.range(
                                    at.get("x").asInt(),
                                    at.get("x").asInt() + at.get("w").asInt())
                            .forEach(x -> {
                                assertThat(taken.add(x + "," + y))
                                        .as("cell %d,%d", x, y)
                                        .isTrue();
                                cells.merge(y, 1, Integer::sum);
                            }));
        }

        assertThat(cells.keySet())
                .containsExactlyElementsOf(
                        IntStream.range(0, cells.size()).boxed().toList());
        assertThat(cells.values()).containsOnly(24);
    }

    @Test
    void sumsOutsideOfTheIncreaseSoThatARestartIsNotCountedAgain() {
        assertThat(expressions())
                .noneMatch(expression -> expression.matches(".*(increase|rate)\\(\\s*(sum|max|avg).*"))
                .allSatisfy(expression -> assertThat(expression)
                        .satisfiesAnyOf(
                                each -> assertThat(each).contains("increase("),
                                each -> assertThat(each).contains("rate("),
                                each -> assertThat(each).doesNotContain("_total")));
    }

    @Test
    void noQueryHidesThatItIsDead() {
        assertThat(expressions()).noneMatch(expression -> expression.contains("vector("));
        assertThat(panels())
                .noneMatch(panel -> panel.at("/fieldConfig/defaults").has("noValue"));
    }

    @Test
    void aBarPerDayLooksForwardFromItsMidnight() {
        List<JsonNode> daily = panels().stream()
                .filter(panel -> panel.path("interval").asString("").equals("1d"))
                .toList();

        assertThat(daily)
                .isNotEmpty()
                .allSatisfy(panel -> assertThat(expression(panel)).contains("[1d] offset -1d"));
    }

    @Test
    void linesFollowTheZoomOrHaveAWindowOfAnHourOrMore() {
        List<String> overTime = panels().stream()
                .filter(panel -> !isInstant(panel))
                .map(DashboardTest::expression)
                .toList();

        assertThat(overTime).isNotEmpty().allSatisfy(expression -> {
            Matcher window = FIXED_WINDOW.matcher(expression);
            while (window.find()) {
                assertThat(window.group(2)).isIn("h", "d");
            }
        });
        assertThat(overTime).anyMatch(expression -> expression.contains("$__rate_interval"));
    }

    @Test
    void statsPiesAndRankingsAskForOneMomentAndTheRestForARange() {
        assertThat(panels()).allSatisfy(panel -> {
            boolean overTime = panel.get("type").asString().equals("timeseries");
            assertThat(isInstant(panel)).isEqualTo(!overTime);
            assertThat(panel.at("/targets/0/range").asBoolean()).isEqualTo(overTime);
        });
    }

    @Test
    void everySelectorNamesAMeterThatExistsAndLabelsThatItHas() {
        Map<String, Meters> meters =
                Arrays.stream(Meters.values()).collect(Collectors.toMap(Meters::prometheusName, Function.identity()));
        for (String expression : expressions()) {
            Matcher selector = SELECTOR.matcher(expression);
            Set<String> names = new HashSet<>();
            while (selector.find()) {
                names.add(selector.group(1));
                assertThat(meters).containsKey(selector.group(1));
                assertThat(selector.group(2)).contains("job=~\"$job\"");
                assertThat(labelsOf(selector.group(2))).isSubsetOf(known(meters.get(selector.group(1))));
            }
            assertThat(names).as("meters selected by %s", expression).isNotEmpty();
        }
    }

    @Test
    void bothSidesOfADivisionAreChosenByTheSameVariables() {
        List<String> ratios = expressions().stream()
                .filter(expression -> expression.contains(" / "))
                .toList();

        assertThat(ratios).isNotEmpty().allSatisfy(ratio -> {
            int slash = ratio.indexOf(" / ");
            assertThat(variables(ratio.substring(0, slash))).isEqualTo(variables(ratio.substring(slash)));
        });
    }

    private static Set<String> known(@Nullable Meters meter) {
        Set<String> known = new HashSet<>(FROM_PROMETHEUS);
        if (meter != null) {
            meter.labels().stream().map(MeterLabel::label).forEach(known::add);
        }
        return known;
    }

    private static Set<String> labelsOf(String matchers) {
        return MATCHER.matcher(matchers).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private static Set<String> variables(String expression) {
        return Pattern.compile("\"\\$([a-z]+)\"")
                .matcher(expression)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    private static boolean isInstant(JsonNode panel) {
        return panel.at("/targets/0/instant").asBoolean();
    }

    private static String unit(JsonNode panel) {
        return panel.at("/fieldConfig/defaults/unit").asString();
    }

    private static String expression(JsonNode panel) {
        return panel.at("/targets/0/expr").asString();
    }

    private static List<String> expressions() {
        return panels().stream().map(DashboardTest::expression).toList();
    }

    private static List<JsonNode> panels() {
        return root().get("panels")
                .valueStream()
                .filter(panel -> !panel.get("type").asString().equals("row"))
                .toList();
    }

    private static JsonNode root() {
        return new JsonMapper().readTree(JSON);
    }
}

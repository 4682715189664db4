package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's table of meters is the enum's, row by row. */
class ReadmeMetersTest {
    private static final String BEGIN = "<!-- meters:begin -->\n";
    private static final String END = "<!-- meters:end -->\n";

    @Test
    void theReadmeHasTheTableOfMeters() throws IOException {
        CommittedFile readme = CommittedFile.at("README.md");
        String current = readme.read();
        assertThat(current).contains(BEGIN).contains(END);

        String before = current.substring(0, current.indexOf(BEGIN) + BEGIN.length());
        String after = current.substring(current.indexOf(END));

        readme.assertIs(before + table() + after, getClass());
    }

    private static String table() {
        return Arrays.stream(Meters.values())
                .map(ReadmeMetersTest::row)
                .collect(Collectors.joining(
                        "",
                        "| meter | type | unit | labels | over replicas | shows |\n|---|---|---|---|---|---|\n",
                        ""));
    }

    private static String row(Meters meter) {
        String labels = meter.labels().stream().map(MeterLabel::label).collect(Collectors.joining(", "));
        return "| `%s` | %s | %s | %s | %s | %s |\n"
                .formatted(
                        meter.prometheusName(),
                        lower(meter.type()),
                        meter.unit() == Meters.Unit.NONE ? "1" : meter.unit().label(),
                        labels.isEmpty() ? "–" : labels,
                        lower(meter.aggregation()),
                        meter.sentence());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

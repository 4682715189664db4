package io.bedrockmeter.metering.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.meters.CommittedFile;
import io.bedrockmeter.metering.model.Routing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a book has prices for; and that the bundled one never loses any. */
class PriceCoverageTest {
    private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");
    private static final CommittedFile COVERAGE =
            CommittedFile.at("metering/src/test/resources/io/bedrockmeter/metering/pricing/coverage.tsv");

    @TempDir
    private Path folder;

    @Test
    void tellsWhereAUnitHasAPriceADoubtfulOneAndNone() throws IOException {
        List<PriceCoverage.Line> lines = PriceCoverage.of(
                book(
                        row("m.one", "on_demand", "input", "us-east-1,eu-west-1", "-", "-", "A"),
                        row("m.one", "on_demand", "output", "us-east-1", "-", "-", "C"),
                        row("m.one", "batch", "input", "us-east-1", "-", "-", "A"),
                        row("m.one", "batch", "output", "us-east-1", "-", "2026-11-01", "A"),
                        row("m.two", "on_demand", "input", "commercial:*", "-", "-", "C"),
                        row("m.two", "on_demand", "input", "eu-west-1", "-", "-", "B")),
                NOW);

        assertThat(lines)
                .extracting(PriceCoverageTest::told)
                .containsExactly(
                        "m.one on_demand input [eu-west-1, us-east-1] [] []",
                        "m.one on_demand output [us-east-1] [us-east-1] [eu-west-1]",
                        "m.one batch input [us-east-1] [] []",
                        "m.two on_demand input [eu-west-1, us-east-1] [us-east-1] []");
    }

    /** A line that is gone, or has fewer regions, is a call that would cost nothing from now on. */
    @Test
    void losesNoPriceThatTheBundledBookHad() throws IOException {
        Map<String, Integer> now = new LinkedHashMap<>();
        PriceCoverage.of(PriceBook.bundled(), NOW)
                .forEach(line -> now.put(key(line), line.priced().size()));

        Map<String, Integer> before = new LinkedHashMap<>();
        COVERAGE.read().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int last = line.lastIndexOf('\t');
            before.put(line.substring(0, last), Integer.valueOf(line.substring(last + 1)));
        });
        assertThat(before)
                .as(
                        "regions with a price that are gone; if AWS sells it no more, take the line out by hand and say why")
                .allSatisfy((key, regions) ->
                        assertThat(now.getOrDefault(key, 0)).as(key).isGreaterThanOrEqualTo(regions));

        StringBuilder text = new StringBuilder(
                "# Regions with a price, by model, routing, tariff and unit: what a new book must not lose.\n");
        now.forEach(
                (key, regions) -> text.append(key).append('\t').append(regions).append('\n'));
        COVERAGE.assertIs(text.toString(), PriceCoverageTest.class);
    }

    private static String key(PriceCoverage.Line line) {
        return String.join(
                "\t",
                line.model(),
                line.routing().label(),
                line.tariff().label(),
                line.unit().label());
    }

    private static String told(PriceCoverage.Line line) {
        assertThat(line.routing()).isEqualTo(Routing.IN_REGION_OR_GEO);
        return line.model() + " " + line.tariff().label() + " " + line.unit().label() + " " + line.priced() + " "
                + line.doubtful() + " " + line.missing();
    }

    private PriceBook book(String... rows) throws IOException {
        PriceBookFolder.write(
                folder.resolve("book"),
                "Of a test.",
                List.of(rows),
                List.of("ours-1\t2026-11-30\tA letter"),
                List.of("m.one", "m.two"));
        return PriceBookFolder.read(folder.resolve("book"));
    }

    private static String row(
            String model, String tariff, String unit, String regions, String from, String until, String confidence) {
        return model + "\tin_region_or_geo\t" + tariff + "\tbase\t" + unit + "\t-\t0.0000001\t" + regions
                + "\truntime\t" + from + "\t" + until + "\t-\t" + confidence + "\tours-1\t-";
    }
}

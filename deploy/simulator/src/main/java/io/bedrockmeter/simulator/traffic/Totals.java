package io.bedrockmeter.simulator.traffic;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one witness says: units by name, their cost, and how many lines it could not price.
 *
 * @param units without those that are zero
 */
record Totals(BigDecimal usd, Map<String, BigDecimal> units, long unpriced) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern SAMPLE =
            Pattern.compile("bedrock_meter_(cost_usd|tokens|units)_total\\{([^}]*)} ([^ ]+)( .*)?");
    private static final Pattern TYPE = Pattern.compile("(?:^|,)type=\"([^\"]*)\"");
    private static final int PICODOLLAR_DECIMALS = 12;

    /** The truth log of the simulator. */
    static Totals ofTruth(Path ndjson) throws IOException {
        Sum sum = new Sum();
        for (String line : Files.readAllLines(ndjson)) {
            JsonNode entry = JSON.readTree(line);
            if (entry.path("billed").asBoolean(false)) {
                entry.path("units")
                        .properties()
                        .forEach(unit -> sum.unit(unit.getKey(), unit.getValue().decimalValue()));
                sum.cost(entry.path("usd"));
            }
        }
        return sum.totals();
    }

    /** The usage report: an array of rows with type, count and cost_usd. */
    static Totals ofUsage(Path json) throws IOException {
        Sum sum = new Sum();
        for (JsonNode row : JSON.readTree(Files.readString(json))) {
            sum.unit(row.path("type").asString(""), row.path("count").decimalValue(BigDecimal.ZERO));
            sum.cost(row.path("cost_usd"));
        }
        return sum.totals();
    }

    /** A scrape in Prometheus' text format; each sample is rounded to the picodollar it stands for. */
    static Totals ofMetrics(Path scrape) throws IOException {
        Sum sum = new Sum();
        for (String line : Files.readAllLines(scrape)) {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                continue;
            }
            BigDecimal value = new BigDecimal(sample.group(3)).setScale(PICODOLLAR_DECIMALS, RoundingMode.HALF_EVEN);
            if (sample.group(1).equals("cost_usd")) {
                sum.usd = sum.usd.add(value);
            } else {
                Matcher type = TYPE.matcher(sample.group(2));
                sum.unit(type.find() ? type.group(1) : "", value);
            }
        }
        return sum.totals();
    }

    /** Totals in the making. */
    private static final class Sum {
        private BigDecimal usd = BigDecimal.ZERO;
        private final Map<String, BigDecimal> units = new TreeMap<>();
        private long unpriced;

        void unit(String name, BigDecimal count) {
            if (count.signum() != 0) {
                units.merge(name, count, BigDecimal::add);
            }
        }

        void cost(JsonNode decimal) {
            if (decimal.isString()) {
                usd = usd.add(new BigDecimal(decimal.stringValue()));
            } else {
                unpriced++;
            }
        }

        Totals totals() {
            return new Totals(usd, Map.copyOf(units), unpriced);
        }
    }
}

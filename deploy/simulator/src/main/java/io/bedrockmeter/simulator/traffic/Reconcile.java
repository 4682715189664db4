package io.bedrockmeter.simulator.traffic;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Compares three witnesses of the same calls: the truth log, the ledger's usage report and a scrape of the meters. */
public final class Reconcile {
    private static final String USAGE = "usage: Reconcile --truth FILE --usage-json FILE --metrics FILE";
    private static final String ROW = "%-18s %22s %22s %22s   %s%n";

    private Reconcile() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, Path> files = new HashMap<>();
        for (int index = 0; index + 1 < arguments.length; index += 2) {
            files.put(arguments[index], Path.of(arguments[index + 1]));
        }
        Path truth = files.get("--truth");
        Path usage = files.get("--usage-json");
        Path metrics = files.get("--metrics");
        if (truth == null || usage == null || metrics == null || arguments.length != 6) {
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        Totals truthTotals = Totals.ofTruth(truth);
        List<Row> rows = compare(truthTotals, Totals.ofUsage(usage), Totals.ofMetrics(metrics));
        System.out.printf(ROW, "", "truth log", "ledger", "meters", "");
        rows.forEach(row -> System.out.printf(
                ROW,
                row.name(),
                plain(row.truth()),
                plain(row.ledger()),
                plain(row.meters()),
                row.isEqual() ? "equal" : "DIFFERENT"));
        if (truthTotals.unpriced() > 0) {
            System.out.println(truthTotals.unpriced() + " billed calls have no price in the truth log's own table");
        }
        if (rows.get(rows.size() - 1).truth().signum() == 0) {
            System.out.println("the truth log has no cost: there is nothing to compare");
            System.exit(1);
        }
        System.exit(rows.stream().allMatch(Row::isEqual) ? 0 : 1);
    }

    /** One line for every unit that any of the three knows, then the cost. */
    static List<Row> compare(Totals truth, Totals ledger, Totals meters) {
        SortedSet<String> units = new TreeSet<>(truth.units().keySet());
        units.addAll(ledger.units().keySet());
        units.addAll(meters.units().keySet());
        List<Row> rows = new ArrayList<>();
        for (String unit : units) {
            rows.add(new Row(
                    unit,
                    truth.units().getOrDefault(unit, BigDecimal.ZERO),
                    ledger.units().getOrDefault(unit, BigDecimal.ZERO),
                    meters.units().getOrDefault(unit, BigDecimal.ZERO)));
        }
        rows.add(new Row("cost in USD", truth.usd(), ledger.usd(), meters.usd()));
        return List.copyOf(rows);
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    /** A figure as each of the three has it. */
    record Row(String name, BigDecimal truth, BigDecimal ledger, BigDecimal meters) {
        boolean isEqual() {
            return truth.compareTo(ledger) == 0 && truth.compareTo(meters) == 0;
        }
    }
}

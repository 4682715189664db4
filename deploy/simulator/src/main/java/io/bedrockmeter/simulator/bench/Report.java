package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one table of a run: a row for each {@link Figure}, a column for each target, and how the product, or the last target where
 * that is not among them, compares with the yardstick. Latencies through a proxy are told as what it adds to a direct call. A cell is the median of all windows of all rounds; what others do to a shared machine shows in "quietest", which
 * holds the best windows of both against one another. A goal is missed only if both miss it.
 */
public final class Report {
    private static final String DIRECT = "01-direct";
    private static final String YARDSTICK = "02-bare-passthrough";
    private static final String PRODUCT = "03-metered";
    private static final String VERIFIED = "04-verified";

    /** What verifying a signature may add to a call, in microseconds. */
    private static final double VERIFYING_GOAL = 15;

    private final Map<String, Map<Figure, double[]>> targets = new TreeMap<>();

    Report(List<String> lines) {
        for (String line : lines) {
            String[] fields = line.split("\t", -1);
            Figure figure = Figure.valueOf(fields[1]);
            double[] values = targets.computeIfAbsent(fields[0], target -> new EnumMap<>(Figure.class))
                    .computeIfAbsent(figure, none -> new double[0]);
            values = Arrays.copyOf(values, values.length + 1);
            values[values.length - 1] = Double.parseDouble(fields[2]);
            targets.get(fields[0]).put(figure, values);
        }
    }

    /**
     * Prints the table of a file of figures in Markdown.
     *
     * @param arguments the file
     * @throws IOException if it can't be read
     */
    public static void main(String[] arguments) throws IOException {
        System.out.print(new Report(Files.readAllLines(Path.of(arguments[0]), UTF_8)).markdown());
    }

    String markdown() {
        StringBuilder table = new StringBuilder("| |");
        targets.keySet().forEach(target -> table.append(' ').append(target).append(" |"));
        table.append(" against ").append(YARDSTICK).append(", median | quietest | goal |\n|---|");
        table.append("---:|".repeat(targets.size() + 3)).append('\n');
        for (Figure figure : Figure.values()) {
            if (targets.values().stream().anyMatch(figures -> figures.containsKey(figure))) {
                row(table, figure);
            }
        }
        return table.append(verifying(Figure.CPU_CLOSED_32))
                .append(verifying(Figure.CPU_CLOSED_256))
                .toString();
    }

    /** What it adds to a call to verify who makes it. */
    private String verifying(Figure figure) {
        double median = median(values(VERIFIED, figure)) - median(values(PRODUCT, figure));
        double quietest = quietest(values(VERIFIED, figure)) - quietest(values(PRODUCT, figure));
        if (Double.isNaN(median)) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%n%s: %s adds %.1f to %s, %.1f in the quietest windows; goal ≤ %.0f, %s%n",
                figure.title(),
                VERIFIED,
                median,
                PRODUCT,
                quietest,
                VERIFYING_GOAL,
                Math.min(median, quietest) <= VERIFYING_GOAL ? "met" : "**missed**");
    }

    private void row(StringBuilder table, Figure figure) {
        table.append("| ").append(figure.title()).append(" |");
        String last = "";
        for (String target : targets.keySet()) {
            table.append(' ').append(cell(target, figure)).append(" |");
            last = target.equals(VERIFIED) && targets.containsKey(PRODUCT) ? PRODUCT : target;
        }
        double median = comparison(figure, median(values(last, figure)), median(values(YARDSTICK, figure)));
        double quietest = comparison(figure, quietest(values(last, figure)), quietest(values(YARDSTICK, figure)));
        boolean compared = figure.compared() != Figure.Compared.NOT && !last.equals(YARDSTICK);
        table.append(' ').append(compared ? text(figure, median) : "").append(" |");
        table.append(' ').append(compared ? text(figure, quietest) : "").append(" |");
        table.append(' ').append(goal(figure, last, median, quietest)).append(" |\n");
    }

    private String cell(String target, Figure figure) {
        double value = median(values(target, figure));
        if (Double.isNaN(value)) {
            return "";
        }
        double direct = median(values(DIRECT, figure));
        boolean added = figure.compared() == Figure.Compared.ADDED && !target.equals(DIRECT) && !Double.isNaN(direct);
        return added ? String.format(Locale.ROOT, "%+,.0f", value - direct) : number(value);
    }

    private static double comparison(Figure figure, double value, double yardstick) {
        return switch (figure.compared()) {
            case RATIO -> value / yardstick;
            case ADDED -> value - yardstick;
            case NOT -> value;
        };
    }

    private static String text(Figure figure, double compared) {
        if (Double.isNaN(compared)) {
            return "";
        }
        return switch (figure.compared()) {
            case RATIO -> String.format(Locale.ROOT, "%.2f ×", compared);
            case ADDED -> String.format(Locale.ROOT, "%+.0f µs", compared);
            case NOT -> number(compared);
        };
    }

    private static String goal(Figure figure, String target, double median, double quietest) {
        if (Double.isNaN(figure.goal()) || target.equals(YARDSTICK) || Double.isNaN(median)) {
            return "";
        }
        boolean met = Math.min(median, quietest) <= figure.goal();
        String unit = figure.compared() == Figure.Compared.RATIO ? " ×" : "";
        return "≤ " + number(figure.goal()) + unit + (met ? ", met" : ", **missed**");
    }

    private double[] values(String target, Figure figure) {
        return targets.getOrDefault(target, Map.of()).getOrDefault(figure, new double[0]);
    }

    static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double quietest(double[] values) {
        return Arrays.stream(values).min().orElse(Double.NaN);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 || value == Math.rint(value) ? "%,.0f" : size < 1 ? "%.2f" : "%.1f";
        return String.format(Locale.ROOT, format, value);
    }
}

package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceCoverage;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code prices coverage}: where a book has a price, and where it lacks one. */
@Command(
        name = "coverage",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows for each model, tariff and unit in how many regions a book has a price today, how many of these are doubtful (a"
                    + " call is then estimated), and the regions where the model is sold and the unit has no price (a call that uses"
                    + " it there is unpriced)."
        })
final class PricesCoverageCommand implements Callable<Integer> {
    private static final int SHOWN_MAX = 3;

    private final Commands commands;

    @Option(names = "--book", paramLabel = "BOOK", defaultValue = "bundled", description = "Default: ${DEFAULT-VALUE}.")
    private String book = "bundled";

    @Option(names = "--model", paramLabel = "ID", description = "Only this one.")
    private @Nullable String model;

    @Option(names = "--gaps", description = "Only units that lack a price somewhere, or have a doubtful one.")
    private boolean gaps;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    PricesCoverageCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        PriceBook read;
        try {
            read = PricesCommand.book(book);
        } catch (IOException e) {
            commands.console().err().println(e.getMessage());
            return ExitCode.REFUSED;
        }
        if (model != null && !read.knows(model)) {
            commands.console().err().println("the price book " + read.version() + " has no model '" + model + "'");
            return ExitCode.REFUSED;
        }
        List<PriceCoverage.Line> lines = PriceCoverage.of(read, commands.clock().instant()).stream()
                .filter(line -> model == null || line.model().equals(model))
                .filter(line ->
                        !gaps || !line.missing().isEmpty() || !line.doubtful().isEmpty())
                .toList();
        if (json) {
            commands.console().out().println(document(read, lines));
        } else {
            print(read, lines);
        }
        return ExitCode.OK;
    }

    private void print(PriceBook read, List<PriceCoverage.Line> lines) {
        TextTable table = new TextTable(
                List.of("model", "routing", "tariff", "unit", "no price in", "priced", "doubtful", "missing"), 3);
        lines.forEach(line -> table.row(List.of(
                line.model(),
                line.routing().label(),
                line.tariff().label(),
                line.unit().label(),
                some(line.missing()),
                Integer.toString(line.priced().size()),
                Integer.toString(line.doubtful().size()),
                Integer.toString(line.missing().size()))));
        table.print(commands.console().out());
        commands.console()
                .out()
                .println(read.version() + ": " + sum(lines, PriceCoverage.Line::priced) + " prices by region, "
                        + sum(lines, PriceCoverage.Line::doubtful) + " of them doubtful, "
                        + sum(lines, PriceCoverage.Line::missing) + " missing");
    }

    /** The first of them; a program is given all. */
    private static String some(Collection<String> regions) {
        if (regions.isEmpty()) {
            return "-";
        }
        String first = regions.stream().limit(SHOWN_MAX).collect(Collectors.joining(","));
        return regions.size() <= SHOWN_MAX ? first : first + ",…";
    }

    private static int sum(List<PriceCoverage.Line> lines, Function<PriceCoverage.Line, Collection<String>> regions) {
        return lines.stream().mapToInt(line -> regions.apply(line).size()).sum();
    }

    private static ObjectNode document(PriceBook read, List<PriceCoverage.Line> lines) {
        ObjectNode document = JsonMapper.shared().createObjectNode().put("price_book", read.version());
        document.putArray("lines");
        for (PriceCoverage.Line line : lines) {
            ObjectNode row = document.withArray("lines")
                    .addObject()
                    .put("model", line.model())
                    .put("routing", line.routing().label())
                    .put("tariff", line.tariff().label())
                    .put("unit", line.unit().label());
            write(line.priced(), row.putArray("priced"));
            write(line.doubtful(), row.putArray("doubtful"));
            write(line.missing(), row.putArray("missing"));
        }
        return document;
    }

    private static void write(Collection<String> regions, ArrayNode to) {
        regions.forEach(to::add);
    }
}

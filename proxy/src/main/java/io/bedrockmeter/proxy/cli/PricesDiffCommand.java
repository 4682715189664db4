package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.Price;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceDiff;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code prices diff}: what one book says otherwise than another. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the prices that are not the same in two books, as of now.",
            "With one book, shows what it changes where it lies on the bundled one."
        })
final class PricesDiffCommand implements Callable<Integer> {
    private final Commands commands;

    @Parameters(arity = "1..2", paramLabel = "BOOK", description = "Folders of books, or 'bundled'.")
    private List<String> books = List.of();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    PricesDiffCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        try {
            PriceBook before = books.size() == 1 ? PriceBook.bundled() : PricesCommand.book(books.getFirst());
            PriceBook last = PricesCommand.book(books.getLast());
            PriceBook after = books.size() == 1 ? before.under(last) : last;
            List<PriceDiff.Change> changes =
                    PriceDiff.between(before, after, commands.clock().instant());
            if (json) {
                commands.console().out().println(document(before, after, changes));
            } else {
                print(before, after, changes);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            commands.console().err().println(e.getMessage());
            return ExitCode.REFUSED;
        }
    }

    private void print(PriceBook before, PriceBook after, List<PriceDiff.Change> changes) {
        TextTable table = new TextTable(
                List.of(
                        "model",
                        "tariff",
                        "unit",
                        "band",
                        "routing",
                        "region",
                        "attributes",
                        "USD before",
                        "USD after",
                        "change"),
                3);
        changes.forEach(change -> table.row(List.of(
                change.key().model(),
                change.key().tariff().label(),
                change.key().unit().label(),
                change.key().band().label(),
                change.key().routing().label(),
                change.key().region().label(),
                PriceAnswer.attributes(change.key()),
                usd(change.before()),
                usd(change.after()),
                ratio(change))));
        table.print(commands.console().out());
        commands.console()
                .out()
                .println(changes.size() + " of the prices that decide differ between " + before.version() + " and "
                        + after.version());
    }

    private static ObjectNode document(PriceBook before, PriceBook after, List<PriceDiff.Change> changes) {
        ObjectNode document = JsonMapper.shared()
                .createObjectNode()
                .put("before", before.version())
                .put("after", after.version());
        document.putArray("changes");
        for (PriceDiff.Change change : changes) {
            ObjectNode row = document.withArray("changes")
                    .addObject()
                    .put("model", change.key().model())
                    .put("tariff", change.key().tariff().label())
                    .put("unit", change.key().unit().label())
                    .put("band", change.key().band().label())
                    .put("routing", change.key().routing().label())
                    .put("region", change.key().region().label());
            ObjectNode attributes = row.putObject("attributes");
            new TreeMap<>(change.key().attributes()).forEach(attributes::put);
            row.put("usd_before", change.before() == null ? null : usd(change.before()))
                    .put("usd_after", change.after() == null ? null : usd(change.after()));
        }
        return document;
    }

    private static String usd(@Nullable Price price) {
        return price == null ? "none" : price.rate().perUnit().toUsdString();
    }

    private static String ratio(PriceDiff.Change change) {
        if (change.before() == null) {
            return "new";
        }
        if (change.after() == null) {
            return "gone";
        }
        return change.percent()
                .map(percent -> (percent.signum() > 0 ? "+" : "") + percent + " %")
                .orElse("from zero");
    }
}

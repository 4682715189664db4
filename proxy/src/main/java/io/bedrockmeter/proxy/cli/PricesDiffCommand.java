package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceDiff;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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
                PriceChanges.print(changes, commands.console().out());
                commands.console()
                        .out()
                        .println(changes.size() + " of the prices that decide differ between " + before.version()
                                + " and " + after.version());
            }
            return ExitCode.OK;
        } catch (IOException e) {
            commands.console().err().println(e.getMessage());
            return ExitCode.REFUSED;
        }
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
            row.put("usd_before", change.before() == null ? null : PriceChanges.usd(change.before()))
                    .put("usd_after", change.after() == null ? null : PriceChanges.usd(change.after()));
        }
        return document;
    }
}

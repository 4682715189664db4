package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.Price;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceKey;
import io.bedrockmeter.proxy.config.Suggestions;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code prices show}: every price of a model. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows every price that a book has of a model: of every region, tariff, unit and time.")
final class PricesShowCommand implements Callable<Integer> {
    private static final int GUESSES_MAX = 5;

    private final Commands commands;

    @Parameters(index = "0", paramLabel = "MODEL", description = "Id in the catalogue, without geography.")
    private String model = "";

    @Option(names = "--book", paramLabel = "BOOK", defaultValue = "bundled", description = "Default: ${DEFAULT-VALUE}.")
    private String book = "bundled";

    PricesShowCommand(Commands commands) {
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
        if (!read.knows(model)) {
            List<String> near = Suggestions.likely(model, read.catalogueIds(), GUESSES_MAX);
            commands.console()
                    .err()
                    .println("the price book " + read.version() + " has no model '" + model + "'"
                            + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?"));
            return ExitCode.REFUSED;
        }
        TextTable table = new TextTable(
                List.of(
                        "tariff",
                        "unit",
                        "band",
                        "routing",
                        "region",
                        "attributes",
                        "from",
                        "source",
                        "confidence",
                        "USD"),
                1);
        read.prices(model).stream()
                .sorted(Comparator.comparing((Price price) -> price.key().tariff())
                        .thenComparing(price -> price.key().unit())
                        .thenComparing(price -> price.key().region().label()))
                .forEach(price -> table.row(row(price)));
        table.print(commands.console().out());
        return ExitCode.OK;
    }

    private static List<String> row(Price price) {
        return List.of(
                price.key().tariff().label(),
                price.key().unit().label(),
                price.key().band().label(),
                price.key().routing().label(),
                price.key().region().label(),
                PriceAnswer.attributes(price.key()),
                price.key().effectiveFrom().equals(PriceKey.ALWAYS)
                        ? "-"
                        : price.key().effectiveFrom().toString().substring(0, 10),
                PriceAnswer.source(price),
                price.rate().confidence().name(),
                price.rate().perUnit().toUsdString());
    }
}

package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceSource;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code prices list}: what is in books. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description =
                "Shows what books hold: version, date, number of models and prices, and where the prices are from.")
final class PricesListCommand implements Callable<Integer> {
    private final Commands commands;

    @Parameters(
            arity = "0..*",
            paramLabel = "BOOK",
            description = "Folders of books, or 'bundled', which is the default.")
    private List<String> books = List.of();

    PricesListCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        TextTable table = new TextTable(List.of("book", "source", "date", "title", "prices"), 1);
        try {
            for (String name : books.isEmpty() ? List.of("bundled") : books) {
                PriceBook book = PricesCommand.book(name);
                book.sources().stream()
                        .sorted(Comparator.comparing(PriceSource::id))
                        .forEach(source -> table.row(List.of(
                                book.version(),
                                source.id(),
                                source.date().toString(),
                                source.title(),
                                String.valueOf(count(book, source)))));
            }
        } catch (IOException e) {
            commands.console().err().println(e.getMessage());
            return ExitCode.REFUSED;
        }
        table.print(commands.console().out());
        return ExitCode.OK;
    }

    private static long count(PriceBook book, PriceSource source) {
        return book.catalogueIds().stream()
                .flatMap(model -> book.prices(model).stream())
                .filter(price -> price.rate().source().equals(source))
                .count();
    }
}

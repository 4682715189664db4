package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerInUseException;
import io.bedrockmeter.metering.ledger.LedgerOptions;
import io.bedrockmeter.metering.ledger.SqliteLedger;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.exchange.AttemptIds;
import io.bedrockmeter.proxy.prices.ConfiguredPrices;
import io.bedrockmeter.proxy.prices.Rerate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code prices rerate}: prices calls that were recorded by the prices known today. */
@Command(
        name = "rerate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prices recorded calls anew and writes down what that changes, as entries that take a charge back and put another in"
                    + " its place. A second run changes nothing.",
            "Where a proxy writes the ledger it is asked to do it, by the books it has in force; else it is done here."
        })
final class PricesRerateCommand implements Callable<Integer> {
    private final Commands commands;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration that names the ledger and the books.")
    private Path config = Path.of("");

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            description = "Calls that started then or later: a UTC date or a time such as 2026-11-25T09:00:00Z.")
    private @Nullable String from;

    @Option(names = "--to", required = true, paramLabel = "TIME", description = "Calls that started before then.")
    private @Nullable String to;

    @Option(
            names = "--book",
            paramLabel = "BOOK",
            description = "The folder of one book to price by, or 'bundled', instead of those of the configuration.")
    private @Nullable String book;

    @Option(names = "--dry-run", description = "Only tell what would change.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    PricesRerateCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        Rerate.Span span;
        try {
            span = Rerate.Span.parse(from, to);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter err = commands.console().err();
        return switch (new ConfigLoader(commands.environment()).load(config)) {
            case LoadedConfig.Valid valid -> rerate(valid.config(), span, err);
            case LoadedConfig.Invalid invalid -> {
                invalid.problems().forEach(err::println);
                yield ExitCode.REFUSED;
            }
        };
    }

    private int rerate(ProxyConfig proxy, Rerate.Span span, PrintWriter err) {
        try {
            JsonNode answer = answer(proxy, span);
            if (json) {
                commands.console().out().println(answer.toPrettyString());
            } else {
                print(answer);
            }
            return ExitCode.OK;
        } catch (IOException | LedgerException e) {
            err.println(e.getMessage());
            return ExitCode.REFUSED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.REFUSED;
        }
    }

    private JsonNode answer(ProxyConfig proxy, Rerate.Span span) throws IOException, InterruptedException {
        Path file = proxy.ledger().path();
        PriceBook prices = book == null
                ? ConfiguredPrices.of(proxy)
                : ConfiguredPrices.named(PricesCommand.book(book), proxy.prices());
        LedgerOptions options = new LedgerOptions(
                file, proxy.ledger().slots(), proxy.ledger().reserve().bytes());
        try (SqliteLedger ledger = SqliteLedger.open(options, commands.clock(), () -> {})) {
            AttemptIds ids = new AttemptIds(commands.clock(), commands.random());
            return new Rerate(file, ledger, correction -> {}, ids::next).run(span, prices, dryRun);
        } catch (LedgerInUseException e) {
            if (book != null) {
                throw new IOException(
                        "a proxy writes the ledger " + file + " and prices by its own books: name this one under"
                                + " prices.books and reload the configuration, or stop the proxy",
                        e);
            }
            return new RunningProxy(proxy.admin()).rerate(span, dryRun);
        }
    }

    private void print(JsonNode answer) {
        TextTable table =
                new TextTable(List.of("model", "calls", "changed", "left", "USD before", "USD after", "difference"), 6);
        answer.path("models").forEach(row -> table.row(row(row.path("model").asString(), row)));
        table.row(row("total", answer.path("total")));
        table.print(commands.console().out());
        commands.console()
                .out()
                .println("priced by " + answer.path("price_book").asString()
                        + (answer.path("dry_run").asBoolean() ? "; nothing was written" : ""));
    }

    private static List<String> row(String name, JsonNode row) {
        return List.of(
                name,
                Long.toString(row.path("calls").asLong()),
                Long.toString(row.path("changed").asLong()),
                Long.toString(row.path("left").asLong()),
                row.path("usd_before").asString(),
                row.path("usd_after").asString(),
                row.path("usd_difference").asString());
    }
}

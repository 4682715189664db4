package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.prices.HttpDownload;
import io.bedrockmeter.proxy.prices.PriceFetch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code prices fetch}: the price books of a configuration's feeds. */
@Command(
        name = "fetch",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fetches the price files of prices.feeds and makes a book of each feed. A book that changes no price by more than",
            "approve-above comes into force at once, also in a running proxy; another waits for 'prices approve'.",
            "To be run now and then by whatever runs things here."
        })
final class PricesFetchCommand implements Callable<Integer> {
    private final Commands commands;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration that has the feeds.")
    private Path config = Path.of("");

    @Parameters(arity = "0..*", paramLabel = "FEED", description = "Names of feeds. Default: all.")
    private List<String> feeds = List.of();

    @Option(names = "--verbose", description = "List prices of other things too, such as flows and agents.")
    private boolean verbose;

    PricesFetchCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        PrintWriter err = commands.console().err();
        return switch (new ConfigLoader(commands.environment()).load(config)) {
            case LoadedConfig.Valid valid -> fetch(valid.config(), err);
            case LoadedConfig.Invalid invalid -> {
                invalid.problems().forEach(err::println);
                yield ExitCode.REFUSED;
            }
        };
    }

    /** One feed that fails keeps no other from being fetched. */
    private int fetch(ProxyConfig proxy, PrintWriter err) {
        Collection<String> names = feeds.isEmpty() ? proxy.prices().feeds().keySet() : feeds;
        if (names.isEmpty()) {
            err.println(config + " has no prices.feeds; name there what to fetch");
            return ExitCode.REFUSED;
        }
        int code = ExitCode.OK;
        PriceFetch fetch = new PriceFetch(proxy, new HttpDownload(), new ImportReport(err, verbose)::print);
        for (String name : names) {
            try {
                report(name, fetch.fetch(name, commands.clock().instant()));
            } catch (IOException e) {
                err.println(name + ": " + e.getMessage());
                code = ExitCode.REFUSED;
            }
        }
        return code;
    }

    private void report(String name, PriceFetch.Result result) {
        PrintWriter out = commands.console().out();
        switch (result) {
            case PriceFetch.Result.Unchanged unchanged ->
                out.println(name + ": " + unchanged.version() + " is in force; nothing is new");
            case PriceFetch.Result.InForce inForce -> {
                PriceChanges.print(inForce.comparison().changes(), out);
                out.println(name + ": " + inForce.version() + " is in force");
            }
            case PriceFetch.Result.Waits waits -> {
                PriceChanges.print(waits.comparison().large(), out);
                out.println(name + ": " + waits.version() + " waits, because of the "
                        + waits.comparison().large().size() + " prices above of "
                        + waits.comparison().changes().size() + " that it changes. If they are right:");
                out.println("  bedrock-meter prices approve --config " + config + " " + name + " " + waits.version());
            }
        }
    }
}

package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.PriceFeed;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.prices.FeedFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code prices approve}: puts in force a price book that changes much. */
@Command(
        name = "approve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Puts the book in force that waits in a feed, also in a running proxy.",
            "Its version is asked for, so that nobody approves another one than was looked at."
        })
final class PricesApproveCommand implements Callable<Integer> {
    private final Commands commands;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration that has the feed.")
    private Path config = Path.of("");

    @Parameters(index = "0", paramLabel = "FEED", description = "The name of the feed.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version that waits, as 'prices fetch' told it.")
    private String version = "";

    PricesApproveCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        PrintWriter err = commands.console().err();
        return switch (new ConfigLoader(commands.environment()).load(config)) {
            case LoadedConfig.Valid valid -> approve(valid.config(), err);
            case LoadedConfig.Invalid invalid -> {
                invalid.problems().forEach(err::println);
                yield ExitCode.REFUSED;
            }
        };
    }

    private int approve(ProxyConfig proxy, PrintWriter err) {
        PriceFeed feed = proxy.prices().feeds().get(name);
        if (feed == null) {
            err.println("prices.feeds has no '" + name + "'");
            return ExitCode.REFUSED;
        }
        FeedFolder folder = new FeedFolder(name, feed);
        try {
            Optional<String> waiting = folder.waiting();
            if (!waiting.equals(Optional.of(version))) {
                err.println(waiting.map(other -> "what waits in " + name + " is " + other + " and not " + version)
                        .orElse("no book waits in " + name));
                return ExitCode.REFUSED;
            }
            folder.putInForce(version);
            commands.console().out().println(name + ": " + version + " is in force");
            return ExitCode.OK;
        } catch (IOException e) {
            err.println(e.getMessage());
            return ExitCode.REFUSED;
        }
    }
}

package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.config.CallerRules;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.config.Setting;
import io.bedrockmeter.proxy.prices.ConfiguredPrices;
import io.bedrockmeter.proxy.route.Operation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code check-config}: whether a configuration is right, and everything that is wrong with it. */
@Command(
        name = "check-config",
        mixinStandardHelpOptions = true,
        description = "Checks a configuration whole and tells everything that is wrong with it. Starts nothing.")
final class CheckConfigCommand implements Callable<Integer> {
    private final Commands commands;

    @Parameters(paramLabel = "FILE", description = "The configuration.")
    private Path file = Path.of("");

    @Option(names = "--print", description = "Print every key with its effective value; secrets as ***.")
    private boolean print;

    CheckConfigCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        PrintWriter err = commands.console().err();
        return switch (new ConfigLoader(commands.environment()).load(file)) {
            case LoadedConfig.Valid valid -> {
                try {
                    ConfiguredPrices.of(valid.config());
                    checkOperations(valid.config());
                } catch (IOException e) {
                    err.println(e.getMessage());
                    err.println(file + ": 1 problem");
                    yield ExitCode.REFUSED;
                }
                if (print) {
                    printSettings(valid.settings());
                } else {
                    commands.console().out().println(file + ": valid");
                }
                yield ExitCode.OK;
            }
            case LoadedConfig.Invalid invalid -> {
                int count = invalid.problems().size();
                invalid.problems().forEach(err::println);
                err.println(file + ": " + count + (count == 1 ? " problem" : " problems"));
                yield ExitCode.REFUSED;
            }
        };
    }

    private static void checkOperations(ProxyConfig config) throws IOException {
        for (Map.Entry<String, CallerRules> rules : config.auth().callerRules().entrySet()) {
            String fault = Operation.faultOf(rules.getValue().operations());
            if (fault != null) {
                throw new IOException(rules.getKey() + ".operations: " + fault);
            }
        }
    }

    private void printSettings(List<Setting> settings) {
        TextTable table = new TextTable(List.of("key", "value"), 0);
        for (Setting setting : settings) {
            String value = setting.value();
            if (value != null) {
                table.row(List.of(setting.key(), value));
            }
        }
        table.print(commands.console().out());
    }
}

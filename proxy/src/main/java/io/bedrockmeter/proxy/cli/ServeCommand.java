package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code serve}: the proxy. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Runs the proxy until it gets SIGTERM or SIGINT.")
final class ServeCommand implements Callable<Integer> {
    private final Commands commands;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration.")
    private Path config = Path.of("");

    ServeCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        return serve(config, new ConfigLoader(commands.environment()), commands.console(), commands.serve());
    }

    static int serve(Path file, ConfigLoader loader, Console console, ServeAction action) {
        return switch (loader.load(file)) {
            case LoadedConfig.Valid valid -> action.run(valid, file);
            case LoadedConfig.Invalid invalid -> {
                invalid.problems().forEach(console.err()::println);
                console.err().flush();
                yield ExitCode.REFUSED;
            }
        };
    }
}

package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.config.ConfigLoader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The entry of the command line.
 *
 * @param environment what {@code ${NAME}} in a configuration stands for
 * @param clock which prices are in force, and which day it is
 * @param random for the ids of what is recorded; they must differ, not be secret
 * @param secrets for what nobody may guess
 * @param console where to print
 * @param serve what {@code serve} does
 */
public record Commands(
        Map<String, String> environment,
        InstantSource clock,
        RandomGenerator random,
        RandomGenerator secrets,
        Console console,
        ServeAction serve) {
    public Commands {
        environment = Map.copyOf(environment);
    }

    /**
     * Runs one command to its end.
     *
     * @return the code to exit with, see {@link ExitCode}
     */
    public int run(List<String> arguments) {
        // Not through picocli: the server's start would pay for loading it.
        Optional<Path> config = plainServe(arguments);
        return config.isPresent()
                ? ServeCommand.serve(config.get(), new ConfigLoader(environment), console, serve)
                : RootCommand.execute(this, arguments);
    }

    /** The file of {@code serve --config FILE} or {@code serve --config=FILE}; empty for anything else. */
    static Optional<Path> plainServe(List<String> arguments) {
        if (arguments.size() < 2 || !arguments.get(0).equals("serve")) {
            return Optional.empty();
        }
        String option = arguments.get(1);
        if (arguments.size() == 3 && option.equals("--config")) {
            return Optional.of(Path.of(arguments.get(2)));
        }
        if (arguments.size() == 2 && option.startsWith("--config=")) {
            return Optional.of(Path.of(option.substring("--config=".length())));
        }
        return Optional.empty();
    }
}

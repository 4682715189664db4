package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.keys.KeyIssuer;
import io.bedrockmeter.proxy.keys.KeyStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keys rotate}: new secrets for a key. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Gives a key new secrets under the same id; those it had are valid a while longer.")
final class KeysRotateCommand implements Callable<Integer> {
    private final Commands commands;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "ID", description = "The access key id.")
    private String id = "";

    @Option(
            names = "--overlap",
            paramLabel = "DURATION",
            defaultValue = "1d",
            description = "How long the old secrets are valid beside the new ones. Default: ${DEFAULT-VALUE}.")
    private String overlap = "1d";

    @Mixin
    private KeyStoreOptions store = new KeyStoreOptions();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    KeysRotateCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        Duration beside;
        try {
            beside = Times.duration(overlap);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        try (KeyStore keys = store.open(commands.environment())) {
            IssuedKey issued = new KeyIssuer(keys, commands.clock(), commands.secrets())
                    .rotate(id, beside, store.master(commands.environment()));
            IssuedKeyAnswer.print(
                    issued, json, commands.clock().instant(), commands.console().out());
            return ExitCode.OK;
        } catch (IOException e) {
            commands.console().err().println(e.getMessage());
            return ExitCode.REFUSED;
        }
    }
}

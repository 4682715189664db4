package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.keys.KeyIssuer;
import io.bedrockmeter.proxy.keys.KeyStore;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keys create}: a new key. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes a key and prints its secrets, which cannot be shown again.")
final class KeysCreateCommand implements Callable<Integer> {
    private final Commands commands;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--account",
            required = true,
            paramLabel = "TEAM/APP",
            converter = AccountOption.Converter.class,
            description = "Whom its calls are charged to.")
    private AccountOption account = new AccountOption("", "");

    @Option(names = "--label", paramLabel = "TEXT", description = "What its owner calls it.")
    private String label = "";

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "When it ceases to be valid: 30d from now, a UTC date, or a time. Default: never.")
    private @Nullable String expires;

    @Mixin
    private PermissionOptions permissions = new PermissionOptions();

    @Mixin
    private AllowanceOptions allowance = new AllowanceOptions();

    @Mixin
    private KeyStoreOptions store = new KeyStoreOptions();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    KeysCreateCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        Instant now = commands.clock().instant();
        KeyIssuer.Wish wish;
        try {
            wish = new KeyIssuer.Wish(
                    account.team(),
                    account.app(),
                    label,
                    expires == null ? null : Times.instant(expires, now),
                    permissions.permissions(),
                    allowance.allowance());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        try (KeyStore keys = store.open(commands.environment())) {
            IssuedKey issued = new KeyIssuer(keys, commands.clock(), commands.secrets())
                    .create(wish, store.master(commands.environment()));
            IssuedKeyAnswer.print(issued, json, now, commands.console().out());
            return ExitCode.OK;
        } catch (IOException e) {
            commands.console().err().println(e.getMessage());
            return ExitCode.REFUSED;
        }
    }
}

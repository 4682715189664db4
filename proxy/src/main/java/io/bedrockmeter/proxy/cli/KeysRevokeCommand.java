package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.proxy.keys.KeyIssuer;
import io.bedrockmeter.proxy.keys.KeyStore;
import io.bedrockmeter.proxy.keys.VirtualKey;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keys revoke}: the end of keys. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Revokes keys for good: by their ids, or all of an account.")
final class KeysRevokeCommand implements Callable<Integer> {
    private final Commands commands;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "ID", description = "Access key ids.")
    private List<String> ids = List.of();

    @Option(
            names = "--account",
            paramLabel = "TEAM/APP",
            converter = AccountOption.Converter.class,
            description = "All keys of this account instead.")
    private @Nullable AccountOption account;

    @Mixin
    private KeyStoreOptions store = new KeyStoreOptions();

    KeysRevokeCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        if (ids.isEmpty() == (account == null)) {
            throw new ParameterException(
                    spec.commandLine(), "name the keys by their ids, or by --account, and not by both");
        }
        try (KeyStore keys = store.open(commands.environment())) {
            List<String> revoked = account == null ? ids : active(keys, account);
            new KeyIssuer(keys, commands.clock(), commands.secrets()).revoke(revoked);
            revoked.forEach(id -> commands.console().out().println("revoked " + id));
            return ExitCode.OK;
        } catch (IOException e) {
            commands.console().err().println(e.getMessage());
            return ExitCode.REFUSED;
        }
    }

    private static List<String> active(KeyStore keys, AccountOption owner) throws IOException {
        List<String> found = keys.read().keys().stream()
                .filter(key -> owner.owns(key) && key.revoked() == null)
                .map(VirtualKey::id)
                .toList();
        if (found.isEmpty()) {
            throw new IOException("account " + owner.team() + "/" + owner.app() + " has no key that is not revoked");
        }
        return found;
    }
}

package io.bedrockmeter.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keys}: the virtual keys that callers prove themselves with. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "Makes, shows, rotates and revokes virtual keys: an access key id and a secret for any AWS SDK, and a bearer key.",
            "A running proxy takes a change into force within a second."
        })
final class KeysCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private KeysCommand() {}

    static CommandLine commandLine(Commands commands) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new KeysCreateCommand(commands))
                .addSubcommand(new KeysListCommand(commands))
                .addSubcommand(new KeysRotateCommand(commands))
                .addSubcommand(new KeysRevokeCommand(commands));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which? create, list, rotate or revoke");
    }
}

package io.bedrockmeter.proxy.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code bedrock-meter} without a command, and the frame of all commands. */
@Command(
        name = "bedrock-meter",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        description = "Meters, prices and records every call to Amazon Bedrock.",
        footer = {
            "",
            "Exit codes: 0 done; 1 the answer is no (wrong configuration, unknown price, unreadable ledger);",
            "2 wrong command line; 69 Java is too old; 70 the program failed."
        })
final class RootCommand {
    private RootCommand() {}

    static int execute(Commands commands, List<String> arguments) {
        Console console = commands.console();
        CommandLine line = new CommandLine(new RootCommand())
                .addSubcommand(new ServeCommand(commands))
                .addSubcommand(new CheckConfigCommand(commands))
                .addSubcommand(new PriceCommand(commands).commandLine())
                .addSubcommand(PricesCommand.commandLine(commands))
                .addSubcommand(new UsageCommand(commands))
                .addSubcommand(new ProvisionedCommand(commands))
                .addSubcommand(KeysCommand.commandLine(commands))
                .setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(console.out())
                .setErr(console.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setParameterExceptionHandler((e, given) -> complain(e, console.err()))
                .setExecutionExceptionHandler((e, failed, parsed) -> {
                    e.printStackTrace(console.err());
                    return ExitCode.SOFTWARE;
                });
        int code = line.execute(arguments.toArray(String[]::new));
        console.out().flush();
        console.err().flush();
        return code;
    }

    private static int complain(ParameterException e, PrintWriter err) {
        err.println(e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("see: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = RootCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "bedrock-meter " + (version == null ? "(not packaged)" : version) + ", Java "
                        + System.getProperty("java.version")
            };
        }
    }
}

package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code prices}: price books, as wholes. */
@Command(
        name = "prices",
        mixinStandardHelpOptions = true,
        description = {
            "Reads what AWS publishes into price books, and shows and compares books.",
            "A book is a folder of three text files; 'bundled' stands for the one that comes with the program."
        })
final class PricesCommand implements Runnable {
    private static final String BUNDLED = "bundled";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private PricesCommand() {}

    static CommandLine commandLine(Commands commands) {
        return new CommandLine(new PricesCommand())
                .addSubcommand(new PricesImportCommand(commands))
                .addSubcommand(new PricesFetchCommand(commands))
                .addSubcommand(new PricesApproveCommand(commands))
                .addSubcommand(new PricesListCommand(commands))
                .addSubcommand(new PricesShowCommand(commands))
                .addSubcommand(new PricesDiffCommand(commands))
                .addSubcommand(new PricesCoverageCommand(commands))
                .addSubcommand(new PricesRerateCommand(commands));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "which? import, fetch, approve, list, show, diff, coverage or rerate");
    }

    /** The book of a folder, or the bundled one. */
    static PriceBook book(String name) throws IOException {
        return name.equals(BUNDLED) ? PriceBook.bundled() : PriceBookFolder.read(Path.of(name));
    }
}

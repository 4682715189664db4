package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.metering.pricing.offers.ImportedBook;
import io.bedrockmeter.metering.pricing.offers.OfferFile;
import io.bedrockmeter.metering.pricing.offers.OfferImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code prices import}: a price book of the price files of AWS. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes a price book of files that AWS publishes: offer files of the Price List (AmazonBedrock,",
            "AmazonBedrockFoundationModels, AmazonBedrockService) in JSON or CSV, and answers of",
            "ListFoundationModelAgreementOffers with the modelId that was asked for and retrievedAt.",
            "Says of every row that it does not take why not."
        })
final class PricesImportCommand implements Callable<Integer> {
    private final Commands commands;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of AWS; all of them make one book.")
    private List<Path> files = List.of();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Folder of the book to write.")
    private Path out = Path.of("");

    @Option(
            names = "--region",
            paramLabel = "REGION",
            defaultValue = "",
            description = "Source region of rate cards, which do not say it.")
    private String region = "";

    @Option(names = "--verbose", description = "List prices of other things too, such as flows and agents.")
    private boolean verbose;

    PricesImportCommand(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() {
        PrintWriter err = commands.console().err();
        OfferImport offers = new OfferImport();
        try {
            for (Path file : files) {
                offers.add(OfferFile.read(file.toString(), Files.readAllBytes(file), region));
            }
            ImportedBook book = offers.finish();
            new ImportReport(err, verbose).print(book, offers);
            if (book.priceLines().isEmpty()) {
                err.println("no price was understood, so no book was written");
                return ExitCode.REFUSED;
            }
            PriceBookFolder.write(out, about(), book.priceLines(), book.sourceLines(), book.models());
            // What was written must be what the proxy will read.
            PriceBook read = PriceBookFolder.read(out);
            commands.console()
                    .out()
                    .println(out + ": " + book.priceLines().size() + " prices of "
                            + book.models().size() + " models, version " + read.version());
            return ExitCode.OK;
        } catch (IOException e) {
            err.println("cannot read or write " + e.getMessage());
            return ExitCode.REFUSED;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return ExitCode.REFUSED;
        }
    }

    private String about() {
        return "Imported by 'bedrock-meter prices import' of "
                + files.stream().map(file -> String.valueOf(file.getFileName())).collect(Collectors.joining(", "));
    }
}

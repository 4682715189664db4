package io.bedrockmeter.metering.pricing;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A price book as a folder of three text files, {@code prices.tsv}, {@code sources.tsv} and {@code models.tsv}, in the form of
 * the bundled one: what an importer writes, and what an operator writes for prices of their own. Stateless.
 */
public final class PriceBookFolder {
    private static final String PRICES = "prices.tsv";
    private static final String SOURCES = "sources.tsv";
    private static final String MODELS = "models.tsv";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private PriceBookFolder() {}

    /** Reads a book and calls it as its folder is called. */
    public static PriceBook read(Path folder) throws IOException {
        return read(nameOf(folder), folder);
    }

    /**
     * Reads a book. Its date is that of its newest source.
     *
     * @param name what to call it: letters, digits, dots, hyphens and underscores, and not as the bundled one is called
     * @throws IOException if the name is none, or a file cannot be read or is wrong; naming the file, and line, column, value and
     *     way out
     */
    public static PriceBook read(String name, Path folder) throws IOException {
        if (!NAME.matcher(name).matches() || name.equals(BundledPrices.NAME)) {
            throw new IOException("'" + name + "' cannot be the name of a price book; choose another of letters,"
                    + " digits, '.', '-' and '_' (" + BundledPrices.NAME + " is the one that comes with the program)");
        }
        PriceBookBuilder.Files files =
                new PriceBookBuilder.Files(text(folder, PRICES), text(folder, SOURCES), text(folder, MODELS));
        try {
            LocalDate newest = PriceFiles.sources(folder.resolve(SOURCES).toString(), files.sources()).values().stream()
                    .map(PriceSource::date)
                    .max(LocalDate::compareTo)
                    .orElseThrow(() -> new IllegalArgumentException(folder.resolve(SOURCES)
                            + " names no source; write one line for each place the prices are from"));
            return PriceBookBuilder.build(name, newest, files);
        } catch (IllegalArgumentException e) {
            throw new IOException("the price book " + folder + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes a book; each file is replaced whole.
     *
     * @param folder made if it is not there
     * @param about what it is, as a comment at the head of its prices
     * @param prices lines of {@code prices.tsv}
     * @param sources lines of {@code sources.tsv}
     * @param models ids of the models that have a price
     */
    public static void write(
            Path folder, String about, Collection<String> prices, Collection<String> sources, Collection<String> models)
            throws IOException {
        Files.createDirectories(folder);
        replace(folder, SOURCES, "# Where the prices are from.", PriceFiles.SOURCE_COLUMNS, sources);
        replace(
                folder,
                MODELS,
                "# The models that have a price.",
                PriceFiles.MODEL_COLUMNS,
                models.stream()
                        .sorted()
                        .map(id -> id + "\t" + provider(id) + "\t-\t-")
                        .toList());
        replace(
                folder,
                PRICES,
                "# " + about,
                PriceFiles.PRICE_COLUMNS,
                prices.stream().sorted().toList());
    }

    private static void replace(
            Path folder, String file, String comment, List<String> columns, Collection<String> lines)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(comment, String.join("\t", columns)));
        all.addAll(lines);
        Path next = folder.resolve(file + ".new");
        Files.write(next, all);
        Files.move(next, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Services that are billed beside models have no provider but AWS; no id of a model is without a dot. */
    private static String provider(String id) {
        int dot = id.indexOf('.');
        return dot < 0 ? PriceBookBuilder.NO_MODEL : id.substring(0, dot);
    }

    private static String text(Path folder, String file) throws IOException {
        try {
            return Files.readString(folder.resolve(file));
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "the price book " + folder + " has no " + file + "; a book is a folder with "
                            + List.of(PRICES, SOURCES, MODELS) + ", as 'prices import' writes it",
                    e);
        } catch (CharacterCodingException e) {
            throw new IOException("the price book " + folder + ": " + file + " is not UTF-8", e);
        }
    }

    private static String nameOf(Path folder) {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return (name == null ? "book" : name.toString())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9._-]", "-");
    }
}

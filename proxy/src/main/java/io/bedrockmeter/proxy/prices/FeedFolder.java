package io.bedrockmeter.proxy.prices;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.metering.pricing.offers.ImportedBook;
import io.bedrockmeter.proxy.config.PriceFeed;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The books that came of a feed, each under its version and never changed, so that whatever the ledger says a call was priced by can be
 * looked up; and two small files that name the one in force and the one that waits. For one thread at a time.
 */
public final class FeedFolder {
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final String name;
    private final PriceFeed feed;

    /** The folder of a feed; nothing is read yet. */
    public FeedFolder(String name, PriceFeed feed) {
        this.name = name;
        this.feed = feed;
    }

    /** A book that is kept here. */
    public record Kept(String version, PriceBook book) {}

    /** The version in force; empty before the first book is. */
    public Optional<String> current() throws IOException {
        return named(feed.current());
    }

    /** The version that waits for somebody to approve it. */
    public Optional<String> waiting() throws IOException {
        return named(feed.waiting());
    }

    /**
     * A book of this folder.
     *
     * @throws IOException if it cannot be read, naming it
     */
    public PriceBook book(String version) throws IOException {
        return PriceBookFolder.read(name, books().resolve(version));
    }

    /**
     * Keeps a book, if it is not here yet.
     *
     * @param about what it is, for whoever opens it
     * @throws IOException if it cannot be written, or not be read as it was written
     */
    public Kept keep(ImportedBook imported, String about) throws IOException {
        Files.createDirectories(books());
        Path making = Files.createTempDirectory(books(), ".making-");
        try {
            PriceBookFolder.write(making, about, imported.priceLines(), imported.sourceLines(), imported.models());
            // What was written must be what the proxy will read.
            String version = PriceBookFolder.read(name, making).version();
            Path kept = books().resolve(version);
            if (!Files.exists(kept)) {
                Files.move(making, kept, StandardCopyOption.ATOMIC_MOVE);
            }
            return new Kept(version, book(version));
        } finally {
            delete(making);
        }
    }

    /** Puts a book in force: whoever reads the configuration from now on prices by it. Another that waited waits no longer. */
    public void putInForce(String version) throws IOException {
        write(feed.current(), version);
        Files.deleteIfExists(feed.waiting());
    }

    /** Has a book wait, in place of another that did. */
    public void hold(String version) throws IOException {
        write(feed.waiting(), version);
    }

    /** Has none wait. */
    public void holdNone() throws IOException {
        Files.deleteIfExists(feed.waiting());
    }

    private Path books() {
        return feed.folder().resolve("books");
    }

    private Optional<String> named(Path pointer) throws IOException {
        String version;
        try {
            version = Files.readString(pointer).strip();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!VERSION.matcher(version).matches() || !Files.isDirectory(books().resolve(version))) {
            throw new IOException(
                    pointer + " names no book in " + books() + "; remove the file, and run 'prices fetch' again");
        }
        return Optional.of(version);
    }

    private static void write(Path pointer, String version) throws IOException {
        Path next = pointer.resolveSibling(pointer.getFileName() + ".new");
        Files.writeString(next, version + System.lineSeparator());
        try {
            Files.move(next, pointer, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(pointer + " is on a file system that cannot replace a file at once; use another", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}

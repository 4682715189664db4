package io.bedrockmeter.proxy.prices;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.proxy.config.PriceFeed;
import io.bedrockmeter.proxy.config.PricesConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The price book of a configuration: the bundled one, on it what was fetched, on that what the operator wrote, and the names that the
 * operator gave. Stateless.
 */
public final class ConfiguredPrices {
    private ConfiguredPrices() {}

    /**
     * Reads it. Waits for the disk.
     *
     * @throws IOException if a book cannot be read, or an alias names no model; the message names the key of the configuration
     */
    public static PriceBook of(ProxyConfig config) throws IOException {
        return named(books(config.prices(), ConfiguredPrices::inForce), config.prices());
    }

    /**
     * The same, if another book had come of a feed.
     *
     * @param feed the name of a feed of the configuration
     */
    static PriceBook with(ProxyConfig config, String feed, PriceBook book) throws IOException {
        PriceBook books =
                books(config.prices(), (name, each) -> name.equals(feed) ? Optional.of(book) : inForce(name, each));
        return named(books, config.prices());
    }

    /**
     * Another book, under the configuration's names.
     *
     * @throws IOException if an alias names no model of it
     */
    public static PriceBook named(PriceBook book, PricesConfig config) throws IOException {
        try {
            return book.withAliases(config.aliases());
        } catch (IllegalArgumentException e) {
            throw new IOException("prices.aliases: " + e.getMessage(), e);
        }
    }

    /** Tells which book of a feed to take. */
    @FunctionalInterface
    private interface Choice {
        Optional<PriceBook> of(String name, PriceFeed feed) throws IOException;
    }

    private static Optional<PriceBook> inForce(String name, PriceFeed feed) throws IOException {
        FeedFolder folder = new FeedFolder(name, feed);
        Optional<String> version = folder.current();
        return version.isEmpty() ? Optional.empty() : Optional.of(folder.book(version.get()));
    }

    private static PriceBook books(PricesConfig config, Choice choice) throws IOException {
        PriceBook book = PriceBook.bundled();
        for (Map.Entry<String, PriceFeed> feed : config.feeds().entrySet()) {
            try {
                book = choice.of(feed.getKey(), feed.getValue())
                        .map(book::under)
                        .orElse(book);
            } catch (IOException e) {
                throw new IOException("prices.feeds." + feed.getKey() + ": " + e.getMessage(), e);
            }
        }
        for (Map.Entry<String, Path> upper : config.books().entrySet()) {
            try {
                book = book.under(PriceBookFolder.read(upper.getKey(), upper.getValue()));
            } catch (IOException e) {
                throw new IOException("prices.books." + upper.getKey() + ": " + e.getMessage(), e);
            }
        }
        return book;
    }
}

package io.bedrockmeter.proxy.prices;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceBookFolder;
import io.bedrockmeter.proxy.config.PricesConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The price book of a configuration: the bundled one, what lies on it, and the names that the operator gave. */
public final class ConfiguredPrices {
    private ConfiguredPrices() {}

    /**
     * Reads it. Waits for the disk.
     *
     * @throws IOException if a book cannot be read, or an alias names no model; the message names the key of the configuration
     */
    public static PriceBook of(ProxyConfig config) throws IOException {
        return named(books(config.prices()), config.prices());
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

    private static PriceBook books(PricesConfig config) throws IOException {
        PriceBook book = PriceBook.bundled();
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

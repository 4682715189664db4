package io.bedrockmeter.proxy.prices;

import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceDiff;
import io.bedrockmeter.metering.pricing.offers.ImportedBook;
import io.bedrockmeter.metering.pricing.offers.OfferFile;
import io.bedrockmeter.metering.pricing.offers.OfferImport;
import io.bedrockmeter.proxy.config.PriceFeed;
import io.bedrockmeter.proxy.config.ProxyConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Fetches the price files of a feed, makes a book of them, and puts it in force unless it changes too much for that. Waits for
 * network and disk.
 */
public final class PriceFetch {
    /*
     * It is for a process of its own. A price file of AWS takes many times its length to understand, and a proxy that serves has a small
     * heap on purpose; it notices by itself what came into force.
     */
    private final ProxyConfig config;
    private final Download download;
    private final BiConsumer<ImportedBook, OfferImport> imported;

    /** Gets documents. */
    @FunctionalInterface
    public interface Download {
        /**
         * A document, whole.
         *
         * @throws IOException if it cannot be had; naming it
         */
        byte[] of(URI url) throws IOException;
    }

    /**
     * Fetches for a configuration.
     *
     * @param imported told what was understood of the files, and by which names
     */
    public PriceFetch(ProxyConfig config, Download download, BiConsumer<ImportedBook, OfferImport> imported) {
        this.config = config;
        this.download = download;
        this.imported = imported;
    }

    /** What came of it. */
    public sealed interface Result {
        /** The version of the book that was made. */
        String version();

        /** It is what is in force. */
        record Unchanged(String version) implements Result {}

        /** It came into force. */
        record InForce(String version, Comparison comparison) implements Result {}

        /** It waits to be approved. */
        record Waits(String version, Comparison comparison) implements Result {}
    }

    /**
     * What a book changes.
     *
     * @param before what is in force
     * @param after what would be
     * @param changes all prices that differ
     * @param large those that somebody should look at
     */
    public record Comparison(
            PriceBook before, PriceBook after, List<PriceDiff.Change> changes, List<PriceDiff.Change> large) {
        public Comparison {
            changes = List.copyOf(changes);
            large = List.copyOf(large);
        }
    }

    /**
     * Fetches a feed.
     *
     * @param name of the configuration's feeds
     * @param at as of when prices are compared
     * @throws IOException if a file cannot be had, none of it was understood, or the book cannot be kept
     */
    public Result fetch(String name, Instant at) throws IOException {
        PriceFeed feed = feed(name);
        FeedFolder folder = new FeedFolder(name, feed);
        FeedFolder.Kept kept = folder.keep(
                read(feed),
                "Fetched by 'bedrock-meter prices fetch' of " + feed.urls().values());
        if (folder.current().equals(Optional.of(kept.version()))) {
            folder.holdNone();
            return new Result.Unchanged(kept.version());
        }
        Comparison comparison = compare(name, kept.book(), at);
        if (comparison.large().isEmpty()) {
            folder.putInForce(kept.version());
            return new Result.InForce(kept.version(), comparison);
        }
        folder.hold(kept.version());
        return new Result.Waits(kept.version(), comparison);
    }

    private Comparison compare(String name, PriceBook book, Instant at) throws IOException {
        PriceBook before = ConfiguredPrices.of(config);
        PriceBook after = ConfiguredPrices.with(config, name, book);
        List<PriceDiff.Change> changes = PriceDiff.between(before, after, at);
        int most = feed(name).approveAbove();
        return new Comparison(
                before,
                after,
                changes,
                changes.stream().filter(change -> change.exceeds(most)).toList());
    }

    private ImportedBook read(PriceFeed feed) throws IOException {
        OfferImport offers = new OfferImport();
        for (Map.Entry<String, URI> url : feed.urls().entrySet()) {
            byte[] document = download.of(url.getValue());
            try {
                offers.add(OfferFile.read(url.getValue().toString(), document, ""));
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        ImportedBook book = offers.finish();
        imported.accept(book, offers);
        if (book.priceLines().isEmpty()) {
            throw new IOException("no price was understood, so no book was made");
        }
        return book;
    }

    private PriceFeed feed(String name) throws IOException {
        PriceFeed feed = config.prices().feeds().get(name);
        if (feed == null) {
            throw new IOException("prices.feeds has no '" + name + "'; it has "
                    + (config.prices().feeds().isEmpty()
                            ? "none"
                            : String.join(", ", config.prices().feeds().keySet())));
        }
        return feed;
    }
}

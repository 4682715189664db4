package io.bedrockmeter.proxy.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A price book that is fetched from where AWS publishes its prices.
 *
 * @param urls price files, under names of the operator's own; together they make one book
 * @param folder where the books are kept that came of it
 * @param approveAbove from what change of a price on a book waits until somebody approves it, in hundredths of a percent
 */
public record PriceFeed(Map<String, URI> urls, Path folder, int approveAbove) {
    public PriceFeed {
        urls = Collections.unmodifiableMap(new LinkedHashMap<>(urls));
        if (urls.isEmpty()) {
            throw new InvalidSetting(
                    "urls",
                    "names no price file; give at least one, such as"
                            + " https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrock/current/us-east-1/index.json");
        }
    }

    /** The file that names the book in force. */
    public Path current() {
        return folder.resolve("current");
    }

    /** The file that names the book that waits to be approved. */
    public Path waiting() {
        return folder.resolve("waiting");
    }

    /** The files whose change changes what is in force. */
    List<Path> watched() {
        return List.of(current(), waiting());
    }

    static PriceFeed bind(Section in) {
        return new PriceFeed(
                in.values(
                        "urls",
                        "<name>",
                        ValueType.DOCUMENT,
                        "A price file of AWS, as 'prices import' reads it; https, or http to this machine. All of a feed make one"
                                + " book."),
                in.require(
                        "folder",
                        ValueType.PATH,
                        "/var/lib/bedrock-meter/prices/aws",
                        "Where the books are kept that 'prices fetch' makes of it."),
                in.get(
                        "approve-above",
                        ValueType.PERCENT,
                        "10",
                        "A book that changes any price by more percent than this, or lacks one that was there, comes into force once"
                                + " 'prices approve' was called for it."));
    }
}

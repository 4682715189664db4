package io.bedrockmeter.proxy.prices;

import io.bedrockmeter.proxy.config.PricesConfig;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which feeds have a book that waits to be approved. Stateless. */
public final class WaitingBooks {
    private static final Logger log = LoggerFactory.getLogger(WaitingBooks.class);

    private WaitingBooks() {}

    /** Whether one waits, by the name of each feed; says so of each that does. Waits for the disk. */
    public static Map<String, Boolean> of(PricesConfig prices) {
        Map<String, Boolean> waits = new TreeMap<>();
        prices.feeds().forEach((name, feed) -> {
            Optional<String> version = Optional.empty();
            try {
                version = new FeedFolder(name, feed).waiting();
            } catch (IOException e) {
                log.atWarn()
                        .addKeyValue("feed", name)
                        .addKeyValue("cause", e.getMessage())
                        .log("nobody can say whether a price book waits to be approved");
            }
            version.ifPresent(book -> log.atWarn()
                    .addKeyValue("feed", name)
                    .addKeyValue("book", book)
                    .log("a price book changes so much that it waits to be approved: 'prices fetch' shows what it"
                            + " changes, 'prices approve' puts it in force"));
            waits.put(name, version.isPresent());
        });
        return waits;
    }
}

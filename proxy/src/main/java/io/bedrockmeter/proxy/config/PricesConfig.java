package io.bedrockmeter.proxy.config;

import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.report.Discount;
import io.bedrockmeter.metering.report.Discounts;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Additions to the bundled price book.
 *
 * @param feeds price books that are fetched, which lie on the bundled one, lowest first
 * @param books folders of price books that lie on those, lowest first
 * @param aliases the catalogue's id of the model behind an opaque identifier, such as an application inference profile
 * @param discounts what is not to be paid of list prices
 * @param capacity what is paid by time
 */
public record PricesConfig(
        Map<String, PriceFeed> feeds,
        Map<String, Path> books,
        Map<String, String> aliases,
        Discounts discounts,
        CapacityConfig capacity) {
    private static final PricingMode[] MODES = PricingMode.values();

    public PricesConfig {
        feeds = Collections.unmodifiableMap(new LinkedHashMap<>(feeds));
        books = Collections.unmodifiableMap(new LinkedHashMap<>(books));
        aliases = Map.copyOf(aliases);
        for (String name : feeds.keySet()) {
            if (books.containsKey(name)) {
                throw new InvalidSetting("feeds." + name, "is called as a book of prices.books is; rename one of them");
            }
        }
    }

    /** The files beside the configuration's own whose change changes what is in force. */
    List<Path> watched() {
        return feeds.values().stream().flatMap(feed -> feed.watched().stream()).toList();
    }

    static PricesConfig bind(Section in) {
        return new PricesConfig(
                in.sections("feeds", "<name>", PriceFeed::bind),
                in.values(
                        "books",
                        "<name>",
                        ValueType.PATH,
                        "Folder of a price book, as 'prices import' writes it. Of several, and of those below them, which are the"
                                + " bundled one and then the feeds, the last that has a price decides."),
                in.values(
                        "aliases",
                        "<ARN or id>",
                        ValueType.TEXT,
                        "Model id whose prices apply to calls that name this identifier, for example an application inference"
                                + " profile."),
                new Discounts(List.copyOf(in.sections("discounts", "<name>", PricesConfig::discount)
                        .values())),
                in.section("capacity", CapacityConfig::bind));
    }

    private static Discount discount(Section in) {
        Integer percent = in.require(
                "percent",
                ValueType.PERCENT,
                "7.5",
                "How much of the list price is not billed, with two decimals at most.");
        LocalDate from =
                in.find("from", ValueType.DATE, "First day, by the start of a call, in UTC; if absent, always.");
        LocalDate until = in.find("until", ValueType.DATE, "The day after the last; if absent, for good.");
        if (from != null && until != null && !from.isBefore(until)) {
            throw new InvalidSetting("until", until + " is not after 'from', which is " + from);
        }
        PricingMode mode = in.find("mode", ValueType.choice(MODES), "Of calls served in this mode only.");
        return new Discount(
                in.name(),
                in.find("team", ValueType.NAME, "Of calls of this team only."),
                in.find("app", ValueType.NAME, "Of calls of this application only."),
                in.find(
                        "model",
                        ValueType.TEXT,
                        "Of calls billed as this model only; anthropic.* for all whose ids begin so."),
                mode == null ? null : mode.label(),
                from,
                until,
                percent);
    }
}

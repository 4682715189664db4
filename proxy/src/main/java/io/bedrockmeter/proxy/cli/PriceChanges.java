package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.Price;
import io.bedrockmeter.metering.pricing.PriceDiff;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes of prices as people read them. Stateless. */
final class PriceChanges {
    private PriceChanges() {}

    /** A line for each. */
    static void print(List<PriceDiff.Change> changes, PrintWriter out) {
        TextTable table = new TextTable(
                List.of(
                        "model",
                        "tariff",
                        "unit",
                        "band",
                        "routing",
                        "region",
                        "attributes",
                        "USD before",
                        "USD after",
                        "change"),
                3);
        changes.forEach(change -> table.row(List.of(
                change.key().model(),
                change.key().tariff().label(),
                change.key().unit().label(),
                change.key().band().label(),
                change.key().routing().label(),
                change.key().region().label(),
                PriceAnswer.attributes(change.key()),
                usd(change.before()),
                usd(change.after()),
                ratio(change))));
        table.print(out);
    }

    static String usd(@Nullable Price price) {
        return price == null ? "none" : price.rate().perUnit().toUsdString();
    }

    private static String ratio(PriceDiff.Change change) {
        if (change.before() == null) {
            return "new";
        }
        if (change.after() == null) {
            return "gone";
        }
        return change.percent()
                .map(percent -> (percent.signum() > 0 ? "+" : "") + percent + " %")
                .orElse("from zero");
    }
}

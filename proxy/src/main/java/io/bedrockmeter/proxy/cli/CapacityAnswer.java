package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.pricing.CapacityOffer;
import io.bedrockmeter.metering.pricing.CapacityQuote;
import io.bedrockmeter.metering.pricing.Price;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceUnit;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code price} answers about capacity, storage and training: one part for each tariff that sells it, because which of them is
 * bought is a matter of contract. Immutable.
 */
record CapacityAnswer(CapacityQuote quote) {
    boolean isComplete() {
        return quote.unpriced().isEmpty();
    }

    /** What has no price, and what would narrow it down to one. */
    String gap(PriceBook book) {
        String units = quote.unpriced().stream().map(PriceUnit::label).collect(Collectors.joining(", "));
        String narrower = book.prices(quote.model().id()).stream()
                .filter(price -> quote.unpriced().contains(price.key().unit()))
                .filter(price -> !price.key().attributes().isEmpty())
                .map(price -> new TreeMap<>(price.key().attributes()).toString())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        return "the price book " + quote.priceBook() + " has no price for "
                + quote.model().id() + " in "
                + quote.region() + " of " + units
                + (narrower.isEmpty() ? "" : "; narrow it down by --attribute NAME=VALUE, there are " + narrower);
    }

    void print(PrintWriter out) {
        out.println("model " + quote.model().id() + "  region " + quote.region() + "  price book " + quote.priceBook());
        TextTable table =
                new TextTable(List.of("tariff", "unit", "source", "confidence", "count", "USD each", "USD"), 3);
        for (CapacityOffer offer : quote.offers()) {
            for (CapacityOffer.Line line : offer.lines()) {
                table.row(List.of(
                        offer.tariff().label(),
                        line.unit().label(),
                        PriceAnswer.source(line.price()),
                        line.price().rate().confidence().name(),
                        Long.toString(line.count()),
                        line.price().rate().perUnit().toUsdString(),
                        line.cost().toUsdString()));
            }
        }
        table.print(out);
        quote.offers()
                .forEach(offer -> out.println(
                        "total " + offer.cost() + "  " + offer.tariff().label()));
    }

    String toJson() {
        ObjectNode answer = JsonMapper.shared()
                .createObjectNode()
                .put("model", quote.model().id())
                .put("region", quote.region())
                .put("price_book", quote.priceBook());
        answer.putArray("offers");
        for (CapacityOffer offer : quote.offers()) {
            ObjectNode part = answer.withArray("offers")
                    .addObject()
                    .put("tariff", offer.tariff().label())
                    .put("cost_usd", offer.cost().toUsdString());
            offer.lines().forEach(line -> write(line, part.withArray("lines").addObject()));
        }
        return JsonMapper.shared().writeValueAsString(answer);
    }

    private static void write(CapacityOffer.Line line, ObjectNode row) {
        Price price = line.price();
        row.put("unit", line.unit().label())
                .put("count", line.count())
                .put("rate_usd", price.rate().perUnit().toUsdString())
                .put("cost_usd", line.cost().toUsdString());
        PriceAnswer.addSource(price, row);
    }
}

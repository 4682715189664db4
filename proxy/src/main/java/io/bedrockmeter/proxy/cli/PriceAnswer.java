package io.bedrockmeter.proxy.cli;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.Price;
import io.bedrockmeter.metering.pricing.PriceKey;
import io.bedrockmeter.metering.pricing.PriceUnit;
import io.bedrockmeter.metering.pricing.Quote;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code price} answers, for people or for programs. Immutable.
 *
 * @param quote the prices that apply
 * @param charge what the counts given cost; empty if none was given
 */
record PriceAnswer(Quote quote, Optional<Charge> charge) {
    /** Whether every count has a price. A partial sum must not pass for the whole. */
    boolean isComplete() {
        return charge.map(whole ->
                        whole.status() != CostStatus.UNPRICED_MODEL && whole.status() != CostStatus.UNPRICED_UNIT)
                .orElse(!quote.prices().isEmpty());
    }

    /** What has no price. */
    String gap() {
        String where = quote.model().id() + " in " + quote.region() + ", "
                + quote.mode().label() + ", " + quote.model().routing().label();
        String units = charge.stream()
                .flatMap(whole -> whole.lines().stream())
                .filter(line -> line.rate() == null)
                .map(line -> line.unit().label())
                .collect(Collectors.joining(", "));
        return "the price book " + quote.priceBook() + " has no price for " + where
                + (units.isEmpty() || quote.prices().isEmpty() ? "" : " of " + units);
    }

    void print(PrintWriter out) {
        out.println("model " + quote.model().id() + "  routing "
                + quote.model().routing().label() + "  region " + quote.region() + "  mode "
                + quote.mode().label() + "  price book " + quote.priceBook());
        if (charge.isPresent()) {
            printCharge(charge.get(), out);
        } else {
            printPrices(out);
        }
    }

    String toJson() {
        ObjectNode answer = JsonMapper.shared()
                .createObjectNode()
                .put("model", quote.model().id())
                .put("routing", quote.model().routing().label())
                .put("region", quote.region())
                .put("mode", quote.mode().label())
                .put("price_book", quote.priceBook());
        charge.ifPresentOrElse(whole -> addCharge(whole, answer), () -> addPrices(answer));
        return JsonMapper.shared().writeValueAsString(answer);
    }

    private void printCharge(Charge whole, PrintWriter out) {
        TextTable table = new TextTable(List.of("unit", "source", "confidence", "count", "USD each", "USD"), 3);
        // Capacity paid by time has no price for a call, and lacks none.
        String unpriced = whole.status() == CostStatus.PREPAID ? "prepaid" : "unpriced";
        for (ChargeLine line : whole.lines()) {
            Money rate = line.rate();
            Optional<Price> price = priceOf(line);
            table.row(List.of(
                    line.unit().label(),
                    price.map(PriceAnswer::source).orElse("-"),
                    price.map(found -> found.rate().confidence().name()).orElse("-"),
                    Long.toString(line.count()),
                    rate == null ? unpriced : rate.toUsdString(),
                    rate == null ? unpriced : line.cost().toUsdString()));
        }
        table.print(out);
        out.println("total " + whole.cost() + "  status " + whole.status().label());
    }

    private void printPrices(PrintWriter out) {
        TextTable table = new TextTable(
                List.of("unit", "band", "for", "holds in", "source", "confidence", "USD each", "USD per million"), 2);
        for (Price price : quote.prices()) {
            Money each = price.rate().perUnit();
            table.row(List.of(
                    price.key().unit().label(),
                    price.key().band().label(),
                    attributes(price.key()),
                    price.key().region().label(),
                    source(price),
                    price.rate().confidence().name(),
                    each.toUsdString(),
                    isToken(price) ? each.times(1_000_000).toUsdString() : ""));
        }
        table.print(out);
    }

    private void addCharge(Charge whole, ObjectNode answer) {
        answer.put("status", whole.status().label())
                .put("cost_usd", whole.cost().toUsdString());
        answer.putArray("lines");
        for (ChargeLine line : whole.lines()) {
            Money rate = line.rate();
            ObjectNode row = answer.withArray("lines")
                    .addObject()
                    .put("unit", line.unit().label())
                    .put("count", line.count())
                    .put("rate_usd", rate == null ? null : rate.toUsdString())
                    .put("cost_usd", rate == null ? null : line.cost().toUsdString());
            priceOf(line).ifPresent(price -> addSource(price, row));
        }
    }

    private void addPrices(ObjectNode answer) {
        answer.putArray("prices");
        for (Price price : quote.prices()) {
            ObjectNode row = answer.withArray("prices")
                    .addObject()
                    .put("unit", price.key().unit().label())
                    .put("band", price.key().band().label())
                    .put("holds_in", price.key().region().label())
                    .put("rate_usd", price.rate().perUnit().toUsdString());
            ObjectNode attributes = row.putObject("attributes");
            new TreeMap<>(price.key().attributes()).forEach(attributes::put);
            addSource(price, row);
        }
    }

    static void addSource(Price price, ObjectNode row) {
        row.put("source", price.rate().source().id())
                .put("source_date", price.rate().source().date().toString())
                .put("confidence", price.rate().confidence().name());
        if (price.rate().sku() != null) {
            row.put("sku", price.rate().sku());
        }
    }

    /** Where a price was read, and as which product of the list. */
    static String source(Price price) {
        String id = price.rate().source().id();
        return price.rate().sku() == null ? id : id + "/" + price.rate().sku();
    }

    /** The price behind a line: the one of its unit with its rate, whatever band that is of. */
    private Optional<Price> priceOf(ChargeLine line) {
        return quote.prices().stream()
                .filter(price -> price.key().unit() == PriceUnit.of(line.unit()))
                .filter(price -> price.rate().perUnit().equals(line.rate()))
                .findFirst();
    }

    private static boolean isToken(Price price) {
        return price.key().unit().usage().filter(unit -> unit.isToken()).isPresent();
    }

    /** What narrows a unit down, in the order of names; empty if nothing does. */
    static String attributes(PriceKey key) {
        return key.attributes().isEmpty() ? "" : new TreeMap<>(key.attributes()).toString();
    }
}

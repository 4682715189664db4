package io.bedrockmeter.proxy.admin;

import io.bedrockmeter.metering.pricing.Price;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PriceKey;
import io.bedrockmeter.metering.pricing.PriceSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/prices}: the price book in force; with {@code ?model=ID} every price of that model that holds now. */
final class PricesResource implements AdminResource {
    private final Supplier<PriceBook> prices;
    private final InstantSource clock;

    PricesResource(Supplier<PriceBook> prices, InstantSource clock) {
        this.prices = prices;
        this.clock = clock;
    }

    @Override
    public AdminResponse answer(AdminRequest request) {
        request.refuseUnknown(List.of("model"));
        PriceBook book = prices.get();
        ObjectNode answer = JsonMapper.shared().createObjectNode().put("price_book", book.version());
        book.layers()
                .forEach(layer -> answer.withArray("books")
                        .addObject()
                        .put("name", layer.name())
                        .put("timestamp", layer.timestamp().toString()));
        if (request.parameter("model").isEmpty()) {
            describe(book, answer);
            return AdminResponse.json(200, answer);
        }
        String model = request.parameter("model").orElseThrow();
        if (!book.knows(model)) {
            return AdminResponse.refusal(
                    404, "the price book has no model '" + model + "'; /v1/prices without a model lists those it has");
        }
        Instant now = clock.instant();
        answer.put("model", model);
        book.prices(model).stream()
                .filter(price -> price.holdsAt(now))
                .forEach(price -> describe(price, answer.withArray("prices").addObject()));
        return AdminResponse.json(200, answer);
    }

    private static void describe(PriceBook book, ObjectNode answer) {
        book.sources().stream()
                .sorted(Comparator.comparing(PriceSource::id))
                .forEach(source -> answer.withArray("sources")
                        .addObject()
                        .put("id", source.id())
                        .put("date", source.date().toString())
                        .put("title", source.title()));
        book.modelIds().stream().sorted().forEach(answer.withArray("models")::add);
    }

    private static void describe(Price price, ObjectNode row) {
        row.put("unit", price.key().unit().label())
                .put("usd", price.rate().perUnit().toUsdString())
                .put("tariff", price.key().tariff().label())
                .put("region", price.key().region().label())
                .put("routing", price.key().routing().label())
                .put("band", price.key().band().label())
                .put("source", price.rate().source().id())
                .put("confidence", price.rate().confidence().name());
        if (price.rate().sku() != null) {
            row.put("sku", price.rate().sku());
        }
        ObjectNode attributes = row.putObject("attributes");
        price.key().attributes().forEach(attributes::put);
        if (!price.key().effectiveFrom().equals(PriceKey.ALWAYS)) {
            row.put("effective_from", price.key().effectiveFrom().toString());
        }
        if (!price.effectiveUntil().equals(Price.FOR_EVER)) {
            row.put("effective_until", price.effectiveUntil().toString());
        }
    }
}

package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Routing;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every price of one model, and the rate cards of the regions it has been asked for in. Thread-safe.
 *
 * <p>Immutable but for the cards, which are made when first asked for: a proxy calls one region of the world, so most cards
 * would never be read. At most {@link #CARDS_MAX} are kept for each routing.
 */
final class ModelPrices {
    private static final int CARDS_MAX = 64;

    private final List<Price> prices;
    private final ModelLimits limits;
    private final List<ContextBand> longBands;
    private final Map<Routing, Map<String, RateCard>> cards = new EnumMap<>(Routing.class);

    ModelPrices(List<Price> prices, ModelLimits limits) {
        this.prices = List.copyOf(prices);
        this.limits = limits;
        this.longBands = prices.stream()
                .map(price -> price.key().band())
                .filter(band -> band != ContextBand.BASE)
                .distinct()
                .sorted(Comparator.comparingLong(ContextBand::inputTokensAbove).reversed())
                .toList();
        for (Routing routing : Routing.values()) {
            cards.put(routing, new ConcurrentHashMap<>());
        }
    }

    /** Every price, in the order of the book. */
    List<Price> prices() {
        return prices;
    }

    /** How much one call can take in and give back. */
    ModelLimits limits() {
        return limits;
    }

    /** The prices that hold in a source region; a card without prices where none does. */
    RateCard card(Routing routing, String region) {
        Map<String, RateCard> known = cards.getOrDefault(routing, Map.of());
        RateCard card = known.get(region);
        if (card == null) {
            card = newCard(routing, region);
            if (known.size() < CARDS_MAX) {
                known.put(region, card);
            }
        }
        return card;
    }

    private RateCard newCard(Routing routing, String region) {
        return new RateCard(
                prices.stream()
                        .filter(price -> price.key().routing() == routing
                                && price.key().region().covers(region))
                        .toList(),
                longBands);
    }
}

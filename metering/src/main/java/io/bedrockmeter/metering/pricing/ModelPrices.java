package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.Routing;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

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
    private final boolean haveOutput;
    private final List<ContextBand> longBands;
    private final Map<Routing, Map<Place, RateCard>> cards = new EnumMap<>(Routing.class);

    ModelPrices(List<Price> prices, ModelLimits limits) {
        this.prices = List.copyOf(prices);
        this.limits = limits;
        this.haveOutput = prices.stream()
                .map(price -> price.key().unit())
                .anyMatch(unit -> unit == PriceUnit.OUTPUT || unit == PriceUnit.SPEECH_OUTPUT);
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

    /** These prices, and for what they lack those of the same model under another id. */
    ModelPrices with(ModelPrices namesake) {
        return new ModelPrices(
                Stream.concat(prices.stream(), namesake.prices.stream()).toList(), limits);
    }

    /**
     * These prices under those of a book that lies on theirs.
     *
     * @param layers how many books these are of
     */
    ModelPrices under(ModelPrices upper, int layers) {
        return new ModelPrices(
                Stream.concat(prices.stream(), upper.prices.stream().map(price -> price.above(layers)))
                        .toList(),
                limits.equals(ModelLimits.UNKNOWN) ? upper.limits : limits);
    }

    /** Every price, in the order of the book. */
    List<Price> prices() {
        return prices;
    }

    /** Whether there is one for tokens that the model gives. */
    boolean haveOutput() {
        return haveOutput;
    }

    /** How much one call can take in and give back. */
    ModelLimits limits() {
        return limits;
    }

    /**
     * The prices that hold in a place; a card without prices where none does. The runtime's is without those that are
     * another endpoint's; mantle's has both, and its own are the narrower ones.
     */
    RateCard card(Routing routing, Place place) {
        Map<Place, RateCard> known = cards.getOrDefault(routing, Map.of());
        RateCard card = known.get(place);
        if (card == null) {
            card = newCard(routing, place);
            if (known.size() < CARDS_MAX) {
                known.put(place, card);
            }
        }
        return card;
    }

    private RateCard newCard(Routing routing, Place place) {
        boolean mantle = place.endpoint() == Endpoint.MANTLE;
        return new RateCard(
                prices.stream()
                        .filter(price -> price.key().routing() == routing
                                && price.key().region().covers(place.region())
                                && (mantle || !price.key().attributes().containsKey(Endpoint.ATTRIBUTE)))
                        .toList(),
                longBands);
    }

    /** Where a call goes: an endpoint of a source region. */
    record Place(String region, Endpoint endpoint) {}
}

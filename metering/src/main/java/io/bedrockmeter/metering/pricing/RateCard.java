package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prices of one model in one region and routing, laid out for look-up. Immutable, thread-safe.
 *
 * <p>Resolved once and kept, so that pricing a call compares no strings. A cell holds its prices in the order in which they
 * are asked: those of the uppermost book first, then the one narrowed down most, then the narrowest region scope, then the endpoint's own, then the better confidence; the first
 * that is in force and fits the call decides.
 */
final class RateCard {
    /** Whoever does not say which kind of image it sends, sends the standard one. */
    private static final Map<String, String> DEFAULT_ATTRIBUTES = Map.of("kind", "standard");

    private static final Map<String, String> DEFAULT_ATTRIBUTES_OF_MANTLE =
            Map.of("kind", "standard", Endpoint.ATTRIBUTE, Endpoint.MANTLE.label());

    static final Comparator<Price> PREFERENCE = Comparator.comparingInt((Price price) -> -price.layer())
            .thenComparing(RateCard::narrowness, Comparator.reverseOrder())
            .thenComparing(price -> price.key().region().breadth())
            .thenComparing(price -> !isOfAnotherEndpoint(price))
            .thenComparing(price -> price.rate().confidence())
            .thenComparing(price -> price.key().effectiveFrom(), Comparator.reverseOrder());

    private final List<Price> prices;
    private final Map<Tariff, Map<ContextBand, Map<UsageUnit, List<Price>>>> cells = new EnumMap<>(Tariff.class);
    private final ContextBand[] longBands;

    /**
     * A card of the prices that hold in a region.
     *
     * @param prices those of one model and routing that cover the region
     * @param longBands the bands above the base that the model has anywhere, longest first
     */
    RateCard(List<Price> prices, List<ContextBand> longBands) {
        this.prices = prices.stream().sorted(PREFERENCE).toList();
        this.longBands = longBands.toArray(ContextBand[]::new);
        for (Price price : this.prices) {
            PriceKey key = price.key();
            key.unit()
                    .usage()
                    .ifPresent(unit -> cells.computeIfAbsent(key.tariff(), tariff -> new EnumMap<>(ContextBand.class))
                            .computeIfAbsent(key.band(), band -> new EnumMap<>(UsageUnit.class))
                            .computeIfAbsent(unit, u -> new ArrayList<>(1))
                            .add(price));
        }
    }

    private static boolean isOfAnotherEndpoint(Price price) {
        return price.key().attributes().containsKey(Endpoint.ATTRIBUTE);
    }

    /**
     * How many attributes narrow a unit down. The endpoint does not: the same model costs the same on both, so a price for
     * the region from a better source says more than one for everywhere that happens to name the endpoint.
     */
    private static int narrowness(Price price) {
        return price.key().attributes().size() - (isOfAnotherEndpoint(price) ? 1 : 0);
    }

    /** Whether a price is for the plain unit: the runtime's, narrowed down by nothing but defaults. */
    static boolean isPlain(PriceKey key) {
        return DEFAULT_ATTRIBUTES.entrySet().containsAll(key.attributes().entrySet());
    }

    /**
     * All that narrows the units of a call down: what was used, and for what that leaves out the defaults.
     *
     * @param used of the usage
     * @param endpoint where it was called
     */
    static Map<String, String> attributes(Map<String, String> used, Endpoint endpoint) {
        Map<String, String> defaults = switch (endpoint) {
            case RUNTIME, CONTROL -> DEFAULT_ATTRIBUTES;
            case MANTLE -> DEFAULT_ATTRIBUTES_OF_MANTLE;
        };
        if (used.isEmpty()) {
            return defaults;
        }
        Map<String, String> all = new HashMap<>(defaults);
        all.putAll(used);
        return all;
    }

    /**
     * The prices that decide in a mode at an instant, one for each unit, band and set of attributes. Modes paid by time have
     * several tariffs, and then those of every one.
     */
    List<Price> inForce(PricingMode mode, boolean fineTuned, Instant at) {
        Tariff tariff = tariff(mode, fineTuned, at);
        Map<List<Object>, Price> deciding = new LinkedHashMap<>();
        for (Price price : prices) {
            PriceKey key = price.key();
            boolean asked = tariff == null ? key.tariff().paysFor(mode) : key.tariff() == tariff;
            if (asked && price.holdsAt(at)) {
                deciding.putIfAbsent(List.of(key.tariff(), key.unit(), key.band(), key.attributes()), price);
            }
        }
        return deciding.values().stream()
                .sorted(Comparator.comparing((Price price) -> price.key().tariff())
                        .thenComparing(price -> price.key().unit())
                        .thenComparing(price -> price.key().band()))
                .toList();
    }

    /**
     * What units that are sold beside calls cost at an instant, in each tariff that sells any of them.
     *
     * @param counts how many of each
     * @param attributes what narrows them down
     */
    List<CapacityOffer> offers(Map<PriceUnit, Long> counts, Map<String, String> attributes, Instant at) {
        Map<Tariff, Map<PriceUnit, CapacityOffer.Line>> lines = new EnumMap<>(Tariff.class);
        for (Price price : prices) {
            PriceKey key = price.key();
            Long count = counts.get(key.unit());
            if (count != null && price.holdsAt(at) && asksFor(key.attributes(), attributes)) {
                lines.computeIfAbsent(key.tariff(), tariff -> new EnumMap<>(PriceUnit.class))
                        .putIfAbsent(key.unit(), new CapacityOffer.Line(count, price));
            }
        }
        return lines.entrySet().stream()
                .map(offer -> new CapacityOffer(
                        offer.getKey(), List.copyOf(offer.getValue().values())))
                .toList();
    }

    /**
     * The band that a call of so many tokens of input falls in. A band that the model has anywhere counts everywhere: where
     * its price is missing the call is unpriced, and not billed at the base rate of a shorter one.
     */
    ContextBand band(long inputTokens) {
        for (ContextBand band : longBands) {
            if (inputTokens > band.inputTokensAbove()) {
                return band;
            }
        }
        return ContextBand.BASE;
    }

    /** The tariff that a call served in a mode is billed by at an instant; null if calls in that mode are billed by none. */
    @Nullable
    Tariff tariff(PricingMode mode, boolean fineTuned, Instant at) {
        return switch (mode) {
            case ON_DEMAND -> {
                if (fineTuned) {
                    yield Tariff.ON_DEMAND_CUSTOM_MODEL;
                }
                yield isInForce(Tariff.ON_DEMAND_EXTENDED_ACCESS, at)
                        ? Tariff.ON_DEMAND_EXTENDED_ACCESS
                        : Tariff.ON_DEMAND;
            }
            case BATCH -> isInForce(Tariff.BATCH_EXTENDED_ACCESS, at) ? Tariff.BATCH_EXTENDED_ACCESS : Tariff.BATCH;
            case PRIORITY -> Tariff.PRIORITY;
            case FLEX -> Tariff.FLEX;
            case LATENCY_OPTIMIZED -> Tariff.LATENCY_OPTIMIZED;
            case RESERVED, PROVISIONED, CUSTOM_IMPORT -> null;
        };
    }

    /** Whether a tariff has a price for anything at an instant. */
    boolean isInForce(Tariff tariff, Instant at) {
        Map<ContextBand, Map<UsageUnit, List<Price>>> bands = cells.get(tariff);
        if (bands == null) {
            return false;
        }
        for (Map<UsageUnit, List<Price>> units : bands.values()) {
            for (List<Price> cell : units.values()) {
                for (Price price : cell) {
                    if (price.holdsAt(at)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /**
     * The price of a unit at an instant: the most narrow of those that ask for nothing but what the call is.
     *
     * @param attributes what the call is; see {@link #attributes}
     * @return null if there is none
     */
    @Nullable
    Price price(Tariff tariff, ContextBand band, UsageUnit unit, Map<String, String> attributes, Instant at) {
        List<Price> cell = cell(tariff, band, unit);
        for (int i = 0; i < cell.size(); i++) {
            Price price = cell.get(i);
            if (price.holdsAt(at) && asksFor(price.key().attributes(), attributes)) {
                return price;
            }
        }
        return null;
    }

    /** The dearest price of a unit at an instant, of whatever it is narrowed down to; zero if there is none. */
    Money dearest(Tariff tariff, ContextBand band, UsageUnit unit, Instant at) {
        Money dearest = Money.ZERO;
        for (Price price : cell(tariff, band, unit)) {
            if (price.holdsAt(at) && price.rate().perUnit().compareTo(dearest) > 0) {
                dearest = price.rate().perUnit();
            }
        }
        return dearest;
    }

    private List<Price> cell(Tariff tariff, ContextBand band, UsageUnit unit) {
        Map<ContextBand, Map<UsageUnit, List<Price>>> bands = cells.get(tariff);
        Map<UsageUnit, List<Price>> units = bands == null ? null : bands.get(band);
        List<Price> cell = units == null ? null : units.get(unit);
        return cell == null ? List.of() : cell;
    }

    private static boolean asksFor(Map<String, String> asked, Map<String, String> attributes) {
        return asked.isEmpty() || attributes.entrySet().containsAll(asked.entrySet());
    }
}

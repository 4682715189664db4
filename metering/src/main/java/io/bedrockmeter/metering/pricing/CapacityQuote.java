package io.bedrockmeter.metering.pricing;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What capacity, storage or training of a model costs. Immutable.
 *
 * @param model what the identifier stands for
 * @param region where
 * @param offers one for each tariff that sells any of the units asked for, in the order of {@link Tariff}
 * @param unpriced the units that no tariff sells, in their order
 * @param priceBook the version of the price book used
 */
public record CapacityQuote(
        ResolvedModel model, String region, List<CapacityOffer> offers, List<PriceUnit> unpriced, String priceBook) {
    public CapacityQuote {
        offers = List.copyOf(offers);
        unpriced = List.copyOf(unpriced);
    }

    static CapacityQuote of(
            ResolvedModel model, String region, List<CapacityOffer> offers, Set<PriceUnit> asked, String priceBook) {
        Set<PriceUnit> unpriced = new TreeSet<>(asked);
        offers.forEach(offer -> offer.lines().forEach(line -> unpriced.remove(line.unit())));
        return new CapacityQuote(model, region, offers, List.copyOf(unpriced), priceBook);
    }
}

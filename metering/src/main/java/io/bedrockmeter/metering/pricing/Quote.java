package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.List;
import java.util.Optional;

/**
 * The prices in force for one model, region and mode: what a price inquiry shows. Immutable.
 *
 * @param model what the identifier stands for
 * @param region the source region
 * @param mode the mode asked for
 * @param prices the one that decides for each unit, band and set of attributes, with its rate, source, confidence and dates,
 *     in the order of {@link PriceUnit}; empty if the book has none, and then a call would be {@link CostStatus#UNPRICED_MODEL}
 * @param priceBook the version of the price book used
 */
public record Quote(ResolvedModel model, String region, PricingMode mode, List<Price> prices, String priceBook) {
    public Quote {
        prices = List.copyOf(prices);
    }

    /** The price that a charge in this mode uses for a unit in a band. */
    public Optional<Price> price(UsageUnit unit, ContextBand band) {
        return prices.stream()
                .filter(price -> price.key().band() == band
                        && price.key().unit().usage().equals(Optional.of(unit))
                        && RateCard.isPlain(price.key()))
                .findFirst();
    }
}

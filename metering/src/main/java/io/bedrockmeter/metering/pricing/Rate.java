package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * The price of one unit, and on whose word. Immutable.
 *
 * @param perUnit price of a single unit: one token, one image, one hour; zero where a zero is published
 * @param source where it was read
 * @param confidence how far that can be trusted
 * @param sku the product of AWS's price list that it is the price of; null where the source names none
 */
public record Rate(
        Money perUnit,
        PriceSource source,
        Confidence confidence,
        @Nullable String sku) {
    public Rate {
        if (perUnit.picos() < 0) {
            throw new IllegalArgumentException("a price cannot be negative: " + perUnit + " from " + source.id());
        }
    }
}

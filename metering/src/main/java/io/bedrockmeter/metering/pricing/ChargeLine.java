package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.UsageUnit;
import org.jspecify.annotations.Nullable;

/**
 * One unit of a charge: so many, at this rate, make that cost. Immutable.
 *
 * @param unit what was consumed
 * @param count how much; positive
 * @param rate price of one unit; null if the book has none, zero if the published price is zero
 * @param cost {@code rate × count}; zero if there is no rate
 * @param baseline what the same count would have cost on demand and uncached at list price; zero if that has no price
 */
public record ChargeLine(
        UsageUnit unit, long count, @Nullable Money rate, Money cost, Money baseline) {
    public ChargeLine {
        if (count <= 0) {
            throw new IllegalArgumentException("a line counts something; " + unit.label() + " was " + count);
        }
        Money product = rate == null ? Money.ZERO : rate.times(count);
        if (!product.equals(cost)) {
            throw new IllegalArgumentException(
                    unit.label() + ": " + count + " at " + rate + " is " + product + ", not " + cost);
        }
    }
}

package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;
import java.util.List;

/**
 * What one call costs, line by line, recomputable for ever from the price book it names. Immutable.
 *
 * @param mode the mode it was served in
 * @param status what the amount is worth
 * @param cost the sum of the lines
 * @param lines one for each unit consumed, in the order of {@link io.bedrockmeter.metering.usage.UsageUnit}
 * @param priceBook the version of the price book used
 */
public record Charge(PricingMode mode, CostStatus status, Money cost, List<ChargeLine> lines, String priceBook) {
    public Charge {
        lines = List.copyOf(lines);
    }
}

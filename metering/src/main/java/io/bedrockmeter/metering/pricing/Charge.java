package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;
import java.util.List;

/**
 * What one call costs, line by line, recomputable for ever from the price book it names. Immutable.
 *
 * @param mode the mode it was served in
 * @param status what the amount is worth
 * @param cost the sum of the lines; without lines, whatever is charged in the lack of usage
 * @param lines one for each unit consumed, in the order of {@link io.bedrockmeter.metering.usage.UsageUnit}
 * @param priceBook the version of the price book used
 */
public record Charge(PricingMode mode, CostStatus status, Money cost, List<ChargeLine> lines, String priceBook) {
    public Charge {
        lines = List.copyOf(lines);
        if (!lines.isEmpty() && !sum(lines).equals(cost)) {
            throw new IllegalArgumentException(
                    "the lines of a charge come to " + sum(lines) + ", not to " + cost + ": " + lines);
        }
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i - 1).unit().compareTo(lines.get(i).unit()) >= 0) {
                throw new IllegalArgumentException("a charge has one line for each unit, in their order, not " + lines);
            }
        }
    }

    /** A charge of nothing, for a call whose usage does not exist or is not known; the status says which. */
    public static Charge withoutUsage(PricingMode mode, CostStatus status, String priceBook) {
        return new Charge(mode, status, Money.ZERO, List.of(), priceBook);
    }

    /** What the same usage would have cost on demand and uncached, at list price. */
    public Money baseline() {
        Money baseline = Money.ZERO;
        for (ChargeLine line : lines) {
            baseline = baseline.plus(line.baseline());
        }
        return baseline;
    }

    private static Money sum(List<ChargeLine> lines) {
        Money sum = Money.ZERO;
        for (ChargeLine line : lines) {
            sum = sum.plus(line.cost());
        }
        return sum;
    }
}

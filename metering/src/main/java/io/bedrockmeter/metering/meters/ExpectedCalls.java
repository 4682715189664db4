package io.bedrockmeter.metering.meters;

import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.Set;

/** A combination that configuration allows, so that its series can be shown at 0 before the first call. Immutable. */
public record ExpectedCalls(
        String team, String app, String model, String region, PricingMode mode, Set<UsageUnit> units) {
    public ExpectedCalls {
        units = Set.copyOf(units);
    }
}

package io.bedrockmeter.metering.meters;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;

/**
 * A list price to be shown. Immutable.
 *
 * @param rate the price of one unit
 */
public record UnitPrice(String model, PricingMode mode, UsageUnit unit, String region, Money rate) {}

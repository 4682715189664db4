/**
 * How often, how much and how many at once a key or an account may call: requests and tokens a minute, and calls under way.
 *
 * <p>{@link io.bedrockmeter.metering.rate.RateLimiter} decides, by the {@link io.bedrockmeter.metering.rate.RateRule}s of a
 * configuration and by the {@link io.bedrockmeter.metering.rate.Allowance} of a key itself. How many tokens a call stands for is not
 * its business but that of {@link io.bedrockmeter.metering.pricing.PriceBook#quotaAtStart}.
 *
 * <p>Temperature: hot. Whole numbers only, one short lock for each bucket, and nothing is done while it is held.
 */
@NullMarked
package io.bedrockmeter.metering.rate;

import org.jspecify.annotations.NullMarked;

/**
 * What usage costs: price books, pricing modes, and the charge of one call.
 *
 * <p>Depends on {@code usage}, {@code model} and {@code money}. Temperature: hot for
 * {@link io.bedrockmeter.metering.pricing.PriceBook} look-ups, cold for loading.
 */
@NullMarked
package io.bedrockmeter.metering.pricing;

import org.jspecify.annotations.NullMarked;

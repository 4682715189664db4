/**
 * Exact amounts of US dollars.
 *
 * <p>Leaf package: depends on nothing of ours. {@link io.bedrockmeter.metering.money.Money} is a whole number of
 * picodollars in a {@code long}; there is no floating point on any path that money takes.
 *
 * <p>Temperature: hot. Called several times for every call, on event loops; allocation is one small object.
 */
@NullMarked
package io.bedrockmeter.metering.money;

import org.jspecify.annotations.NullMarked;

/**
 * Capacity that is paid by time, whether anybody uses it or not: provisioned throughput by the hour, imported models by five
 * minutes. What it costs within a window is shared out to whoever used it, by tokens, and what nobody used is a share of its own.
 * {@link io.bedrockmeter.metering.capacity.CapacityBill} makes the entries, {@link io.bedrockmeter.metering.capacity.Shares} the
 * shares; whoever finds out what there is is no concern of this package.
 *
 * <p>Temperature: cold; once an hour, or once in five minutes, on a thread that may wait.
 */
@NullMarked
package io.bedrockmeter.metering.capacity;

import org.jspecify.annotations.NullMarked;

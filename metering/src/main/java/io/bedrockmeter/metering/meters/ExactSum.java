package io.bedrockmeter.metering.meters;

import java.math.BigInteger;

/**
 * A sum of whole, non-negative amounts that is exact at any size. Thread-safe.
 *
 * <p>A {@link java.util.concurrent.atomic.LongAdder} would do until it overflows, at 9.22 million USD in picodollars; but
 * carrying out of one while others add cannot be done without a reader seeing the sum fall, which Prometheus takes for a
 * restart and counts the whole sum again. One uncontended lock is as cheap here, where one thread writes.
 */
final class ExactSum {
    private long low;
    private BigInteger carried = BigInteger.ZERO;

    /**
     * Adds an amount.
     *
     * @throws IllegalArgumentException if it is negative: a counter cannot fall
     */
    synchronized void add(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("a counter cannot fall, but was given " + amount);
        }
        long sum = low + amount;
        if (sum < 0) {
            carried = carried.add(BigInteger.valueOf(low));
            sum = amount;
        }
        low = sum;
    }

    /** The sum so far. */
    synchronized BigInteger total() {
        return carried.signum() == 0 ? BigInteger.valueOf(low) : carried.add(BigInteger.valueOf(low));
    }
}

package io.bedrockmeter.metering.budget;

/** Sums that stop at the ends of a {@code long} instead of turning around: more than that is all the same. Stateless. */
final class Sums {
    private Sums() {}

    static long plus(long one, long other) {
        long sum = one + other;
        boolean overflows = ((one ^ sum) & (other ^ sum)) < 0;
        return overflows ? (one < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    static long minus(long one, long other) {
        return other == Long.MIN_VALUE ? plus(plus(one, Long.MAX_VALUE), 1) : plus(one, -other);
    }
}

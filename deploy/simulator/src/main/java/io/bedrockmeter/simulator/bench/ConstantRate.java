package io.bedrockmeter.simulator.bench;

/**
 * When each call of an open loop is due: {@code perSecond} calls a second without a pause, whatever became of those before.
 * A latency counted from here holds the wait that a stalled server causes to all who come after.
 *
 * @param startNanos when the first is due, by {@link System#nanoTime}
 * @param perSecond calls a second
 */
record ConstantRate(long startNanos, long perSecond) {
    private static final long SECOND_NANOS = 1_000_000_000L;

    ConstantRate {
        if (perSecond <= 0 || perSecond > SECOND_NANOS) {
            throw new IllegalArgumentException("rate " + perSecond + " a second: expected 1 to " + SECOND_NANOS);
        }
    }

    /** Exact: no rounding adds up over the calls. */
    long dueNanos(long call) {
        long whole = call / perSecond;
        long rest = call % perSecond;
        return startNanos + whole * SECOND_NANOS + rest * SECOND_NANOS / perSecond;
    }
}

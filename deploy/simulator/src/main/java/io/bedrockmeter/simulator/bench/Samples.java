package io.bedrockmeter.simulator.bench;

import java.util.Arrays;

/** Durations in nanoseconds, every one kept, so that no percentile is an estimate. Confined to one thread. */
final class Samples {
    /** 99.9 is a little more than 999 of 1,000 in binary; a rank must not be off by one for that. */
    private static final double RANK_ROUNDING = 1e-6;

    private long[] nanos = new long[1024];
    private int count;
    private boolean sorted = true;

    void add(long durationNanos) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = durationNanos;
        sorted = false;
    }

    int count() {
        return count;
    }

    /**
     * The smallest sample that at least this share of all samples does not exceed, in microseconds; NaN where there are none.
     *
     * @param percent over 0, up to 100
     */
    double percentileMicros(double percent) {
        if (percent <= 0 || percent > 100) {
            throw new IllegalArgumentException("percentile " + percent + ": expected more than 0 and at most 100");
        }
        if (count == 0) {
            return Double.NaN;
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        int rank = Math.max(1, (int) Math.ceil(percent * count / 100 - RANK_ROUNDING));
        return nanos[rank - 1] / 1e3;
    }
}

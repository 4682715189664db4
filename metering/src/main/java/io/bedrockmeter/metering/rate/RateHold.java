package io.bedrockmeter.metering.rate;

import org.jspecify.annotations.Nullable;

/**
 * What a call under way holds of each allowance that it has a share of. Over once, by {@link #settle} with what the call used or
 * by {@link #undo} as if it had never been; whatever is said after that is without effect. Thread-safe.
 */
public final class RateHold implements RateDecision {
    /** Of a call that no limit is on. */
    public static final RateHold NONE = new RateHold(0);

    private final @Nullable Bucket[] buckets;
    private final long[] tokens;
    private final long[] marks;
    private int count;
    private boolean over;

    RateHold(int bucketsMax) {
        this.buckets = new @Nullable Bucket[bucketsMax];
        this.tokens = new long[bucketsMax];
        this.marks = new long[bucketsMax];
    }

    /** A bucket has given so many tokens, the last of which stands at a mark. For the thread that takes. */
    void took(Bucket bucket, long taken, long mark) {
        buckets[count] = bucket;
        tokens[count] = taken;
        marks[count] = mark;
        count++;
    }

    /**
     * The call is over.
     *
     * @param used tokens that it used, as they count against a quota
     */
    public void settle(long used) {
        if (count == 0 || endsTwice()) {
            return;
        }
        for (int i = 0; i < count; i++) {
            Bucket bucket = buckets[i];
            if (bucket != null) {
                bucket.settle(tokens[i], marks[i], used);
            }
        }
    }

    /** The call was not made, so it counts as no request either. */
    public void undo() {
        if (count == 0 || endsTwice()) {
            return;
        }
        for (int i = 0; i < count; i++) {
            Bucket bucket = buckets[i];
            if (bucket != null) {
                bucket.undo(tokens[i], marks[i]);
            }
        }
    }

    private synchronized boolean endsTwice() {
        boolean before = over;
        over = true;
        return before;
    }
}

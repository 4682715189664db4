package io.bedrockmeter.metering.rate;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is used of one allowance. Thread-safe; its lock is held for some arithmetic only.
 *
 * <p>What is used flows off evenly, so much a minute as is allowed, until nothing is left; what may be taken is the rest up to a
 * minute's worth. So after a quiet minute all of it may be taken at once, and over any longer time no more than is allowed. Amounts are
 * counted in sixty-thousandths: by each of the milliseconds of a minute flows off what is allowed a minute, as a whole number.
 */
final class Bucket {
    private static final long PARTS = 60_000;
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final long MILLIS_MAX = Integer.MAX_VALUE;

    /** More than any call uses; what is beyond it is cut, so that no sum overflows. */
    private static final long TOKENS_MAX = Integer.MAX_VALUE;

    private static final long USED_MAX = Long.MAX_VALUE / 4;

    private final LongSupplier nanoClock;

    private Allowance allowance = Allowance.UNLIMITED;
    private long atMillis;
    private long requestsUsed;
    private long tokensUsed;
    /*
     * All tokens that ever flowed off or were given back, modulo 2^64. What is used stands in a row, the oldest in front, and flows
     * off from there: a call whose last token was taken when used and gone came to a mark has left, of what it took, what lies
     * between gone and its mark. Only so much is given back to it; the rest has flowed off, and giving it back would erase what others use.
     */
    private long tokensGone;
    private int underWay;
    private boolean dropped;

    Bucket(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.atMillis = nowMillis();
    }

    /**
     * Takes what a call asks for, all of it or nothing, and tells its hold.
     *
     * @param now the allowance as it is now
     * @param tokens tokens that it asks for; of more than a minute's worth, a minute's worth is taken
     * @return what there is too little of, as of everything if {@link #isDropped}; null if it was taken
     */
    synchronized @Nullable Shortage take(Allowance now, long tokens, RateHold hold) {
        if (dropped) {
            return Shortage.OF_CALLS;
        }
        flowOff();
        comply(now);
        if (now.concurrent() > 0 && underWay >= now.concurrent()) {
            return Shortage.OF_CALLS;
        }
        if (now.requestsPerMinute() > 0) {
            long excess = requestsUsed + PARTS - now.requestsPerMinute() * PARTS;
            if (excess > 0) {
                return new Shortage(Limited.REQUESTS, Math.ceilDiv(excess, now.requestsPerMinute()));
            }
        }
        long taken = now.tokensPerMinute() == 0 ? 0 : Math.clamp(tokens, 0, now.tokensPerMinute());
        if (taken > 0) {
            long excess = tokensUsed + taken * PARTS - now.tokensPerMinute() * PARTS;
            if (excess > 0) {
                return new Shortage(Limited.TOKENS, Math.ceilDiv(excess, now.tokensPerMinute()));
            }
        }
        underWay++;
        requestsUsed += now.requestsPerMinute() == 0 ? 0 : PARTS;
        tokensUsed += taken * PARTS;
        hold.took(this, taken, tokensUsed + tokensGone);
        return null;
    }

    /** A call that took so many tokens, the last at a mark, is over and has used so many. */
    synchronized void settle(long taken, long mark, long used) {
        underWay--;
        if (allowance.tokensPerMinute() == 0) {
            return;
        }
        flowOff();
        long more = Math.clamp(used, 0, TOKENS_MAX) - taken;
        if (more >= 0) {
            tokensUsed = Math.min(tokensUsed + more * PARTS, USED_MAX);
        } else {
            giveBack(-more, taken, mark);
        }
    }

    /** A call that took so many tokens, the last at a mark, was not made. */
    synchronized void undo(long taken, long mark) {
        underWay--;
        flowOff();
        requestsUsed = Math.max(0, requestsUsed - PARTS);
        giveBack(taken, taken, mark);
    }

    /** Lets go of it if it is as good as a new one; true if it is, and then it takes nothing any more. */
    synchronized boolean dropIfIdle() {
        flowOff();
        dropped = dropped || (underWay == 0 && requestsUsed == 0 && tokensUsed == 0);
        return dropped;
    }

    /** Whether it takes nothing any more: there is another in its place, or will be. */
    synchronized boolean isDropped() {
        return dropped;
    }

    /** Calls under way. */
    synchronized int underWay() {
        return underWay;
    }

    private void giveBack(long tokens, long taken, long mark) {
        long left = Math.clamp(mark - tokensGone, 0, Math.min(taken * PARTS, tokensUsed));
        drain(Math.min(tokens * PARTS, left));
    }

    private void drain(long parts) {
        tokensUsed -= parts;
        tokensGone += parts;
    }

    /** What was used of something that is not limited any more, or was not, is nothing. */
    private void comply(Allowance now) {
        if (now.requestsPerMinute() == 0) {
            requestsUsed = 0;
        }
        if (now.tokensPerMinute() == 0) {
            drain(tokensUsed);
        }
        allowance = now;
    }

    /** A clock that is set back lets nothing flow off, and counts on from there. */
    private void flowOff() {
        long now = nowMillis();
        long passed = Math.clamp(now - atMillis, 0, MILLIS_MAX);
        atMillis = now;
        if (passed > 0) {
            requestsUsed = Math.max(0, requestsUsed - passed * allowance.requestsPerMinute());
            drain(Math.min(tokensUsed, passed * allowance.tokensPerMinute()));
        }
    }

    private long nowMillis() {
        return Math.floorDiv(nanoClock.getAsLong(), NANOS_A_MILLI);
    }
}

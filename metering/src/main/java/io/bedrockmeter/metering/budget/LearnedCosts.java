package io.bedrockmeter.metering.budget;

import java.util.HashMap;
import java.util.Map;

/**
 * What calls of a kind have cost of late: by key, model and mode. Bounded: if there are too many kinds, all are
 * forgotten, and known again after a few calls. Not thread-safe.
 *
 * <p>Of each kind the dearest call is kept, fading by 1/64 with each call, and half as much again is expected of the next. A kind
 * that has not been seen {@link #CALLS_MIN} times is not known.
 */
final class LearnedCosts {
    static final int CALLS_MIN = 16;
    private static final int KINDS_MAX = 16_384;
    private static final int FADES_IN_BITS = 6;

    private final Map<Spender, Kind> kinds = new HashMap<>();

    private static final class Kind {
        private int calls;
        private long dearestPicos;
        private long dearestTokens;
    }

    /** Notes what a call came to. */
    void note(Spender spender, Amounts actual) {
        if (kinds.size() >= KINDS_MAX && !kinds.containsKey(spender)) {
            kinds.clear();
        }
        Kind kind = kinds.computeIfAbsent(spender, unknown -> new Kind());
        kind.calls = Math.min(kind.calls + 1, CALLS_MIN);
        kind.dearestPicos = Math.max(actual.picos(), faded(kind.dearestPicos));
        kind.dearestTokens = Math.max(actual.tokens(), faded(kind.dearestTokens));
    }

    /** What to expect of the next one; never more than it can cost at most. */
    Amounts expected(Spender spender, Amounts worst) {
        Kind kind = kinds.get(spender);
        return kind == null || kind.calls < CALLS_MIN
                ? worst
                : new Amounts(
                        Math.min(worst.picos(), withHalf(kind.dearestPicos)),
                        Math.min(worst.tokens(), withHalf(kind.dearestTokens)));
    }

    private static long faded(long value) {
        return value - (value >> FADES_IN_BITS);
    }

    private static long withHalf(long value) {
        return Sums.plus(value, value >> 1);
    }
}

package io.bedrockmeter.proxy.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers signatures for as long as they could be used again. Two sets take turns, each for that long. Bounded: with more than
 * {@link #SIGNATURES_MAX} in one turn the older set is forgotten early. Thread-safe.
 */
final class ReplayGuard {
    /** Some 80 MB, in both sets; 1,600 calls a second at a skew of five minutes. */
    static final int SIGNATURES_MAX = 500_000;

    private static final Logger log = LoggerFactory.getLogger(ReplayGuard.class);

    private final Duration life;

    private volatile Turn turn = new Turn(Instant.MIN, newSet(), newSet());

    /** A guard against signatures whose time may be so far from now, in either direction. */
    ReplayGuard(Duration skew) {
        this.life = skew.multipliedBy(2);
    }

    /** Whether a signature, which is right, was not used before. */
    boolean isFirst(String signature, Instant now) {
        Turn current = turn;
        if (!now.isBefore(current.end) || current.seen.size() >= SIGNATURES_MAX) {
            current = next(current, now);
        }
        Prefix prefix = Prefix.of(signature);
        boolean isFirst = !current.before.contains(prefix) && current.seen.add(prefix);
        // Whoever is in the next turn already may have looked here before it was added.
        Turn latest = turn;
        return isFirst && (latest == current || latest.seen.add(prefix));
    }

    private synchronized Turn next(Turn from, Instant now) {
        if (turn == from) {
            if (now.isBefore(from.end)) {
                log.atWarn()
                        .addKeyValue("signatures", SIGNATURES_MAX)
                        .log("more calls than the replay guard can remember; the oldest could be replayed");
            }
            turn = new Turn(now.plus(life), newSet(), from.seen);
        }
        return turn;
    }

    private static Set<Prefix> newSet() {
        return ConcurrentHashMap.newKeySet();
    }

    /** What was seen in one turn, and in the one before. */
    private static final class Turn {
        private final Instant end;
        private final Set<Prefix> seen;
        private final Set<Prefix> before;

        Turn(Instant end, Set<Prefix> seen, Set<Prefix> before) {
            this.end = end;
            this.seen = seen;
            this.before = before;
        }
    }

    /** Half of a signature: 128 bits tell any two apart. */
    private record Prefix(long first, long second) {
        static Prefix of(String hex) {
            return new Prefix(HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
        }
    }
}

package io.bedrockmeter.proxy.control;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after each failure in a row: twice as long each time, up to a limit, and a random part of that less, so that
 * many replicas do not ask in step. For one thread.
 */
public final class Backoff {
    private final RandomGenerator random;
    private int failures;

    /** No failures yet. */
    public Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The wait after a failure that is likely to pass: 1 s to 1 min. */
    public Duration afterPassing() {
        return next(Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    /** The wait after a failure that lasts until somebody acts: 1 min to 1 h. */
    public Duration afterLasting() {
        return next(Duration.ofMinutes(1), Duration.ofHours(1));
    }

    /** Forgets the failures. */
    public void reset() {
        failures = 0;
    }

    private Duration next(Duration first, Duration max) {
        long whole = Math.min(max.toMillis(), first.toMillis() << Math.min(failures, 16));
        failures++;
        return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
    }
}

package io.bedrockmeter.metering.pricing;

import java.time.Instant;

/**
 * One price of a book: what it is for, how long it holds, and the rate. Immutable.
 *
 * @param key what it is for
 * @param effectiveUntil the first instant it no longer holds; {@link #FOR_EVER} while no later price is known
 * @param rate how much, on whose word
 * @param layer how many books lie below the one it is of; of two prices for one thing the upper one counts
 */
public record Price(PriceKey key, Instant effectiveUntil, Rate rate, int layer) {
    /** The end of a price that has no known successor. */
    public static final Instant FOR_EVER = Instant.MAX;

    public Price {
        if (!key.effectiveFrom().isBefore(effectiveUntil)) {
            throw new IllegalArgumentException("the price of " + key.model() + " ends (" + effectiveUntil
                    + ") before it begins (" + key.effectiveFrom() + ")");
        }
    }

    /** The same price in a book that lies on others. */
    Price above(int layers) {
        return new Price(key, effectiveUntil, rate, layer + layers);
    }

    /** Whether it is in force at an instant. */
    public boolean holdsAt(Instant at) {
        return !at.isBefore(key.effectiveFrom()) && at.isBefore(effectiveUntil);
    }

    boolean overlaps(Price other) {
        return key.effectiveFrom().isBefore(other.effectiveUntil)
                && other.key.effectiveFrom().isBefore(effectiveUntil);
    }
}

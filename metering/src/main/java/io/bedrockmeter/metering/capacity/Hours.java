package io.bedrockmeter.metering.capacity;

import io.bedrockmeter.metering.ledger.Holding;
import java.time.Duration;
import java.time.Instant;

/**
 * The hours that provisioned throughput is charged for, counted from its creation: whole ones, from the one in which the meter first
 * saw it to the one in which it last did. When it is looked at does not change them. Stateless.
 */
public final class Hours {
    /** How long each is. */
    public static final Duration LENGTH = Duration.ofHours(1);

    private Hours() {}

    /** When the first hour begins that is charged. */
    public static Instant first(Holding holding) {
        return hourOf(holding, holding.firstSeen());
    }

    /** When the hour begins that an instant falls in. */
    public static Instant hourOf(Holding holding, Instant at) {
        long since = at.toEpochMilli() - holding.countedFrom().toEpochMilli();
        return holding.countedFrom().plus(LENGTH.multipliedBy(Math.floorDiv(since, LENGTH.toMillis())));
    }

    /**
     * When the last hour ends that can be charged.
     *
     * @param settledBefore what ended before this is all in the ledger
     */
    public static Instant end(Holding holding, Instant settledBefore) {
        Instant over = hourOf(holding, settledBefore);
        Instant seen = hourOf(holding, holding.lastSeen()).plus(LENGTH);
        return over.isBefore(seen) ? over : seen;
    }
}

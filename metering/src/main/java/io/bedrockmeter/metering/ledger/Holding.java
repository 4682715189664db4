package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.pricing.Commitment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Provisioned throughput as it was last seen. Immutable; times count in milliseconds.
 *
 * @param arn its name, which calls on it use as model
 * @param terms what was bought
 * @param countedFrom when it was created, from which its hours are counted
 * @param firstSeen when the meter first knew of it: the hour in which that was is the first that is charged
 * @param lastSeen when the meter last knew it to be there: the hour in which that was is the last that is charged
 */
public record Holding(String arn, Terms terms, Instant countedFrom, Instant firstSeen, Instant lastSeen) {
    public Holding {
        if (arn.isBlank() || firstSeen.isBefore(countedFrom) || lastSeen.isBefore(firstSeen)) {
            throw new IllegalArgumentException("provisioned throughput has a name, and is created before it is seen: '"
                    + arn + "', " + countedFrom + ", " + firstSeen + ", " + lastSeen);
        }
    }

    /**
     * What was bought.
     *
     * @param model the foundation model behind it, by id or ARN
     * @param fineTuned whether it serves a custom model made from that
     * @param units model units; positive
     * @param commitment for how long it was bought in advance
     * @param region where
     * @param expiresAt when the commitment ends; null if there is none, or nobody has told
     */
    public record Terms(
            String model,
            boolean fineTuned,
            int units,
            Commitment commitment,
            String region,
            @Nullable Instant expiresAt) {
        public Terms {
            if (units <= 0) {
                throw new IllegalArgumentException("provisioned throughput has model units, not " + units);
            }
        }
    }
}

package io.bedrockmeter.metering.meters;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Commitment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Provisioned throughput as meters show it. Immutable.
 *
 * @param name its configured name, or the end of its ARN
 * @param model the id of the model in the catalogue; {@link MeterLabel#OTHER} where nobody has told
 * @param commitment for how long it was bought in advance
 * @param units model units
 * @param perHour what all of them cost an hour; null if the book has no price
 * @param expiresAt when the commitment ends; null if it does not, or nobody has told
 * @param inputPerMinute tokens of input that it can serve a minute; null if nobody has said
 * @param outputPerMinute the same of output
 */
public record HoldingFigures(
        String name,
        String model,
        Commitment commitment,
        int units,
        @Nullable Money perHour,
        @Nullable Instant expiresAt,
        @Nullable Integer inputPerMinute,
        @Nullable Integer outputPerMinute) {}

package io.bedrockmeter.proxy.batch;

import io.bedrockmeter.metering.batch.BatchTotals;
import io.bedrockmeter.metering.usage.WireFormat;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Amazon Bedrock says of a batch job. Immutable.
 *
 * @param state in its own words
 * @param format how the job's records are written
 * @param input where its records are: an object, or the beginning of the keys of several; null if it does not say
 * @param output the folder that it writes to; null if it does not say
 * @param totals how many records it counted so far
 * @param endedAt when it ended; null before
 */
public record BatchReport(
        String state,
        WireFormat format,
        @Nullable S3Place input,
        @Nullable S3Place output,
        BatchTotals totals,
        @Nullable Instant endedAt) {
    private static final Set<String> COMPLETED = Set.of("Completed", "PartiallyCompleted");
    private static final Set<String> CUT_SHORT = Set.of("Failed", "Stopped", "Expired");

    /** Whether nothing becomes of the job any more. */
    public boolean isOver() {
        return isCompleted() || CUT_SHORT.contains(state);
    }

    /** Whether it got to its end, so that there must be output. */
    public boolean isCompleted() {
        return COMPLETED.contains(state);
    }
}

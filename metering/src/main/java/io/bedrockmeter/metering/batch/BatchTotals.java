package io.bedrockmeter.metering.batch;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Amazon Bedrock itself counted of a batch job: the manifest beside its output, or as much as the job's description tells.
 * Immutable. A count that was not told is {@link #UNTOLD}.
 *
 * @param records records of its input
 * @param succeeded records that were answered
 * @param failed records that failed, which are not billed
 * @param inputTokens of all records together
 * @param outputTokens of all records together
 */
public record BatchTotals(long records, long succeeded, long failed, long inputTokens, long outputTokens) {
    /** Stands for a count that nobody told. */
    public static final long UNTOLD = -1;

    /** Nothing was told. */
    public static final BatchTotals NOTHING = new BatchTotals(UNTOLD, UNTOLD, UNTOLD, UNTOLD, UNTOLD);

    private static final JsonMapper JSON = new JsonMapper();

    public BatchTotals {
        for (long count : new long[] {records, succeeded, failed, inputTokens, outputTokens}) {
            if (count < UNTOLD) {
                throw new IllegalArgumentException(
                        "a count is not negative, or " + UNTOLD + " if it was not told: " + count);
            }
        }
    }

    /**
     * Reads a {@code manifest.json.out}. Members that are missing, no whole numbers or negative were not told.
     *
     * @return empty if it is no JSON object
     */
    public static Optional<BatchTotals> parse(byte[] manifest) {
        try {
            JsonNode document = JSON.readTree(manifest);
            return document.isObject()
                    ? Optional.of(new BatchTotals(
                            count(document, "totalRecordCount"),
                            count(document, "successRecordCount"),
                            count(document, "errorRecordCount"),
                            count(document, "inputTokenCount"),
                            count(document, "outputTokenCount")))
                    : Optional.empty();
        } catch (JacksonException malformed) {
            return Optional.empty();
        }
    }

    /** Whether the tokens of all records together were told. */
    public boolean hasTokens() {
        return inputTokens != UNTOLD && outputTokens != UNTOLD;
    }

    private static long count(JsonNode document, String member) {
        JsonNode value = document.path(member);
        return value.isIntegralNumber() && value.canConvertToLong() ? Math.max(UNTOLD, value.longValue()) : UNTOLD;
    }
}

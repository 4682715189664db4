package io.bedrockmeter.metering.ledger;

/**
 * What one application used of capacity that is paid by time. Immutable.
 *
 * @param team the team
 * @param app its application
 * @param calls how many calls
 * @param inputTokens their tokens of input, cached ones included
 * @param outputTokens their tokens of output
 */
public record CapacityUse(String team, String app, long calls, long inputTokens, long outputTokens) {
    public CapacityUse {
        if (calls < 0 || inputTokens < 0 || outputTokens < 0) {
            throw new IllegalArgumentException("use cannot be negative: " + calls + " calls, " + inputTokens + " and "
                    + outputTokens + " tokens of " + team + "/" + app);
        }
    }
}

package io.bedrockmeter.metering.rate;

/**
 * How much may be called. Zero stands for no limit. Immutable.
 *
 * @param requestsPerMinute requests that may begin in a minute
 * @param tokensPerMinute tokens that may be used in a minute, as Amazon Bedrock counts them against its quotas
 * @param concurrent calls that may be under way at once
 */
public record Allowance(int requestsPerMinute, int tokensPerMinute, int concurrent) {
    /** As much as anybody likes. */
    public static final Allowance UNLIMITED = new Allowance(0, 0, 0);

    public Allowance {
        if (requestsPerMinute < 0 || tokensPerMinute < 0 || concurrent < 0) {
            throw new IllegalArgumentException("a limit cannot be negative: " + requestsPerMinute + " requests and "
                    + tokensPerMinute + " tokens a minute, " + concurrent + " at once");
        }
    }

    /** Whether it limits nothing. */
    public boolean isUnlimited() {
        return requestsPerMinute == 0 && tokensPerMinute == 0 && concurrent == 0;
    }
}

package io.bedrockmeter.metering.rate;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call that may not be made now. Immutable.
 *
 * @param limit name of the limit; {@link RateRule#OF_KEY} if it is the key's own
 * @param limited what there was too little of
 * @param message names the limit, who it is on, its value and the way out; fit for the caller's eyes
 * @param retryAfter until there is enough, if nobody else takes any, in whole seconds from one; null if nobody can tell
 */
public record RateRefusal(
        String limit,
        Limited limited,
        String message,
        @Nullable Duration retryAfter) implements RateDecision {
    private static final long MILLIS_A_SECOND = 1_000;

    static RateRefusal of(BucketId bucket, Allowance allowance, Shortage shortage, long tokens) {
        boolean own = bucket.limit().equals(RateRule.OF_KEY);
        String where = own
                ? "its own limit of " + shortage.limited().key()
                : "limits.rates." + bucket.limit() + "." + shortage.limited().key();
        Duration retryAfter = shortage.waitMillis() == Shortage.UNKNOWN
                ? null
                : Duration.ofSeconds(Math.max(1, Math.ceilDiv(shortage.waitMillis(), MILLIS_A_SECOND)));
        return new RateRefusal(
                bucket.limit(),
                shortage.limited(),
                told(shortage.limited(), bucket.subject(), allowance, tokens) + " (" + where + "). "
                        + wayOut(retryAfter),
                retryAfter);
    }

    private static String told(Limited limited, String subject, Allowance allowance, long tokens) {
        return switch (limited) {
            case REQUESTS ->
                "Too many requests: " + subject + " may make " + allowance.requestsPerMinute() + " a minute";
            case TOKENS ->
                "Too many tokens: " + subject + " may use " + allowance.tokensPerMinute()
                        + " a minute, and this call asks for " + tokens
                        + ", counting its input by its length and its output by max_tokens";
            case CONCURRENT ->
                "Too many calls at once: " + subject + " may have " + allowance.concurrent() + " under way";
        };
    }

    private static String wayOut(@Nullable Duration retryAfter) {
        return retryAfter == null
                ? "Try again when one of them is over."
                : "Try again in " + retryAfter.toSeconds() + " s.";
    }
}

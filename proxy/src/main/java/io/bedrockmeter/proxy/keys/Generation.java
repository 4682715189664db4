package io.bedrockmeter.proxy.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One secret access key and one bearer key under the same id. A rotation adds the next. Immutable.
 *
 * @param number 1 for the first; the secret access key is derived from it
 * @param bearerSha256 hash of the bearer key, 64 lower-case hex digits
 * @param created when it was given out
 * @param expires when it ceases to be valid because another has taken its place; null if none has
 */
public record Generation(
        int number,
        String bearerSha256,
        Instant created,
        @Nullable Instant expires) {
    private static final int HASH_LENGTH = 64;

    public Generation {
        boolean isHash = bearerSha256.length() == HASH_LENGTH
                && bearerSha256.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        if (number < 1 || !isHash) {
            throw new IllegalArgumentException("generation " + number + " needs a number from 1 and a SHA-256 in hex");
        }
    }

    /** Whether it is valid at an instant. */
    boolean isValidAt(Instant now) {
        return expires == null || now.isBefore(expires);
    }

    Generation expiringAt(Instant end) {
        return new Generation(number, bearerSha256, created, expires == null || end.isBefore(expires) ? end : expires);
    }
}

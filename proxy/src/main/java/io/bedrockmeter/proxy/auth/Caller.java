package io.bedrockmeter.proxy.auth;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A caller who was let in. Made only by an {@link Authenticator}. Immutable.
 *
 * @param terms those of the key that it used
 * @param signedFor the service in the scope of its signature; null if it did not sign
 * @param admittedStill whether what it proved to have is valid still; asked again and again by calls that last. Thread-safe, and
 *     never waits
 * @param passedOn its own key, with which its calls go to Bedrock; null if they go in the proxy's name
 */
public record Caller(
        Terms terms,
        @Nullable String signedFor,
        BooleanSupplier admittedStill,
        @Nullable ApiKey passedOn) {
    /** One whose calls go in the proxy's name. */
    public Caller(Terms terms, @Nullable String signedFor, BooleanSupplier admittedStill) {
        this(terms, signedFor, admittedStill, null);
    }

    /** The same, and one that stays one. */
    public Caller(Terms terms, @Nullable String signedFor) {
        this(terms, signedFor, () -> true);
    }
}

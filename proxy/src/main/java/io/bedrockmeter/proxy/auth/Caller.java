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
 */
public record Caller(Terms terms, @Nullable String signedFor, BooleanSupplier admittedStill) {
    /** One that stays one. */
    public Caller(Terms terms, @Nullable String signedFor) {
        this(terms, signedFor, () -> true);
    }
}

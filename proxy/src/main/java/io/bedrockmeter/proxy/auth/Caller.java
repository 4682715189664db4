package io.bedrockmeter.proxy.auth;

import org.jspecify.annotations.Nullable;

/**
 * A caller who was let in. Made only by an {@link Authenticator}. Immutable.
 *
 * @param terms those of the key that it used
 * @param signedFor the service in the scope of its signature; null if it did not sign
 */
public record Caller(Terms terms, @Nullable String signedFor) {}

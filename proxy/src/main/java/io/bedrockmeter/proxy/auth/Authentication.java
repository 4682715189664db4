package io.bedrockmeter.proxy.auth;

/** What an {@link Authenticator} found out. */
public sealed interface Authentication {
    /** Somebody known. */
    record Accepted(Caller caller) implements Authentication {}

    /**
     * Nobody who may call.
     *
     * @param errorType AWS's own name of the error, such as {@code MissingAuthenticationTokenException}
     * @param message what is wrong and the way out; never anything that was computed from a secret
     */
    record Rejected(String errorType, String message) implements Authentication {}
}

package io.bedrockmeter.proxy.auth;

import org.jspecify.annotations.Nullable;

/** A body that a signature covers. Asked once, on the event loop of its request, when the body is whole. */
public interface SignedBody {
    /**
     * Compares the body that came with the one that was signed.
     *
     * @param sha256Hex SHA-256 of what came, lower-case hex
     * @return why it is not the one; null if it is
     */
    Authentication.@Nullable Rejected refusal(String sha256Hex);
}

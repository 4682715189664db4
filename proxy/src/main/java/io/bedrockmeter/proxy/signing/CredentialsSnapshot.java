package io.bedrockmeter.proxy.signing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * AWS credentials as they were at one moment. Immutable; prints without its secrets.
 *
 * @param accessKeyId public id
 * @param secretAccessKey secret
 * @param sessionToken token of temporary credentials; null for permanent ones
 * @param expiresAt when they cease to be valid; null if they do not
 */
public record CredentialsSnapshot(
        String accessKeyId,
        String secretAccessKey,
        @Nullable String sessionToken,
        @Nullable Instant expiresAt) {

    /** Whether they are still valid at an instant. */
    public boolean isValidAt(Instant now) {
        return expiresAt == null || now.isBefore(expiresAt);
    }

    @Override
    public String toString() {
        return "CredentialsSnapshot[" + accessKeyId + ", expires " + (expiresAt == null ? "never" : expiresAt) + "]";
    }
}

package io.bedrockmeter.proxy.admin;

import io.bedrockmeter.proxy.config.AdminConfig;
import io.bedrockmeter.proxy.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who may ask what on the admin port: everybody for health, for all else whoever shows the key, where there is one. Thread-safe.
 */
final class AdminAccess {
    private static final String SCHEME = "Bearer ";

    private final Supplier<AdminConfig> config;

    /** By the configuration in force, asked anew for each request. */
    AdminAccess(Supplier<AdminConfig> config) {
        this.config = config;
    }

    /**
     * Why a request is refused; empty if it is not.
     *
     * @param path as it was sent
     * @param authorizations all values of that header
     */
    Optional<String> refusal(String path, List<String> authorizations) {
        AdminConfig inForce = config.get();
        Secret key = inForce.key();
        boolean opened = path.equals("/metrics") && inForce.metrics() == AdminConfig.Metrics.OPEN;
        if (key == null || opened || path.startsWith("/health/")) {
            return Optional.empty();
        }
        if (authorizations.isEmpty()) {
            return Optional.of(
                    "this needs the key of the admin port; send 'Authorization: Bearer' with the value of admin.key");
        }
        if (authorizations.size() > 1) {
            return Optional.of("there is more than one Authorization header; send one");
        }
        String shown = authorizations.get(0);
        if (!shown.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.of(
                    "the Authorization header is not of the scheme Bearer; send the value of admin.key as that");
        }
        return isSame(shown.substring(SCHEME.length()).strip(), key.reveal())
                ? Optional.empty()
                : Optional.of("the key shown is not the one of admin.key");
    }

    /** Takes as long for any key of any length, right or wrong. */
    private static boolean isSame(String shown, String right) {
        return MessageDigest.isEqual(hash(shown), hash(right));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

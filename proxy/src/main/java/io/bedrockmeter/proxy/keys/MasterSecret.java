package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.proxy.sigv4.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.crypto.spec.SecretKeySpec;

/**
 * The one secret that all secret access keys are derived from, and the only one that is stored. Immutable; prints nothing of
 * itself.
 *
 * <p>A secret access key is the first 40 characters, 240 bits, of the Base64 form of HMAC-SHA256 over id and generation: the
 * length and alphabet of AWS's.
 */
public final class MasterSecret {
    /** Fewer characters could be guessed. */
    public static final int LENGTH_MIN = 32;

    private static final int SECRET_LENGTH = 40;
    private static final int FINGERPRINT_LENGTH = 12;

    private final SecretKeySpec key;

    /**
     * A master secret.
     *
     * @param text the secret, without the end of its line
     * @throws IllegalArgumentException if it is too short; the message reads on after what named it
     */
    public MasterSecret(String text) {
        if (text.length() < LENGTH_MIN) {
            throw new IllegalArgumentException("is shorter than " + LENGTH_MIN
                    + " characters and could be guessed; make one with 'openssl rand -base64 32'");
        }
        this.key = Digests.key(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The secret access key of a generation of a key. */
    public String secretAccessKey(String keyId, int generation) {
        return derive("secret access key\n" + keyId + "\n" + generation).substring(0, SECRET_LENGTH);
    }

    /** Says in a file which master secret its keys belong to, and nothing about it. */
    String fingerprint() {
        return derive("fingerprint").substring(0, FINGERPRINT_LENGTH);
    }

    private String derive(String purpose) {
        byte[] derived = Digests.ofThisThread().hmac(key, "bedrock-meter 1\n" + purpose);
        return Base64.getEncoder().encodeToString(derived);
    }

    @Override
    public String toString() {
        return "***";
    }
}

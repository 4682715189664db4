package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.proxy.sigv4.Digests;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets of one generation, ready to verify with. The signing keys of its last few days, regions and services are kept;
 * there are two services, and two days around midnight. Thread-safe; prints nothing of itself.
 */
public final class SigningSecret {
    private static final int KEPT_MAX = 4;

    private final Generation generation;
    private final String secretAccessKey;
    private final byte[] bearerSha256;

    private volatile Kept[] kept = {};

    SigningSecret(Generation generation, String secretAccessKey) {
        this.generation = generation;
        this.secretAccessKey = secretAccessKey;
        this.bearerSha256 = HexFormat.of().parseHex(generation.bearerSha256());
    }

    /** Whether it is valid at an instant. */
    public boolean isValidAt(Instant now) {
        return generation.isValidAt(now);
    }

    /** Whether a bearer key with this SHA-256 is its own; takes the same time either way. */
    public boolean isOfBearer(byte[] sha256) {
        return MessageDigest.isEqual(bearerSha256, sha256);
    }

    /** The key that signatures of a day, region and service are made with. */
    public SecretKeySpec signingKey(Digests digests, String day, String region, String service) {
        Kept[] known = kept;
        for (Kept one : known) {
            if (one.day().equals(day)
                    && one.region().equals(region)
                    && one.service().equals(service)) {
                return one.key();
            }
        }
        SecretKeySpec made = digests.signingKey(secretAccessKey, day, region, service);
        Kept[] next = new Kept[Math.min(known.length + 1, KEPT_MAX)];
        next[0] = new Kept(day, region, service, made);
        System.arraycopy(known, 0, next, 1, next.length - 1);
        kept = next;
        return made;
    }

    Generation generation() {
        return generation;
    }

    @Override
    public String toString() {
        return "SigningSecret[" + generation.number() + "]";
    }

    private record Kept(String day, String region, String service, SecretKeySpec key) {}
}

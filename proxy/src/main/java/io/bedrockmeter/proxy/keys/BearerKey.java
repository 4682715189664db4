package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.proxy.sigv4.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Bearer keys: {@code bmk_}, the id of the key, and 256 random bits in Base64 for URLs. The prefix keeps them apart from those
 * of Amazon Bedrock. They are random, not derived, so that neither the master secret nor the file is enough to make one.
 */
public final class BearerKey {
    private static final String PREFIX = "bmk_";
    private static final int RANDOM_BYTES = 32;
    private static final int ID_END = PREFIX.length() + KeyId.LENGTH;
    /** Prefix, id, an underscore, and 32 bytes in Base64 without padding. */
    private static final int LENGTH = ID_END + 1 + 43;

    private BearerKey() {}

    /** A bearer key of a key that was never given out. */
    static String next(String keyId, RandomGenerator secrets) {
        byte[] random = new byte[RANDOM_BYTES];
        secrets.nextBytes(random);
        return PREFIX + keyId + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** The id in a bearer key; null if the text cannot be one. */
    public static @Nullable String keyId(String bearer) {
        boolean hasForm = bearer.length() == LENGTH && bearer.startsWith(PREFIX) && bearer.charAt(ID_END) == '_';
        String id = hasForm ? bearer.substring(PREFIX.length(), ID_END) : "";
        return KeyId.isOne(id) ? id : null;
    }

    /** What is kept of a bearer key. With 256 random bits behind it, a slow hash would add nothing. */
    public static byte[] hash(String bearer) {
        return Digests.ofThisThread().hashOf(bearer.getBytes(StandardCharsets.UTF_8));
    }

    /** The same as it is written, lower-case hex. */
    static String hashHex(String bearer) {
        return HexFormat.of().formatHex(hash(bearer));
    }
}

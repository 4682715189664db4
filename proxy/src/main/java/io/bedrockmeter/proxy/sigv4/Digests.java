package io.bedrockmeter.proxy.sigv4;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Reused buffers and digests of one thread, so that a signature costs little more than its hashes. */
public final class Digests {
    private static final HexFormat HEX = HexFormat.of();
    private static final String MAC = "HmacSHA256";

    private static final FastThreadLocal<Digests> DIGESTS = new FastThreadLocal<>() {
        @Override
        protected Digests initialValue() throws GeneralSecurityException {
            return new Digests();
        }
    };

    private final CanonicalText text = new CanonicalText();
    private final MessageDigest sha256;
    private final Mac mac;

    private Digests() throws GeneralSecurityException {
        sha256 = MessageDigest.getInstance("SHA-256");
        mac = Mac.getInstance(MAC);
    }

    /** Those of the thread that asks; not to be passed to another. */
    public static Digests ofThisThread() {
        return DIGESTS.get();
    }

    /** The one text that is being written; whoever begins another one clears it. */
    public CanonicalText text() {
        return text;
    }

    /** SHA-256 of the text, as lower-case hex. */
    public String hashOfText() {
        text.update(sha256);
        return HEX.formatHex(sha256.digest());
    }

    /** SHA-256 of buffers, which it reads to their ends, as lower-case hex. */
    public String hashOf(ByteBuffer... buffers) {
        for (ByteBuffer buffer : buffers) {
            sha256.update(buffer);
        }
        return HEX.formatHex(sha256.digest());
    }

    /** SHA-256 of bytes. */
    public byte[] hashOf(byte[] bytes) {
        return sha256.digest(bytes);
    }

    /** HMAC-SHA256 of a text in UTF-8. */
    public byte[] hmac(SecretKeySpec key, String message) {
        try {
            mac.init(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 refused a key of its own kind", e);
        }
        return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    }

    /** A key of HMAC-SHA256. */
    public static SecretKeySpec key(byte[] bytes) {
        return new SecretKeySpec(bytes, MAC);
    }

    /** The key of one day, region and service that signatures are made with, out of a secret access key. */
    public SecretKeySpec signingKey(String secret, String day, String region, String service) {
        byte[] start = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        byte[] ofDay = hmac(key(start), day);
        byte[] ofRegion = hmac(key(ofDay), region);
        byte[] ofService = hmac(key(ofRegion), service);
        return key(hmac(key(ofService), SigV4.TERMINATOR));
    }
}

package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.keys.SigningSecret;
import io.bedrockmeter.proxy.sigv4.AmzDate;
import io.bedrockmeter.proxy.sigv4.Digests;
import io.bedrockmeter.proxy.sigv4.SigV4;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the frames of one stream, each of which is signed on top of the one before; the first on top of the request's
 * signature. Confined to one event loop.
 */
public final class FrameVerifier {
    private static final byte[] DATE_NAME = ":date".getBytes(StandardCharsets.US_ASCII);
    private static final byte TIMESTAMP = 8;
    private static final int DATE_BYTES = 1 + DATE_NAME.length + 1 + Long.BYTES;
    private static final HexFormat HEX = HexFormat.of();

    private final SigningSecret secret;
    private final String region;
    private final String service;
    private final Duration skew;
    private final InstantSource clock;
    private final byte[] dateHeader = new byte[DATE_BYTES];

    private String prior;

    FrameVerifier(
            SigningSecret secret,
            String region,
            String service,
            String signatureOfRequest,
            Duration skew,
            InstantSource clock) {
        this.secret = secret;
        this.region = region;
        this.service = service;
        this.prior = signatureOfRequest;
        this.skew = skew;
        this.clock = clock;
        ByteBuffer.wrap(dateHeader).put((byte) DATE_NAME.length).put(DATE_NAME).put(TIMESTAMP);
    }

    /**
     * Verifies the next frame.
     *
     * @param dateMillis when it says it was signed, in milliseconds since 1970
     * @param signature its signature, 32 bytes
     * @param payload what it carries; read to the ends
     * @return why it is not believed, and then none after it may be; null if it is
     */
    public @Nullable String fault(long dateMillis, byte[] signature, ByteBuffer... payload) {
        Instant signedAt = Instant.ofEpochMilli(dateMillis);
        if (Duration.between(signedAt, clock.instant()).abs().compareTo(skew) > 0) {
            return "A frame was signed more than " + skew.toSeconds() + " s from now.";
        }
        String timestamp = AmzDate.format(signedAt);
        String day = AmzDate.day(timestamp);
        Digests digests = Digests.ofThisThread();
        ByteBuffer date = ByteBuffer.wrap(dateHeader).putLong(DATE_BYTES - Long.BYTES, dateMillis);
        String toSign = SigV4.frameToSign(
                timestamp, SigV4.scope(day, region, service), prior, digests.hashOf(date), digests.hashOf(payload));
        byte[] ours = digests.hmac(secret.signingKey(digests, day, region, service), toSign);
        if (!MessageDigest.isEqual(ours, signature)) {
            return "The signature of a frame does not match the one that was calculated.";
        }
        prior = HEX.formatHex(signature);
        return null;
    }
}

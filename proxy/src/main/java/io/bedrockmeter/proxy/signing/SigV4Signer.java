package io.bedrockmeter.proxy.signing;

import io.bedrockmeter.proxy.sigv4.AmzDate;
import io.bedrockmeter.proxy.sigv4.Digests;
import io.bedrockmeter.proxy.sigv4.SigV4;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Supplier;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signature version 4 of a request whose body hash is known, with the day's signing key kept. Thread-safe.
 *
 * <p>Source: AWS General Reference, "Signature Version 4 signing process". The path is canonicalised from its raw bytes, so
 * what was percent-encoded once is encoded a second time ({@code %3A} becomes {@code %253A}), as every service but S3
 * wants.
 */
public final class SigV4Signer implements RequestSigner {
    private static final AsciiString DATE = AsciiString.cached("x-amz-date");
    private static final AsciiString CONTENT_SHA256 = AsciiString.cached("x-amz-content-sha256");
    private static final AsciiString SECURITY_TOKEN = AsciiString.cached("x-amz-security-token");
    private static final HexFormat HEX = HexFormat.of();

    private final Supplier<@Nullable CredentialsSnapshot> credentials;
    private final Supplier<String> failure;
    private final String region;
    private final String service;

    private volatile @Nullable DayKey dayKey;

    /**
     * Signs with the credentials of the moment.
     *
     * @param credentials current credentials, null if there are none; never waits
     * @param failure why there are none
     * @param region region of the credential scope
     * @param service signing name; {@code bedrock} for the runtime
     */
    public SigV4Signer(
            Supplier<@Nullable CredentialsSnapshot> credentials,
            Supplier<String> failure,
            String region,
            String service) {
        this.credentials = credentials;
        this.failure = failure;
        this.region = region;
        this.service = service;
    }

    @Override
    public boolean sign(String method, String rawTarget, HttpHeaders headers, String bodySha256Hex, Instant now) {
        CredentialsSnapshot who = credentials.get();
        if (who == null) {
            return false;
        }
        authorize(who, method, rawTarget, headers, bodySha256Hex, now);
        return true;
    }

    @Override
    public @Nullable FrameSigner signStream(String method, String rawTarget, HttpHeaders headers, Instant now) {
        CredentialsSnapshot who = credentials.get();
        if (who == null) {
            return null;
        }
        return new SignedFrames(this, who, authorize(who, method, rawTarget, headers, SigV4.SIGNED_BY_FRAME, now));
    }

    /**
     * The signature of one frame of a stream.
     *
     * @param who whose credentials the stream began with
     * @param prior signature of the frame before, or of the request, in hex
     * @param headers the frame's encoded headers, all but the signature
     * @param payload the frame's payload
     */
    byte[] ofFrame(CredentialsSnapshot who, Instant at, String prior, ByteBuf headers, ByteBuf payload) {
        String timestamp = AmzDate.format(at);
        String day = AmzDate.day(timestamp);
        Workbench bench = Workbench.ofThisThread();
        String toSign = SigV4.frameToSign(timestamp, scope(day), prior, bench.hashOf(headers), bench.hashOf(payload));
        return bench.digests().hmac(keyFor(who, day, bench.digests()).key(), toSign);
    }

    /** Adds the headers of a signature, and returns it in hex. */
    private String authorize(
            CredentialsSnapshot who,
            String method,
            String rawTarget,
            HttpHeaders headers,
            String bodySha256Hex,
            Instant now) {
        String timestamp = AmzDate.format(now);
        headers.set(DATE, timestamp);
        headers.set(CONTENT_SHA256, bodySha256Hex);
        String token = who.sessionToken();
        if (token != null) {
            headers.set(SECURITY_TOKEN, token);
        }
        String day = AmzDate.day(timestamp);
        String scope = scope(day);
        Workbench bench = Workbench.ofThisThread();
        CanonicalRequest canonical = bench.canonicalRequest(method, rawTarget, headers, bodySha256Hex);
        String toSign = SigV4.requestToSign(timestamp, scope, canonical.hash());
        Digests digests = bench.digests();
        String signature = HEX.formatHex(digests.hmac(keyFor(who, day, digests).key(), toSign));
        headers.set(
                HttpHeaderNames.AUTHORIZATION,
                SigV4.ALGORITHM + " Credential=" + who.accessKeyId() + "/" + scope + ", SignedHeaders="
                        + canonical.signedHeaders() + ", Signature=" + signature);
        return signature;
    }

    private String scope(String day) {
        return SigV4.scope(day, region, service);
    }

    @Override
    public String whyNot() {
        return "The proxy has no AWS credentials to sign with: " + failure.get();
    }

    private DayKey keyFor(CredentialsSnapshot who, String day, Digests digests) {
        DayKey known = dayKey;
        if (known != null && known.day().equals(day) && known.secret().equals(who.secretAccessKey())) {
            return known;
        }
        DayKey made =
                new DayKey(day, who.secretAccessKey(), digests.signingKey(who.secretAccessKey(), day, region, service));
        dayKey = made;
        return made;
    }

    /** The signing key of one day and one secret. Prints nothing of either. */
    private record DayKey(String day, String secret, SecretKeySpec key) {
        @Override
        public String toString() {
            return "DayKey[" + day + "]";
        }
    }
}

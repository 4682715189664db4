package io.bedrockmeter.proxy.signing;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
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
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String FRAME_ALGORITHM = "AWS4-HMAC-SHA256-PAYLOAD";
    /** Stands for the hash of a body whose frames are signed one by one. */
    private static final String SIGNED_BY_FRAME = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

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
        return new SignedFrames(this, who, authorize(who, method, rawTarget, headers, SIGNED_BY_FRAME, now));
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
        String day = timestamp.substring(0, 8);
        Workbench bench = Workbench.ofThisThread();
        String toSign = FRAME_ALGORITHM + "\n" + timestamp + "\n" + scope(day) + "\n" + prior + "\n"
                + bench.hashOf(headers) + "\n" + bench.hashOf(payload);
        return bench.hmac(keyFor(who, day, bench).key(), toSign);
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
        String day = timestamp.substring(0, 8);
        String scope = scope(day);
        Workbench bench = Workbench.ofThisThread();
        CanonicalRequest canonical = bench.canonicalRequest(method, rawTarget, headers, bodySha256Hex);
        String toSign = ALGORITHM + "\n" + timestamp + "\n" + scope + "\n" + canonical.hash();
        String signature = HEX.formatHex(bench.hmac(keyFor(who, day, bench).key(), toSign));
        headers.set(
                HttpHeaderNames.AUTHORIZATION,
                ALGORITHM + " Credential=" + who.accessKeyId() + "/" + scope + ", SignedHeaders="
                        + canonical.signedHeaders() + ", Signature=" + signature);
        return signature;
    }

    private String scope(String day) {
        return day + "/" + region + "/" + service + "/aws4_request";
    }

    @Override
    public String whyNot() {
        return "The proxy has no AWS credentials to sign with: " + failure.get();
    }

    private DayKey keyFor(CredentialsSnapshot who, String day, Workbench bench) {
        DayKey known = dayKey;
        if (known != null && known.day().equals(day) && known.secret().equals(who.secretAccessKey())) {
            return known;
        }
        byte[] start = ("AWS4" + who.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
        byte[] dayHash = bench.hmac(hmacKey(start), day);
        byte[] regionHash = bench.hmac(hmacKey(dayHash), region);
        byte[] serviceHash = bench.hmac(hmacKey(regionHash), service);
        DayKey made = new DayKey(day, who.secretAccessKey(), hmacKey(bench.hmac(hmacKey(serviceHash), "aws4_request")));
        dayKey = made;
        return made;
    }

    private static SecretKeySpec hmacKey(byte[] bytes) {
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    /** The signing key of one day and one secret. Prints nothing of either. */
    private record DayKey(String day, String secret, SecretKeySpec key) {
        @Override
        public String toString() {
            return "DayKey[" + day + "]";
        }
    }
}

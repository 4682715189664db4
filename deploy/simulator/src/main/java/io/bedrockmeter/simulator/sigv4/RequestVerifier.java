package io.bedrockmeter.simulator.sigv4;

import io.bedrockmeter.simulator.call.Endpoint;
import io.bedrockmeter.simulator.call.Received;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4CanonicalRequest;
import software.amazon.awssdk.http.auth.aws.internal.signer.util.SignerUtils;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.utils.BinaryUtils;

/**
 * Checks a signature by signing the received request again with the AWS SDK's signer: the same headers, the date of the
 * request, the raw path encoded a second time. Thread-safe.
 *
 * <p>It calls the parts of the signer, not its front door: that adds {@code x-amz-content-sha256} to what is signed, and
 * boto3 does not send it.
 */
public final class RequestVerifier {
    /** Stands for the hash of a body whose frames are signed one by one. */
    private static final String BY_FRAME = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    static final Duration SKEW_MAX = Duration.ofMinutes(5);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    static final String UNKNOWN_TOKEN = "The security token included in the request is invalid.";
    private static final String WRONG_SIGNATURE =
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access"
                    + " Key and signing method. Consult the service documentation for details.";

    private final Map<String, String> secrets;
    private final Optional<String> bearerToken;
    private final String region;
    private final InstantSource clock;

    /** Secrets by access key id. */
    public RequestVerifier(
            Map<String, String> secrets, Optional<String> bearerToken, String region, InstantSource clock) {
        this.secrets = Map.copyOf(secrets);
        this.bearerToken = bearerToken;
        this.region = region;
        this.clock = clock;
    }

    public Verdict verify(Received request) {
        List<String> fields = request.headers("authorization");
        Optional<String> apiKey = request.path().startsWith("/anthropic/") || request.endpoint() == Endpoint.MANTLE
                ? request.header("x-api-key")
                : Optional.empty();
        if (apiKey.isPresent()) {
            return fields.isEmpty()
                    ? verifyBearer(apiKey.get())
                    : refused("", "AccessDeniedException", "Use either x-api-key or Authorization, not both.");
        }
        if (fields.size() != 1) {
            return fields.isEmpty()
                    ? refused("", "MissingAuthenticationTokenException", "Missing Authentication Token")
                    : refused("", "IncompleteSignatureException", "More than one Authorization header.");
        }
        if (fields.get(0).startsWith("Bearer ")) {
            return verifyBearer(fields.get(0).substring("Bearer ".length()));
        }
        Optional<SignatureHeader> header = SignatureHeader.parse(fields.get(0));
        return header.isPresent()
                ? verifySignature(request, header.get())
                : refused(
                        "", "IncompleteSignatureException", "Authorization header is not a complete AWS4-HMAC-SHA256.");
    }

    private Verdict verifyBearer(String token) {
        if (token.startsWith(ShortTermKey.PREFIX)) {
            return new ShortTermKey(secrets, region, clock).verify(token);
        }
        boolean known = bearerToken.isPresent() && equal(bearerToken.get(), token);
        return known ? new Verdict.Accepted("bearer") : refused("bearer", "UnrecognizedClientException", UNKNOWN_TOKEN);
    }

    private Verdict verifySignature(Received request, SignatureHeader header) {
        String accessKey = header.accessKey();
        String secret = secrets.get(accessKey);
        if (secret == null) {
            return refused(accessKey, "UnrecognizedClientException", UNKNOWN_TOKEN);
        }
        boolean known = header.service().equals("bedrock")
                || isOfS3(header)
                || (request.endpoint() == Endpoint.MANTLE && header.service().equals("bedrock-mantle"));
        if (!known || !header.region().equals(region)) {
            return refused(accessKey, "InvalidSignatureException", "Credential should be scoped to a valid region.");
        }
        Optional<Instant> date = request.header("x-amz-date").flatMap(RequestVerifier::parseDate);
        if (date.isEmpty() || !DATE.format(date.get()).startsWith(header.date())) {
            return refused(
                    accessKey, "IncompleteSignatureException", "Date in Credential scope does not match x-amz-date.");
        }
        Instant now = clock.instant();
        if (Duration.between(date.get(), now).abs().compareTo(SKEW_MAX) > 0) {
            return refused(
                    accessKey,
                    "InvalidSignatureException",
                    "Signature expired: " + DATE.format(date.get()) + " is now earlier than "
                            + DATE.format(now.minus(SKEW_MAX)) + " (" + DATE.format(now) + " - 5 min.)");
        }
        return equal(signatureOf(request, header, secret, date.get()), header.signature())
                ? new Verdict.Accepted(accessKey)
                : refused(accessKey, "InvalidSignatureException", WRONG_SIGNATURE);
    }

    /** The signatures that the frames of an accepted request must have; empty where they need none. */
    public Optional<FrameSignatures> frames(Received head) {
        return head.header("authorization")
                .filter(value -> isSignedByFrame(head))
                .flatMap(SignatureHeader::parse)
                .flatMap(header -> Optional.ofNullable(secrets.get(header.accessKey()))
                        .map(secret -> new FrameSignatures(header, secret, clock)));
    }

    private static boolean isSignedByFrame(Received request) {
        return request.path().endsWith("/invoke-with-bidirectional-stream")
                && request.header("x-amz-content-sha256")
                        .filter(BY_FRAME::equals)
                        .isPresent();
    }

    private static String signatureOf(Received request, SignatureHeader header, String secret, Instant date) {
        String contentHash = contentHash(request, header);
        SdkHttpRequest.Builder again = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(request.method()))
                .protocol("http")
                .host("signed-as-received")
                .encodedPath(request.path())
                .rawQueryParameters(request.parameters());
        for (String name : header.signedHeaders()) {
            // A Host under HTTP/2 is :authority, which the codec hands over as host.
            List<String> values = request.headers(name.equals(":authority") ? "host" : name);
            again.putHeader(name, values);
        }
        V4CanonicalRequest canonical = new V4CanonicalRequest(
                again.build(), contentHash, new V4CanonicalRequest.Options(!isOfS3(header), !isOfS3(header)));
        CredentialScope scope = new CredentialScope(header.region(), header.service(), date);
        String toSign = "AWS4-HMAC-SHA256\n" + scope.getDatetime() + "\n" + scope.scope() + "\n"
                + SignerUtils.hashCanonicalRequest(canonical.getCanonicalRequestString());
        byte[] key = SignerUtils.deriveSigningKey(AwsCredentialsIdentity.create(header.accessKey(), secret), scope);
        return BinaryUtils.toHex(SignerUtils.computeSignature(toSign, key));
    }

    /** Of a body in frames or chunks, whose hash nobody knows when the head is sent, and where S3 needs none, a word stands for it. */
    private static String contentHash(Received request, SignatureHeader header) {
        if (isSignedByFrame(request)) {
            return BY_FRAME;
        }
        Optional<String> stated = request.header("x-amz-content-sha256");
        return isOfS3(header)
                        && stated.filter(value -> !HASH.matcher(value).matches())
                                .isPresent()
                ? stated.get()
                : BinaryUtils.toHex(SignerUtils.hash(request.body()));
    }

    /** S3 alone takes the path as it is, because its keys may look like anything. */
    private static boolean isOfS3(SignatureHeader header) {
        return header.service().equals("s3");
    }

    private static Optional<Instant> parseDate(String date) {
        try {
            return Optional.of(DATE.parse(date, Instant::from));
        } catch (DateTimeParseException notADate) {
            return Optional.empty();
        }
    }

    private static boolean equal(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static Verdict refused(String accessKey, String type, String message) {
        return new Verdict.Refused(accessKey, type, message);
    }
}

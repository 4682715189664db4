package io.bedrockmeter.simulator.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4CanonicalRequest;
import software.amazon.awssdk.http.auth.aws.internal.signer.util.SignerUtils;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.utils.BinaryUtils;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * The check of a short-term API key: a presigned request to call with a bearer token, its address in Base64. It holds for one
 * region and at most twelve hours.
 */
final class ShortTermKey {
    static final String PREFIX = "bedrock-api-key-";

    private static final String HOST = "bedrock.amazonaws.com";
    private static final Duration LIFE_MAX = Duration.ofHours(12);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Map<String, String> secrets;
    private final String region;
    private final InstantSource clock;

    ShortTermKey(Map<String, String> secrets, String region, InstantSource clock) {
        this.secrets = secrets;
        this.region = region;
        this.clock = clock;
    }

    Verdict verify(String token) {
        Optional<Presigned> parsed = parse(token);
        if (parsed.isEmpty()) {
            return refused("bearer", "UnrecognizedClientException", RequestVerifier.UNKNOWN_TOKEN);
        }
        Presigned presigned = parsed.get();
        String secret = secrets.get(presigned.accessKey());
        if (secret == null
                || !MessageDigest.isEqual(bytes(presigned.signature()), bytes(signature(presigned, secret)))) {
            return refused(presigned.accessKey(), "UnrecognizedClientException", RequestVerifier.UNKNOWN_TOKEN);
        }
        if (!presigned.region().equals(region)) {
            return refused(
                    presigned.accessKey(), "AccessDeniedException", "Bearer Token has to be of the called region.");
        }
        boolean over = presigned.life().compareTo(LIFE_MAX) > 0
                || clock.instant().isAfter(presigned.at().plus(presigned.life()));
        return over
                ? refused(presigned.accessKey(), "ExpiredTokenException", "Bearer Token has expired.")
                : new Verdict.Accepted(presigned.accessKey());
    }

    private static String signature(Presigned presigned, String secret) {
        SdkHttpRequest.Builder again = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .protocol("https")
                .host(HOST)
                .encodedPath("/")
                .rawQueryParameters(presigned.signed())
                .putHeader("host", HOST);
        V4CanonicalRequest canonical = new V4CanonicalRequest(
                again.build(),
                BinaryUtils.toHex(SignerUtils.hash(new byte[0])),
                new V4CanonicalRequest.Options(true, true));
        CredentialScope scope = new CredentialScope(presigned.region(), "bedrock", presigned.at());
        String toSign = "AWS4-HMAC-SHA256\n" + scope.getDatetime() + "\n" + scope.scope() + "\n"
                + SignerUtils.hashCanonicalRequest(canonical.getCanonicalRequestString());
        byte[] key = SignerUtils.deriveSigningKey(AwsCredentialsIdentity.create(presigned.accessKey(), secret), scope);
        return BinaryUtils.toHex(SignerUtils.computeSignature(toSign, key));
    }

    private static Optional<Presigned> parse(String token) {
        try {
            String address =
                    new String(Base64.getDecoder().decode(token.substring(PREFIX.length())), StandardCharsets.US_ASCII);
            Map<String, List<String>> query = new LinkedHashMap<>();
            for (String pair : address.substring(address.indexOf('?') + 1).split("&", -1)) {
                String[] sides = pair.split("=", 2);
                query.put(SdkHttpUtils.urlDecode(sides[0]), List.of(SdkHttpUtils.urlDecode(sides[1])));
            }
            String[] scope = one(query, "X-Amz-Credential").split("/", -1);
            String signature = one(query, "X-Amz-Signature");
            Instant at = DATE.parse(one(query, "X-Amz-Date"), Instant::from);
            Duration life = Duration.ofSeconds(Long.parseLong(one(query, "X-Amz-Expires")));
            // The version was appended to the address after it was signed.
            query.remove("Version");
            query.remove("X-Amz-Signature");
            boolean fits = address.startsWith(HOST + "/?")
                    && one(query, "Action").equals("CallWithBearerToken")
                    && scope.length == 5
                    && scope[3].equals("bedrock");
            return fits ? Optional.of(new Presigned(scope[0], scope[2], at, life, query, signature)) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException | ArrayIndexOutOfBoundsException malformed) {
            return Optional.empty();
        }
    }

    private static String one(Map<String, List<String>> query, String name) {
        return query.getOrDefault(name, List.of("")).get(0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Verdict refused(String accessKey, String type, String message) {
        return new Verdict.Refused(accessKey, type, message);
    }

    /** A key taken apart: who signed it, when, for how long, and the parameters that the signature covers. */
    private record Presigned(
            String accessKey,
            String region,
            Instant at,
            Duration life,
            Map<String, List<String>> signed,
            String signature) {}
}

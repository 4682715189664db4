package io.bedrockmeter.simulator.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.Received;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

class RequestVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String PATH = "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse";
    private static final String BODY = "{\"messages\":[]}";

    private final RequestVerifier verifier = new RequestVerifier(
            Map.of("AKIATEST", "secret"), Optional.of("a-token"), "us-east-1", InstantSource.fixed(NOW));

    @ParameterizedTest
    @ValueSource(
            strings = {
                PATH,
                "/model/eu.anthropic.claude-haiku-4-5-20251001-v1:0/invoke",
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Famazon.nova-lite-v1%3A0/converse-stream",
                "/model/arn:aws:bedrock:us-east-1:123456789012:provisioned-model%2fabcdefghijkl/invoke"
            })
    void acceptsASignatureOverTheRawPath(String path) {
        Verdict verdict = verifier.verify(received(path, BODY, signed(path, "us-east-1", "secret", NOW)));

        assertThat(verdict).isEqualTo(new Verdict.Accepted("AKIATEST"));
    }

    @Test
    void refusesAnotherSecret() {
        refused(received(PATH, BODY, signed(PATH, "us-east-1", "another", NOW)), "InvalidSignatureException");
    }

    @Test
    void refusesABodyThatWasChanged() {
        refused(
                received(PATH, BODY.replace("[]", "{}"), signed(PATH, "us-east-1", "secret", NOW)),
                "InvalidSignatureException");
    }

    @Test
    void refusesAPathThatWasDecodedOnTheWay() {
        refused(
                received(PATH.replace("%3A", ":"), BODY, signed(PATH, "us-east-1", "secret", NOW)),
                "InvalidSignatureException");
    }

    @Test
    void refusesASignedHeaderThatWasChanged() {
        List<Header> headers = signed(PATH, "us-east-1", "secret", NOW).stream()
                .map(header -> header.name().equalsIgnoreCase("host") ? new Header("Host", "elsewhere") : header)
                .toList();

        refused(received(PATH, BODY, headers), "InvalidSignatureException");
    }

    @Test
    void refusesADateMoreThanFiveMinutesAway() {
        Instant old = NOW.minus(Duration.ofMinutes(6));

        refused(received(PATH, BODY, signed(PATH, "us-east-1", "secret", old)), "InvalidSignatureException");
    }

    @Test
    void refusesAnotherRegion() {
        refused(received(PATH, BODY, signed(PATH, "eu-west-1", "secret", NOW)), "InvalidSignatureException");
    }

    @Test
    void tellsWhatIsWrongWithRequestsThatAreNotSigned() {
        refused(received(PATH, BODY, List.of()), "MissingAuthenticationTokenException");
        refused(received(PATH, BODY, List.of(authorization("Basic abc"))), "IncompleteSignatureException");
        refused(received(PATH, BODY, List.of(authorization("Bearer wrong"))), "UnrecognizedClientException");
    }

    @Test
    void acceptsTheBearerToken() {
        Verdict verdict = verifier.verify(received(PATH, BODY, List.of(authorization("Bearer a-token"))));

        assertThat(verdict).isEqualTo(new Verdict.Accepted("bearer"));
    }

    @Test
    void acceptsAShortTermKeyInTheNameOfWhoMadeIt() {
        Verdict verdict = verifier.verify(received(PATH, BODY, List.of(authorization(shortTermKey("secret", NOW)))));

        assertThat(verdict).isEqualTo(new Verdict.Accepted("AKIATEST"));
    }

    @Test
    void refusesShortTermKeysThatAreOverOrOfAnotherSecret() {
        Instant tooLongAgo = NOW.minus(Duration.ofHours(12).plusSeconds(1));

        refused(
                received(PATH, BODY, List.of(authorization(shortTermKey("secret", tooLongAgo)))),
                "ExpiredTokenException");
        refused(
                received(PATH, BODY, List.of(authorization(shortTermKey("another", NOW)))),
                "UnrecognizedClientException");
        refused(
                received(PATH, BODY, List.of(authorization("Bearer bedrock-api-key-!"))),
                "UnrecognizedClientException");
    }

    @Test
    void aQueryIsPartOfWhatIsSigned() {
        List<Header> headers = signed("/async-invoke?statusEquals=Completed&maxResults=5", "us-east-1", "secret", NOW);

        Verdict same = verifier.verify(received("/async-invoke?maxResults=5&statusEquals=Completed", BODY, headers));

        assertThat(same).isEqualTo(new Verdict.Accepted("AKIATEST"));
        refused(
                received("/async-invoke?maxResults=6&statusEquals=Completed", BODY, headers),
                "InvalidSignatureException");
    }

    private void refused(Received request, String errorType) {
        assertThat(verifier.verify(request))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refusal -> assertThat(refusal.errorType()).isEqualTo(errorType));
    }

    /** As AWS's own generators make it: a presigned POST, without its scheme, in Base64. */
    private static String shortTermKey(String secret, Instant at) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create("https://bedrock.amazonaws.com/"))
                .putRawQueryParameter("Action", "CallWithBearerToken")
                .build();
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(AwsCredentialsIdentity.create("AKIATEST", secret))
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                        .putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofHours(12))
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)))
                .request();
        String address = signed.getUri().toString().substring("https://".length()) + "&Version=1";
        return "Bearer bedrock-api-key-" + Base64.getEncoder().encodeToString(address.getBytes(StandardCharsets.UTF_8));
    }

    private static Header authorization(String value) {
        return new Header("Authorization", value);
    }

    private static Received received(String path, String body, List<Header> headers) {
        return new Received("POST", path, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Header> signed(String path, String region, String secret, Instant at) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .protocol("http")
                .host("127.0.0.1")
                .port(8090)
                .encodedPath(path.replaceAll("\\?.*", ""))
                .putHeader("Content-Type", "application/json")
                .applyMutation(builder -> {
                    if (path.contains("?")) {
                        builder.rawQueryParameters(SdkHttpUtils.uriParams(URI.create("http://127.0.0.1" + path)));
                    }
                })
                .build();
        var signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(AwsCredentialsIdentity.create("AKIATEST", secret))
                        .request(request)
                        .payload(ContentStreamProvider.fromUtf8String(BODY))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)));
        return signed.request().headers().entrySet().stream()
                .flatMap(header -> header.getValue().stream().map(value -> new Header(header.getKey(), value)))
                .toList();
    }
}

package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;

/** Calls that somebody between the unmodified SDK and the proxy changes: what the SDK raises then. */
final class ChangedCallsTest {
    @TempDir
    private Path folder;

    /** What is changed of a request that was signed. */
    enum Change {
        ANOTHER_MODEL,
        ANOTHER_QUERY,
        ANOTHER_BODY,
        ANOTHER_DATE,
        A_HEADER_MORE,
        A_HEADER_LESS,
        A_SIGNED_HEADER,
        UNSIGNED_PAYLOAD,
        ANOTHER_SERVICE,
        NO_SIGNATURE,
        HALF_A_SIGNATURE;

        HttpExecuteRequest in(HttpExecuteRequest request) {
            SdkHttpRequest head = request.httpRequest();
            String proof = head.firstMatchingHeader("Authorization").orElseThrow();
            return switch (this) {
                case ANOTHER_MODEL ->
                    with(
                            request,
                            head.toBuilder().encodedPath(head.encodedPath().replace("haiku", "opus")));
                case ANOTHER_QUERY -> with(request, head.toBuilder().putRawQueryParameter("a", "b"));
                case ANOTHER_BODY ->
                    HttpExecuteRequest.builder()
                            .request(head)
                            .contentStreamProvider(ContentStreamProvider.fromUtf8String(
                                    body(request).replace("hi", "ho")))
                            .build();
                case ANOTHER_DATE -> with(request, head.toBuilder().putHeader("X-Amz-Date", "20261201T000000Z"));
                case A_HEADER_MORE -> with(request, head.toBuilder().putHeader("X-Amzn-Bedrock-Trace", "ENABLED"));
                case A_HEADER_LESS -> with(request, head.toBuilder().removeHeader("amz-sdk-invocation-id"));
                case A_SIGNED_HEADER -> with(request, head.toBuilder().putHeader("amz-sdk-request", "attempt=9"));
                case UNSIGNED_PAYLOAD ->
                    with(request, head.toBuilder().putHeader("x-amz-content-sha256", "UNSIGNED-PAYLOAD"));
                case ANOTHER_SERVICE ->
                    with(request, head.toBuilder().putHeader("Authorization", proof.replace("/bedrock/", "/s3/")));
                case NO_SIGNATURE -> with(request, head.toBuilder().removeHeader("Authorization"));
                case HALF_A_SIGNATURE ->
                    with(request, head.toBuilder().putHeader("Authorization", proof.substring(0, 60)));
            };
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ANOTHER_MODEL, InvalidSignatureException",
        "ANOTHER_QUERY, InvalidSignatureException",
        "ANOTHER_BODY, InvalidSignatureException",
        "ANOTHER_DATE, InvalidSignatureException",
        "A_HEADER_MORE, InvalidSignatureException",
        "A_HEADER_LESS, InvalidSignatureException",
        "A_SIGNED_HEADER, InvalidSignatureException",
        "ANOTHER_SERVICE, InvalidSignatureException",
        "UNSIGNED_PAYLOAD, IncompleteSignatureException",
        "NO_SIGNATURE, MissingAuthenticationTokenException",
        "HALF_A_SIGNATURE, IncompleteSignatureException",
    })
    void refusesACallThatWasChangedAfterItWasSigned(Change change, String error) {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.open(keys.section());
                BedrockRuntimeClient client = client(world, key, change::in)) {

            BedrockRuntimeException refusal =
                    catchThrowableOfType(BedrockRuntimeException.class, () -> Calls.converse(client));

            assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(error);
            assertThat(refusal.statusCode()).isEqualTo(403);
            assertThat(world.rows()).isEmpty();
            assertThat(world.simulator().truth()).isEmpty();
        }
    }

    @Test
    void takesEachSignatureOnceWhereItIsToldTo() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        List<HttpExecuteRequest> sent = new CopyOnWriteArrayList<>();
        UnaryOperator<HttpExecuteRequest> replayed = request -> {
            sent.add(request);
            return sent.get(0);
        };
        try (World world = World.open(keys.section(", replay-guard: true"));
                BedrockRuntimeClient client = client(world, key, replayed)) {
            Calls.converse(client);

            BedrockRuntimeException refusal =
                    catchThrowableOfType(BedrockRuntimeException.class, () -> Calls.converse(client));

            assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException");
            assertThat(Conservation.settled(world)).hasSize(1);
        }
    }

    private static HttpExecuteRequest with(HttpExecuteRequest request, SdkHttpRequest.Builder head) {
        return HttpExecuteRequest.builder()
                .request(head.build())
                .contentStreamProvider(request.contentStreamProvider().orElseThrow())
                .build();
    }

    private static String body(HttpExecuteRequest request) {
        try (var stream = request.contentStreamProvider().orElseThrow().newStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BedrockRuntimeClient client(World world, IssuedKey key, UnaryOperator<HttpExecuteRequest> onTheWay) {
        return BedrockRuntimeClient.builder()
                .endpointOverride(world.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(key.key().id(), key.secretAccessKey())))
                .httpClient(new Meddler(UrlConnectionHttpClient.create(), onTheWay))
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    /** Sends something else than it is given. */
    private record Meddler(SdkHttpClient honest, UnaryOperator<HttpExecuteRequest> onTheWay) implements SdkHttpClient {
        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return honest.prepareRequest(onTheWay.apply(request));
        }

        @Override
        public void close() {
            honest.close();
        }
    }
}

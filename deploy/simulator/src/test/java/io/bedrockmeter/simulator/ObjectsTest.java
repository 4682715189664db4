package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects as the unmodified S3 client of the SDK puts, gets and lists them. */
class ObjectsTest {
    private static final String BUCKET = "batch-jobs";

    @RegisterExtension
    static final Running RUNNING = Running.byDefault();

    private static final S3Client S3 = client(SimulatorOptions.DEFAULT_SECRET_KEY);

    @AfterAll
    static void stop() {
        S3.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl", "in/deep/er.jsonl", "a b+c%20.jsonl", "ä/ß.jsonl", "a//b", "x/../y", "q?a=b&c"})
    void whatIsPutUnderAKeyIsGotByIt(String key) {
        S3.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromString("{\"recordId\":\"r1\"}\n"));

        ResponseBytes<GetObjectResponse> got =
                S3.getObjectAsBytes(get -> get.bucket(BUCKET).key(key));

        assertThat(got.asUtf8String()).isEqualTo("{\"recordId\":\"r1\"}\n");
        assertThat(RUNNING.simulator().objects().get(BUCKET, key)).isPresent();
    }

    @Test
    void anObjectOfManyChunksArrivesWhole() {
        byte[] large = "0123456789abcdef".repeat(100_000).getBytes(StandardCharsets.UTF_8);

        S3.putObject(put -> put.bucket(BUCKET).key("large"), RequestBody.fromBytes(large));

        assertThat(S3.getObjectAsBytes(get -> get.bucket(BUCKET).key("large")).asByteArray())
                .isEqualTo(large);
    }

    @Test
    void aListHasTheKeysThatBeginSoInOrderAndByPages() {
        for (String key : List.of("out/2", "out/1", "out/3 &<", "other/1")) {
            RUNNING.simulator().objects().put(BUCKET, key, new byte[3]);
        }
        RUNNING.simulator().objects().put("batch", "jobs/out/9", new byte[1]);

        List<S3Object> listed =
                S3
                        .listObjectsV2Paginator(
                                list -> list.bucket(BUCKET).prefix("out/").maxKeys(2))
                        .contents()
                        .stream()
                        .toList();

        assertThat(listed).extracting(S3Object::key).containsExactly("out/1", "out/2", "out/3 &<");
        assertThat(listed).allSatisfy(object -> assertThat(object.size()).isEqualTo(3));
    }

    @Test
    void anObjectThatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> S3.getObjectAsBytes(get -> get.bucket(BUCKET).key("nowhere")))
                .isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void aWrongSignatureIsRefused() {
        try (S3Client stranger = client("another secret")) {
            assertThatThrownBy(() ->
                            stranger.getObjectAsBytes(get -> get.bucket(BUCKET).key("a")))
                    .isInstanceOfSatisfying(
                            S3Exception.class,
                            refused -> assertThat(refused.statusCode()).isEqualTo(403));
        }
    }

    @Test
    void aScriptDeniesAnObject() {
        RUNNING.simulator().objects().put(BUCKET, "a", new byte[1]);
        RUNNING.simulator()
                .script(Script.NORMAL
                        .forOperation("GetObject")
                        .withError(ErrorAnswer.of(403, "AccessDenied", "Access Denied")));

        assertThatThrownBy(() -> S3.getObjectAsBytes(get -> get.bucket(BUCKET).key("a")))
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("Access Denied");
        assertThat(S3.getObjectAsBytes(get -> get.bucket(BUCKET).key("a")).asByteArray())
                .hasSize(1);
    }

    @Test
    void nothingOfItIsBilled() {
        S3.putObject(put -> put.bucket(BUCKET).key("a"), RequestBody.fromString("a"));

        assertThat(RUNNING.simulator().truth()).isEmpty();
    }

    private static S3Client client(String secret) {
        return S3Client.builder()
                .endpointOverride(RUNNING.simulator().endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(SimulatorOptions.DEFAULT_ACCESS_KEY, secret)))
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(10)))
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }
}

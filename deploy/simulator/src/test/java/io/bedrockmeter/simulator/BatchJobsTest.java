package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.simulator.script.JobScript;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.ConflictException;
import software.amazon.awssdk.services.bedrock.model.CreateModelInvocationJobRequest;
import software.amazon.awssdk.services.bedrock.model.GetModelInvocationJobResponse;
import software.amazon.awssdk.services.bedrock.model.ModelInvocationJobStatus;
import software.amazon.awssdk.services.bedrock.model.ModelInvocationJobSummary;
import software.amazon.awssdk.services.bedrock.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrock.model.ValidationException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Batch jobs as the unmodified client of the SDK creates and follows them, and what they leave in S3 and in the truth. */
class BatchJobsTest {
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String NOVA = "amazon.nova-micro-v1:0";
    private static final String BUCKET = "batch";
    private static final JsonMapper JSON = new JsonMapper();
    private static final TestClock CLOCK = new TestClock();

    @RegisterExtension
    static final Running RUNNING =
            Running.with(SimulatorOptions.defaults().withVerifySignatures(false).withClock(CLOCK));

    private static final BedrockClient CLIENT = client();

    @AfterAll
    static void stop() {
        CLIENT.close();
    }

    @BeforeEach
    void giveInput() {
        put("in/a.jsonl", claude("r1"), claude("r2"), claude("r3"));
    }

    @Test
    void aJobGoesThroughItsStatesAndWritesWhatItDid() {
        RUNNING.simulator().script(job(JobScript.completesAfter(10_000)).withTokens(1000, 200));
        String arn = create(HAIKU, "in/a.jsonl", UnaryOperator.identity());

        assertThat(get(arn).status()).isEqualTo(ModelInvocationJobStatus.SUBMITTED);
        CLOCK.advance(Duration.ofSeconds(5));
        assertThat(get(arn).status()).isEqualTo(ModelInvocationJobStatus.IN_PROGRESS);
        assertThat(RUNNING.simulator().truth()).isEmpty();
        CLOCK.advance(Duration.ofSeconds(5));
        assertThat(get(arn).status()).isEqualTo(ModelInvocationJobStatus.COMPLETED);

        List<JsonNode> records = lines(arn, "a.jsonl.out");
        assertThat(records)
                .extracting(record -> record.path("recordId").asString())
                .containsExactly("r1", "r2", "r3");
        assertThat(records.get(0).at("/modelOutput/usage/input_tokens").asInt()).isEqualTo(1000);
        assertThat(lines(arn, "manifest.json.out").get(0))
                .isEqualTo(JSON.readTree("{\"totalRecordCount\":3,\"processedRecordCount\":3,\"successRecordCount\":3,"
                        + "\"errorRecordCount\":0,\"inputTokenCount\":3000,\"outputTokenCount\":600}"));
    }

    @Test
    void eachRecordThatWasAnsweredIsBilledOnceAtTheRatesOfBatch() {
        RUNNING.simulator().script(job(JobScript.completesAfter(1)).withTokens(1000, 200));
        String arn = create(HAIKU, "in/", UnaryOperator.identity());
        CLOCK.advance(Duration.ofSeconds(1));

        get(arn);
        get(arn);

        assertThat(RUNNING.simulator().truth())
                .extracting(TruthEntry::requestId)
                .containsExactly(arn + "#r1", arn + "#r2", arn + "#r3");
        assertThat(RUNNING.simulator().truth()).allSatisfy(entry -> {
            assertThat(entry.mode()).isEqualTo("batch");
            // 1,000 at 0.55 and 200 at 2.75 dollars a million.
            assertThat(entry.usd()).isEqualTo("0.0011");
            assertThat(entry.units()).isEqualTo(Map.of("input", 1000L, "output", 200L));
        });
    }

    @Test
    void recordsOfConverseAreAnsweredInItsForm() {
        put("in/b.jsonl", "{\"recordId\":\"c1\",\"modelInput\":{\"messages\":[{\"role\":\"user\",\"content\":[]}]}}");
        RUNNING.simulator().script(job(JobScript.completesAfter(1)).withTokens(1_000_000, 1_000_000));
        String arn = create(NOVA, "in/b.jsonl", request -> request.modelInvocationType("Converse"));
        CLOCK.advance(Duration.ofSeconds(1));

        get(arn);

        assertThat(lines(arn, "b.jsonl.out")
                        .get(0)
                        .at("/modelOutput/usage/inputTokens")
                        .asInt())
                .isEqualTo(1_000_000);
        assertThat(RUNNING.truth().usd()).isEqualTo("0.0875");
    }

    @Test
    void aRecordThatFailsIsAnErrorAndCostsNothing() {
        put("in/a.jsonl", claude("r1"), "{\"recordId\":\"r2\",\"modelInput\":{}}", "no json");
        RUNNING.simulator().script(job(JobScript.completesAfter(1)));
        String arn = create(HAIKU, "in/a.jsonl", UnaryOperator.identity());
        CLOCK.advance(Duration.ofSeconds(1));

        GetModelInvocationJobResponse ended = get(arn);

        assertThat(ended.status()).isEqualTo(ModelInvocationJobStatus.COMPLETED);
        assertThat(lines(arn, "a.jsonl.out"))
                .filteredOn(record -> record.has("error"))
                .hasSize(2);
        assertThat(lines(arn, "manifest.json.out")
                        .get(0)
                        .path("errorRecordCount")
                        .asInt())
                .isEqualTo(2);
        assertThat(RUNNING.simulator().truth()).hasSize(1);
    }

    @Test
    void aJobThatExpiresHasDoneSomeOfItsRecords() {
        RUNNING.simulator().script(job(JobScript.endsEarly(1, "Expired", 2)));
        String arn = create(HAIKU, "in/a.jsonl", UnaryOperator.identity());
        CLOCK.advance(Duration.ofSeconds(1));

        assertThat(get(arn).status()).isEqualTo(ModelInvocationJobStatus.EXPIRED);
        assertThat(lines(arn, "a.jsonl.out")).hasSize(2);
        assertThat(RUNNING.simulator().truth()).hasSize(2);
    }

    @Test
    void aJobThatIsStoppedHasDoneWhatItHadTheTimeFor() {
        RUNNING.simulator().script(job(JobScript.completesAfter(9_000)));
        String arn = create(HAIKU, "in/a.jsonl", UnaryOperator.identity());
        CLOCK.advance(Duration.ofSeconds(7));

        CLIENT.stopModelInvocationJob(stop -> stop.jobIdentifier(arn));

        assertThat(get(arn).status()).isEqualTo(ModelInvocationJobStatus.STOPPED);
        assertThat(lines(arn, "a.jsonl.out")).hasSize(2);
        assertThat(RUNNING.simulator().truth()).hasSize(2);
        assertThatThrownBy(() -> CLIENT.stopModelInvocationJob(stop -> stop.jobIdentifier(arn)))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    void aJobThatFailsWritesAndCostsNothing() {
        RUNNING.simulator().script(job(JobScript.failsAfter(1, "no access to the bucket")));
        String arn = create(HAIKU, "in/a.jsonl", UnaryOperator.identity());
        CLOCK.advance(Duration.ofSeconds(1));

        GetModelInvocationJobResponse ended = get(arn);

        assertThat(ended.status()).isEqualTo(ModelInvocationJobStatus.FAILED);
        assertThat(ended.message()).isEqualTo("no access to the bucket");
        assertThat(RUNNING.simulator().objects().list(BUCKET, "out/")).isEmpty();
        assertThat(RUNNING.simulator().truth()).isEmpty();
    }

    @Test
    void aTokenNamesOneJob() {
        String first = create(HAIKU, "in/a.jsonl", request -> request.clientRequestToken("token-1"));

        String again = create(HAIKU, "in/a.jsonl", request -> request.clientRequestToken("token-1"));

        assertThat(again).isEqualTo(first);
        assertThatThrownBy(() -> create(NOVA, "in/a.jsonl", request -> request.clientRequestToken("token-1")))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    void aListHasTheJobsByPagesNewestFirst() {
        List<String> arns = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CLOCK.advance(Duration.ofMillis(1));
            arns.add(0, create(HAIKU, "in/a.jsonl", UnaryOperator.identity()));
        }

        List<String> listed = CLIENT.listModelInvocationJobsPaginator(list -> list.maxResults(2)).stream()
                .flatMap(page -> page.invocationJobSummaries().stream())
                .map(ModelInvocationJobSummary::jobArn)
                .toList();

        assertThat(listed).isEqualTo(arns);
    }

    @Test
    void whatIsNoJobIsRefused() {
        assertThatThrownBy(() -> get("arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/zzzzzzzzzzzz"))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> create("no.such-model", "in/a.jsonl", UnaryOperator.identity()))
                .isInstanceOf(ValidationException.class);
    }

    private static Script job(JobScript how) {
        return Script.NORMAL.forOperation("CreateModelInvocationJob").withJob(how);
    }

    private static String create(
            String model, String input, UnaryOperator<CreateModelInvocationJobRequest.Builder> options) {
        return CLIENT.createModelInvocationJob(request -> options.apply(request)
                        .jobName("nightly")
                        .roleArn("arn:aws:iam::123456789012:role/batch")
                        .modelId(model)
                        .inputDataConfig(data -> data.s3InputDataConfig(s3 -> s3.s3Uri("s3://" + BUCKET + "/" + input)))
                        .outputDataConfig(data -> data.s3OutputDataConfig(s3 -> s3.s3Uri("s3://" + BUCKET + "/out"))))
                .jobArn();
    }

    private static GetModelInvocationJobResponse get(String arn) {
        return CLIENT.getModelInvocationJob(get -> get.jobIdentifier(arn));
    }

    private static List<JsonNode> lines(String arn, String file) {
        String key = "out/" + arn.substring(arn.lastIndexOf('/') + 1) + "/" + file;
        byte[] content = RUNNING.simulator().objects().get(BUCKET, key).orElseThrow();
        return new String(content, StandardCharsets.UTF_8)
                .lines()
                .map(JSON::readTree)
                .toList();
    }

    private static void put(String key, String... lines) {
        RUNNING.simulator().objects().put(BUCKET, key, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    private static String claude(String id) {
        return "{\"recordId\":\"" + id + "\",\"modelInput\":{\"anthropic_version\":\"bedrock-2023-05-31\","
                + "\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}}";
    }

    private static BedrockClient client() {
        return BedrockClient.builder()
                .endpointOverride(RUNNING.simulator().endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        SimulatorOptions.DEFAULT_ACCESS_KEY, SimulatorOptions.DEFAULT_SECRET_KEY)))
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(10)))
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    /** A clock that stands until it is moved. */
    private static final class TestClock implements InstantSource {
        private volatile Instant now = Instant.parse("2026-11-25T12:00:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}

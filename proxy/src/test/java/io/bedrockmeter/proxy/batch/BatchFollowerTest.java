package io.bedrockmeter.proxy.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.account.Owner;
import io.bedrockmeter.metering.ledger.AsyncStart;
import io.bedrockmeter.metering.ledger.BatchJob;
import io.bedrockmeter.metering.ledger.BatchJobs;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.LedgerOptions;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.ledger.SqliteLedger;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.JobScript;
import io.bedrockmeter.simulator.script.Script;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.CreateModelInvocationJobRequest;
import software.amazon.awssdk.services.s3.S3Client;

/** Batch jobs of the simulator, followed by what a ledger's file says, and charged to the picodollar of the simulator's truth. */
final class BatchFollowerTest {
    private static final PriceBook PRICES = PriceBook.bundled();
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String NOVA = "amazon.nova-micro-v1:0";
    private static final String BUCKET = "batch";
    private static final Duration LONG = Duration.ofHours(2);

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final Simulator simulator =
            Simulator.start(SimulatorOptions.defaults().withClock(clock).withVerifySignatures(false));
    private final BedrockClient bedrock = bedrock();
    private final AwsBatchSource source = new AwsBatchSource(bedrock, s3());
    private final List<LedgerEntry> charged = new ArrayList<>();
    private final List<String> disagreements = new ArrayList<>();
    private final Set<String> identifiers = new HashSet<>();
    private Map<String, Long> standing = Map.of();

    private SqliteLedger ledger;
    private BatchFollower follower;
    private int created;

    @BeforeEach
    void giveInput() {
        ledger = open();
        follower = follower();
        put("in/a.jsonl", claude("r1"), claude("r2"), claude("r3"));
    }

    @AfterEach
    void stop() {
        ledger.close();
        source.close();
        simulator.close();
    }

    @Test
    void followsAJobThroughItsStatesAndChargesItsCreatorOnce() {
        simulator.script(job(JobScript.completesAfter(10_000)).withTokens(1_000, 200));
        String arn = create(HAIKU, "InvokeModel", "in/a.jsonl");

        assertThat(follower.round()).isEqualTo(1);
        assertThat(states()).isEqualTo(Map.of("Submitted", 1L));
        clock.advance(Duration.ofSeconds(5));
        assertThat(follower.round()).isEqualTo(1);
        assertThat(states()).isEqualTo(Map.of("InProgress", 1L));
        clock.advance(Duration.ofSeconds(5));
        assertThat(follower.round()).isZero();

        assertThat(states()).isEqualTo(Map.of("Completed", 1L));
        assertThat(charged).singleElement().satisfies(entry -> {
            assertThat(entry.charge().cost()).isEqualTo(Money.parseUsd("0.0033"));
            assertThat(entry.charge().mode()).isEqualTo(PricingMode.BATCH);
            assertThat(entry.charge().status()).isEqualTo(CostStatus.PRICED);
            assertThat(entry.intent().account()).isEqualTo(account());
        });
        assertThat(arn).isNotEmpty();
        assertThat(standing).isEqualTo(states());
        assertThat(identifiers).containsExactly(HAIKU);
        conserves();
    }

    @Test
    void chargesTheRecordsOfConverseOfSeveralFiles() {
        put("more/a.jsonl", converse("c1"), converse("c2"));
        put("more/b.jsonl", converse("c3"));
        put("more/notes.txt", "not a record");
        simulator.script(job(JobScript.completesAfter(1)));
        create(NOVA, "Converse", "more/");

        end();

        assertThat(charged).hasSize(2);
        conserves();
    }

    @Test
    void holdsTheWorstCaseUntilTheJobIsSettled() {
        simulator.script(job(JobScript.completesAfter(10_000)).withTokens(1_000, 200));
        create(HAIKU, "InvokeModel", "in/a.jsonl");

        follower.round();

        Money held = openJobs().get(0).reserved();
        assertThat(held).isGreaterThan(Money.parseUsd("0.0033"));
        clock.advance(Duration.ofSeconds(10));
        follower.round();
        assertThat(openJobs()).isEmpty();
        conserves();
    }

    @Test
    void chargesNothingForRecordsThatFailed() {
        put("in/a.jsonl", claude("r1"), "{\"recordId\":\"r2\",\"modelInput\":{}}", "no json", claude("r4"));
        simulator.script(job(JobScript.completesAfter(1)));
        create(HAIKU, "InvokeModel", "in/a.jsonl");

        end();

        assertThat(simulator.truth()).hasSize(2);
        conserves();
    }

    @Test
    void chargesAnExpiredJobForWhatItDid() {
        simulator.script(job(JobScript.endsEarly(1, "Expired", 2)));
        create(HAIKU, "InvokeModel", "in/a.jsonl");

        end();

        assertThat(states()).isEqualTo(Map.of("Expired", 1L));
        assertThat(simulator.truth()).hasSize(2);
        conserves();
    }

    @Test
    void chargesAStoppedJobForWhatItDid() {
        simulator.script(job(JobScript.completesAfter(9_000)));
        String arn = create(HAIKU, "InvokeModel", "in/a.jsonl");
        follower.round();
        clock.advance(Duration.ofSeconds(4));

        bedrock.stopModelInvocationJob(stop -> stop.jobIdentifier(arn));
        follower.round();

        assertThat(states()).isEqualTo(Map.of("Stopped", 1L));
        assertThat(simulator.truth()).hasSize(1);
        conserves();
    }

    @Test
    void settlesAJobThatFailedWithoutACharge() {
        simulator.script(job(JobScript.failsAfter(1, "no access to the bucket")));
        create(HAIKU, "InvokeModel", "in/a.jsonl");

        end();

        assertThat(openJobs()).isEmpty();
        assertThat(charged).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo(EntryState.NOT_BILLED);
            assertThat(entry.reason()).isEqualTo("nothing_answered");
        });
        conserves();
    }

    @Test
    void readsNoManifestButTheJobsOwn() {
        simulator.script(job(JobScript.completesAfter(1)));
        String arn = create(HAIKU, "InvokeModel", "in/a.jsonl");
        String id = arn.substring(arn.lastIndexOf('/') + 1);
        put(
                "out/" + id + "/copy/manifest.json.out",
                "{\"successRecordCount\":9,\"inputTokenCount\":9,\"outputTokenCount\":9}");
        put("out/" + id + "-other/a.jsonl.out", claude("stranger"));

        end();

        conserves();
    }

    @Test
    void goesOnAfterAProcessThatDiedBeforeItCouldRecordWhatItHadRead() {
        simulator.script(job(JobScript.completesAfter(1)));
        create(HAIKU, "InvokeModel", "in/a.jsonl");
        clock.advance(LONG);
        ledger.close();
        follower.round();
        assertThat(charged).isEmpty();

        ledger = open();
        follower = follower();
        follower.round();

        assertThat(openJobs()).isEmpty();
        conserves();
    }

    @Test
    void hasNothingMoreToDoAfterARestart() {
        simulator.script(job(JobScript.completesAfter(1)));
        create(HAIKU, "InvokeModel", "in/a.jsonl");
        end();
        BigInteger before = ledger.chargedPicos();
        ledger.close();

        ledger = open();
        int open = follower().round();

        assertThat(open).isZero();
        assertThat(ledger.chargedPicos()).isZero();
        assertThat(before).isEqualTo(truthPicos());
    }

    @Test
    void triesFilesAgainThatItMayNotReadYet() {
        simulator.script(job(JobScript.completesAfter(1)));
        create(HAIKU, "InvokeModel", "in/a.jsonl");
        clock.advance(LONG);
        simulator.script(denied().times(2)); // the input, and then the output
        assertThat(follower.round()).isEqualTo(1);
        assertThat(charged).isEmpty();

        assertThat(follower.round()).as("not before its turn").isEqualTo(1);
        clock.advance(LONG);
        assertThat(follower.round()).isZero();

        conserves();
    }

    @Test
    void chargesTheMostThatItMayHaveCostWhereItsOutputCanNeverBeRead() {
        simulator.script(job(JobScript.completesAfter(10_000)));
        create(HAIKU, "InvokeModel", "in/a.jsonl");
        follower.round();
        Money held = openJobs().get(0).reserved();
        clock.advance(LONG);
        simulator.script(denied().always());

        for (int i = 0; i < BatchFollower.READS_MAX; i++) {
            follower.round();
            clock.advance(LONG);
        }

        assertThat(openJobs()).isEmpty();
        assertThat(charged).singleElement().satisfies(entry -> {
            assertThat(entry.charge().cost()).isEqualTo(held);
            assertThat(entry.charge().status()).isEqualTo(CostStatus.USAGE_MISSING);
            assertThat(entry.state()).isEqualTo(EntryState.ESTIMATED);
        });
        assertThat(ledger.chargedPicos()).isGreaterThan(truthPicos());
    }

    @Test
    void chargesByTheRecordsWhereTheManifestSaysSomethingElseAndCountsThat() {
        simulator.script(job(JobScript.completesAfter(1)));
        String arn = create(HAIKU, "InvokeModel", "in/a.jsonl");
        clock.advance(LONG);
        bedrock.getModelInvocationJob(get -> get.jobIdentifier(arn));
        put(
                "out/" + arn.substring(arn.lastIndexOf('/') + 1) + "/manifest.json.out",
                "{\"totalRecordCount\":3,\"successRecordCount\":3,\"errorRecordCount\":0,\"inputTokenCount\":1,"
                        + "\"outputTokenCount\":1}");

        follower.round();

        assertThat(disagreements).hasSize(1);
        conserves();
    }

    @Test
    void findsTheJobOfACallWhoseAnswerWasLost() {
        simulator.script(job(JobScript.completesAfter(1)));
        createAndLose("token-1", 0);
        clock.advance(LONG);

        assertThat(follower.round()).isZero();

        assertThat(states()).isEqualTo(Map.of("Completed", 1L));
        conserves();
    }

    @Test
    void asksForLostJobsAgainWhereItWasNotToldAndUntilTheyMustBeListed() {
        createAndLose("token-1", 503);
        simulator.script(Script.NORMAL
                .forOperation("ListModelInvocationJobs")
                .withError(ErrorAnswer.of(403, "AccessDeniedException", "no")));
        assertThat(follower.round()).isZero();
        assertThat(states()).isEmpty();

        clock.advance(LONG);
        follower.round();

        assertThat(states()).isEqualTo(Map.of("Completed", 1L));
        conserves();
    }

    @Test
    void takesNoJobForItsOwnThatBearsNoTokenOfItsCalls() {
        bedrock.createModelInvocationJob(request(HAIKU, "InvokeModel", "in/a.jsonl", "of another"));
        lose("token-1", 0);

        assertThat(follower.round()).isZero();

        assertThat(states()).isEmpty();
    }

    @Test
    void followsTheOtherJobsThoughOneCannotBeRead() {
        simulator.script(job(JobScript.completesAfter(1)));
        create(HAIKU, "InvokeModel", "in/none.jsonl");
        simulator.script(job(JobScript.completesAfter(1)));
        create(HAIKU, "InvokeModel", "in/a.jsonl");
        clock.advance(LONG);
        simulator.script(Script.NORMAL
                .forOperation("GetModelInvocationJob")
                .withError(ErrorAnswer.of(500, "InternalServerException", "no")));

        assertThat(follower.round()).isEqualTo(1);

        assertThat(charged).hasSize(1);
    }

    /** The law: what the ledger charged, what was told of it, and what Bedrock bills are the same. */
    private void conserves() {
        BigInteger told = charged.stream()
                .map(entry -> BigInteger.valueOf(entry.charge().cost().picos()))
                .reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(told).isEqualTo(truthPicos());
        assertThat(ledger.chargedPicos()).isEqualTo(truthPicos());
    }

    private BigInteger truthPicos() {
        return simulator.truth().stream()
                .map(entry -> new BigDecimal(String.valueOf(entry.usd()))
                        .movePointRight(12)
                        .toBigIntegerExact())
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private void end() {
        clock.advance(LONG);
        assertThat(follower.round()).isZero();
    }

    private String create(String model, String type, String input) {
        return create(model, type, input, "token of " + created);
    }

    /** What a call through the proxy leaves in the ledger that creates a job. */
    private String create(String model, String type, String input, String token) {
        String arn = bedrock.createModelInvocationJob(request(model, type, input, token))
                .jobArn();
        LedgerIntent call = begin(model, token);
        ledger.recordAsyncJob(call, arn).toCompletableFuture().join();
        end(call, EntryState.EXACT, CostStatus.FREE, 200);
        return arn;
    }

    private static CreateModelInvocationJobRequest request(String model, String type, String input, String token) {
        return CreateModelInvocationJobRequest.builder()
                .jobName("nightly")
                .roleArn("arn:aws:iam::123456789012:role/batch")
                .modelId(model)
                .clientRequestToken(token)
                .modelInvocationType(type)
                .inputDataConfig(data -> data.s3InputDataConfig(s3 -> s3.s3Uri("s3://" + BUCKET + "/" + input)))
                .outputDataConfig(data -> data.s3OutputDataConfig(s3 -> s3.s3Uri("s3://" + BUCKET + "/out")))
                .build();
    }

    /** A job, and what a call leaves that created it and was not told. */
    private void createAndLose(String token, int httpStatus) {
        bedrock.createModelInvocationJob(request(HAIKU, "InvokeModel", "in/a.jsonl", token));
        lose(token, httpStatus);
    }

    private void lose(String token, int httpStatus) {
        end(begin(HAIKU, token), EntryState.NOT_BILLED, CostStatus.NOT_BILLED, httpStatus);
    }

    private LedgerIntent begin(String model, String token) {
        LedgerIntent call = intent(model);
        assertThat(ledger.tryTakeSlot()).isTrue();
        ledger.recordIntent(call).toCompletableFuture().join();
        ledger.recordAsyncStart(new AsyncStart(call, Owner.application(account()), token))
                .toCompletableFuture()
                .join();
        return call;
    }

    private void end(LedgerIntent call, EntryState state, CostStatus status, int httpStatus) {
        ledger.recordEntry(new LedgerEntry(
                        call,
                        clock.instant(),
                        state,
                        "complete",
                        Charge.withoutUsage(PricingMode.ON_DEMAND, status, PRICES.version()),
                        Money.ZERO,
                        null,
                        httpStatus,
                        0))
                .toCompletableFuture()
                .join();
    }

    private LedgerIntent intent(String model) {
        return new LedgerIntent(
                "01a21293-b601-7000-8000-00000000000" + created++,
                clock.instant(),
                account(),
                BatchJob.CREATED_BY,
                model,
                model,
                "us-east-1",
                "in_region_or_geo",
                "on_demand",
                Money.ZERO,
                PRICES.version(),
                null,
                300);
    }

    private static AccountId account() {
        return new AccountId("checkout", "web", "AKIDEXAMPLE");
    }

    private BatchFollower follower() {
        return new BatchFollower(new BatchFollower.Surroundings(
                () -> source, ledger, file(), () -> PRICES, new Told(), clock, new Random(1)));
    }

    private SqliteLedger open() {
        return SqliteLedger.open(new LedgerOptions(file(), 10, 0), clock, () -> {});
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }

    private List<BatchJob> openJobs() {
        try (LedgerReader reader = LedgerReader.open(file())) {
            return BatchJobs.open(reader);
        }
    }

    private Map<String, Long> states() {
        try (LedgerReader reader = LedgerReader.open(file())) {
            return BatchJobs.countByState(reader);
        }
    }

    private void put(String key, String... lines) {
        simulator.objects().put(BUCKET, key, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    private static Script job(JobScript how) {
        return Script.NORMAL.forOperation("CreateModelInvocationJob").withJob(how);
    }

    private static Script denied() {
        return Script.NORMAL.forOperation("GetObject").withError(ErrorAnswer.of(403, "AccessDenied", "Access Denied"));
    }

    private static String claude(String id) {
        return "{\"recordId\":\"" + id + "\",\"modelInput\":{\"anthropic_version\":\"bedrock-2023-05-31\","
                + "\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":\"hello " + id + "\"}]}}";
    }

    private static String converse(String id) {
        return "{\"recordId\":\"" + id + "\",\"modelInput\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\""
                + id + "\"}]}]}}";
    }

    private static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(SimulatorOptions.DEFAULT_ACCESS_KEY, SimulatorOptions.DEFAULT_SECRET_KEY));
    }

    private BedrockClient bedrock() {
        return BedrockClient.builder()
                .endpointOverride(simulator.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    private S3Client s3() {
        return S3Client.builder()
                .endpointOverride(simulator.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    /** Keeps what it is told. */
    private final class Told implements BatchListener {
        @Override
        public void follows(String identifier) {
            identifiers.add(identifier);
        }

        @Override
        public void charged(LedgerEntry entry) {
            charged.add(entry);
        }

        @Override
        public void disagreed(String model) {
            disagreements.add(model);
        }

        @Override
        public void standing(Map<String, Long> countByState) {
            standing = countByState;
        }
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

package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SECOND_SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SUPPORT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.metering.ledger.BatchJobs;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.proxy.world.Batches;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.LedgerView;
import io.bedrockmeter.proxy.world.ProxyProcess;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.JobScript;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrock.model.ConflictException;
import software.amazon.awssdk.services.bedrock.model.ModelInvocationJobStatus;
import software.amazon.awssdk.services.bedrock.model.ModelInvocationJobSummary;
import software.amazon.awssdk.services.bedrock.model.ResourceNotFoundException;

/**
 * Batch jobs through the front door: created by the unmodified SDK, followed to their end, and charged once to whoever created
 * them, to the picodollar of what Bedrock bills.
 */
final class BatchJobsTest {
    private static final String UNKNOWN = "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/zzzzzzzzzzzz";
    private static final String MANIFEST = "/manifest.json.out";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void areRefusedUntilTheyAreSwitchedOnAndTheRefusalSaysHow() {
        try (World world = World.open("limits: {async-invocations: true}")) {
            BedrockClient client = world.control(SEARCH_KEY);

            assertThatThrownBy(() -> Batches.create(client))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("limits.batch: true");
            assertThatThrownBy(() -> client.getModelInvocationJob(get -> get.jobIdentifier(UNKNOWN)))
                    .isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> client.listModelInvocationJobs(list -> {}))
                    .isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> client.stopModelInvocationJob(stop -> stop.jobIdentifier(UNKNOWN)))
                    .isInstanceOf(AccessDeniedException.class);
            assertThat(world.simulator().lookups()).isEmpty();
        }
    }

    @Test
    void areFollowedToTheirEndAndChargedToWhoeverCreatedThem() {
        try (World world = open(job(JobScript.completesAfter(200)).withTokens(1_000, 200))) {
            String arn = Batches.create(world.control(SUPPORT_KEY));

            settled(world, 1);

            assertThat(ofJobs(world)).singleElement().satisfies(row -> {
                assertThat(row.team()).isEqualTo("support");
                assertThat(row.keyId()).isEqualTo(SUPPORT_KEY);
                assertThat(row.mode()).isEqualTo("batch");
                assertThat(row.state()).isEqualTo("EXACT");
                assertThat(row.costStatus()).isEqualTo("priced");
                // Three records of 1,000 at 0.55 and 200 at 2.75 dollars a million.
                assertThat(row.costPicos()).isEqualTo(3_300_000_000L);
                assertThat(row.units()).isEqualTo(Map.of("input", 3_000L, "output", 600L));
            });
            assertThat(world.rows())
                    .filteredOn(row -> row.operation().equals("CreateModelInvocationJob"))
                    .singleElement()
                    .returns("free", Row::costStatus)
                    .returns(0L, Row::costPicos);
            assertThat(world.control(SUPPORT_KEY)
                            .getModelInvocationJob(get -> get.jobIdentifier(arn))
                            .status())
                    .isEqualTo(ModelInvocationJobStatus.COMPLETED);
            assertThat(scrape(world))
                    .contains("bedrock_meter_batch_jobs{state=\"Completed\"} 1.0")
                    .contains("mode=\"batch\"");
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void areChargedForTheRecordsThatWereAnsweredOnly() {
        try (World world = open(job(JobScript.completesAfter(1)))) {
            Batches.put(
                    world.simulator(),
                    "in/a.jsonl",
                    Batches.record("r1"),
                    "{\"recordId\":\"r2\",\"modelInput\":{}}",
                    "no json",
                    Batches.record("r4"));
            Batches.create(world.control(SEARCH_KEY));

            settled(world, 1);

            assertThat(world.simulator().truth()).hasSize(2);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void areChargedForWhatTheyDidWhenTheyExpireOrAreStopped() {
        try (World world = open(job(JobScript.endsEarly(1, "Expired", 2)))) {
            BedrockClient client = world.control(SEARCH_KEY);
            Batches.create(client);
            settled(world, 1);
            world.script(job(JobScript.completesAfter(60_000)));
            String stopped = Batches.create(client);

            client.stopModelInvocationJob(stop -> stop.jobIdentifier(Batches.id(stopped)));
            settled(world, 2);

            assertThat(states(world)).isEqualTo(Map.of("Expired", 1L, "Stopped", 1L));
            assertThat(ofJobs(world)).hasSize(2);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void areNotBilledAndSayWhyWhenTheyFail() {
        try (World world = open(job(JobScript.failsAfter(1, "no access to the bucket")))) {
            Batches.create(world.control(SEARCH_KEY));

            settled(world, 1);

            assertThat(states(world)).isEqualTo(Map.of("Failed", 1L));
            assertThat(ofJobs(world))
                    .singleElement()
                    .returns("NOT_BILLED", Row::state)
                    .returns("nothing_answered", Row::reason)
                    .returns("not_billed", Row::costStatus);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void areChargedEachWhenTheSameInputIsRunAgainAndOnceWhenTheSameRequestIs() {
        try (World world = open(job(JobScript.completesAfter(1)).times(2))) {
            BedrockClient client = world.control(SEARCH_KEY);

            String first = Batches.create(client, request -> request.clientRequestToken("token-1"));
            String repeated = Batches.create(client, request -> request.clientRequestToken("token-1"));
            String second = Batches.create(client, request -> request.clientRequestToken("token-2"));
            settled(world, 2);

            assertThat(repeated).isEqualTo(first).isNotEqualTo(second);
            assertThat(ofJobs(world)).hasSize(2);
            assertThat(world.rows())
                    .filteredOn(row -> row.operation().equals("CreateModelInvocationJob"))
                    .extracting(Row::reason)
                    .containsExactly("complete", "job_begun_before", "complete");
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void areChargedByTheirRecordsWhateverTheManifestSays() {
        try (World world = open(Script.NORMAL)) {
            String disagreeing = createAndHoldUp(world);
            Batches.put(
                    world.simulator(),
                    "out/" + disagreeing + MANIFEST,
                    "{\"totalRecordCount\":3,\"successRecordCount\":3,\"inputTokenCount\":1,\"outputTokenCount\":1}");
            settled(world, 1);
            String missing = createAndHoldUp(world);
            Batches.put(world.simulator(), "out/" + missing + MANIFEST, "");
            Batches.put(
                    world.simulator(),
                    "out/" + missing + "/copy" + MANIFEST,
                    "{\"successRecordCount\":9,\"inputTokenCount\":9,\"outputTokenCount\":9}");
            settled(world, 2);

            assertThat(ofJobs(world))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.state()).isEqualTo("EXACT"));
            assertThat(scrape(world))
                    .containsPattern("bedrock_meter_usage_disagreements_total\\{model=\"[^\"]+\"} 1.0");
            Conservation.holdsExactly(world);
        }
    }

    /** Creates a job that ends at once, which the proxy hears of a good while later. Returns its id. */
    private static String createAndHoldUp(World world) {
        world.script(job(JobScript.completesAfter(1)));
        world.script(Script.NORMAL
                .forOperation("GetModelInvocationJob")
                .withPace(Pace.DEFAULT.withFirstByteDelayMillis(2_500)));
        String arn = Batches.create(world.control(SEARCH_KEY));
        await().atMost(PATIENCE).until(() -> world.simulator().scriptsWaiting() == 0);
        return Batches.id(arn);
    }

    @Test
    void doNotLetAnybodyTellAStrangersJobFromOneThatDoesNotExist() {
        try (World world = open(job(JobScript.completesAfter(60_000)));
                BedrockClient direct = Batches.client(world.simulator())) {
            String arn = Batches.create(world.control(SEARCH_KEY), request -> request.clientRequestToken("token-1"));
            BedrockClient stranger = world.control(SUPPORT_KEY);

            ResourceNotFoundException bedrocksOwn = refusal(direct, UNKNOWN);
            for (String asked : List.of(arn, Batches.id(arn), UNKNOWN)) {
                assertThat(refusal(stranger, asked).awsErrorDetails())
                        .returns(bedrocksOwn.awsErrorDetails().errorCode(), details -> details.errorCode())
                        .returns(
                                bedrocksOwn.awsErrorDetails().errorMessage().replace(UNKNOWN, asked),
                                details -> details.errorMessage());
                assertThatThrownBy(() -> stranger.stopModelInvocationJob(stop -> stop.jobIdentifier(asked)))
                        .isInstanceOf(ResourceNotFoundException.class);
            }
            assertThat(list(stranger)).isEmpty();
            assertThatThrownBy(() -> Batches.create(stranger, request -> request.clientRequestToken("token-1")))
                    .isInstanceOf(ConflictException.class)
                    .message()
                    .doesNotContain("model-invocation-job/");
            assertThat(direct.getModelInvocationJob(get -> get.jobIdentifier(arn))
                            .status())
                    .isNotEqualTo(ModelInvocationJobStatus.STOPPED);
        }
    }

    @Test
    void areShownToEveryKeyOfTheApplicationByEitherName() {
        try (World world = open(job(JobScript.completesAfter(60_000)))) {
            String arn = Batches.create(world.control(SEARCH_KEY));
            Batches.create(world.control(SUPPORT_KEY));
            BedrockClient second = world.control(SECOND_SEARCH_KEY);

            assertThat(list(second)).containsExactly(arn);
            assertThat(Stream.of(arn, Batches.id(arn))
                            .map(name -> second.getModelInvocationJob(get -> get.jobIdentifier(name))
                                    .jobArn()))
                    .containsExactly(arn, arn);
        }
    }

    @Test
    void areNotCreatedWithoutATokenToFindThemBy() {
        try (World world = open(Script.NORMAL)) {
            String answer = world.raw()
                    .send("POST /model-invocation-job HTTP/1.1\r\nHost: localhost\r\nContent-Length: 47\r\n"
                            + "Connection: close\r\n\r\n{\"modelId\":\"anthropic.claude-3-haiku-20240307\"}")
                    .response()
                    .text();

            assertThat(answer).contains("clientRequestToken");
            assertThat(world.simulator().lookups()).isEmpty();
        }
    }

    @Test
    void areFoundAndChargedThoughTheAnswerWasLost() {
        try (World world = open(job(JobScript.completesAfter(1)).withFault(Fault.resetBeforeHead()))) {
            BedrockClient client = world.control(SEARCH_KEY);
            assertThatThrownBy(() -> Batches.create(client)).isInstanceOf(SdkException.class);

            settled(world, 1);

            assertThat(list(client)).hasSize(1);
            assertThat(ofJobs(world)).singleElement().returns("search", Row::team);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void areChargedOnceThoughTheProxyWasKilledBetweenTheirEndAndTheirCharge() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults());
                BedrockClient direct = Batches.client(simulator)) {
            giveInput(simulator);
            Path config = config(simulator);
            simulator.script(job(JobScript.completesAfter(2_000)));
            // Until it is killed, no process hears of the end.
            simulator.script(Script.NORMAL
                    .forOperation("GetModelInvocationJob")
                    .withPace(Pace.DEFAULT.withFirstByteDelayMillis(60_000)));
            String arn;
            try (ProxyProcess first = ProxyProcess.start(config);
                    BedrockClient search = Batches.client(first.port(), SEARCH_KEY)) {
                arn = Batches.create(search);
                await().atMost(PATIENCE).until(() -> simulator.scriptsWaiting() == 0);
                await().atMost(PATIENCE)
                        .until(() -> direct.getModelInvocationJob(get -> get.jobIdentifier(arn))
                                        .status()
                                == ModelInvocationJobStatus.COMPLETED);
                first.killAfter(0);
            }
            for (int i = 0; i < 2; i++) {
                try (ProxyProcess next = ProxyProcess.start(config)) {
                    await().atMost(PATIENCE).until(() -> openJobs(ledger()) == 0);
                    assertThat(next.stop()).isEqualTo(143);
                }
            }

            assertThat(LedgerView.rows(ledger()))
                    .filteredOn(row -> row.mode().equals("batch"))
                    .singleElement()
                    .returns("search", Row::team)
                    .returns(
                            simulator.truth().stream()
                                    .mapToLong(told -> new BigDecimal(told.usd())
                                            .movePointRight(12)
                                            .longValueExact())
                                    .sum(),
                            Row::costPicos);
        }
    }

    @Test
    void areFoundAndChargedThoughTheProxyWasKilledBeforeItHeardWhatItHadCreated() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults());
                BedrockClient direct = Batches.client(simulator)) {
            giveInput(simulator);
            Path config = config(simulator);
            simulator.script(job(JobScript.completesAfter(1)).withPace(Pace.DEFAULT.withFirstByteDelayMillis(60_000)));
            try (ProxyProcess first = ProxyProcess.start(config);
                    BedrockClient search = Batches.client(first.port(), SEARCH_KEY)) {
                CompletableFuture<?> call = CompletableFuture.runAsync(() -> Batches.create(search));
                await().atMost(PATIENCE).until(() -> list(direct).size() == 1);
                first.killAfter(0);
                assertThatThrownBy(call::join).isInstanceOf(CompletionException.class);
            }

            try (ProxyProcess next = ProxyProcess.start(config);
                    BedrockClient search = Batches.client(next.port(), SEARCH_KEY)) {
                await().atMost(PATIENCE).until(() -> list(search).size() == 1 && openJobs(ledger()) == 0);
                assertThat(next.stop()).isEqualTo(143);
            }

            assertThat(LedgerView.rows(ledger()))
                    .filteredOn(row -> row.mode().equals("batch"))
                    .singleElement()
                    .returns("search", Row::team)
                    .returns("EXACT", Row::state);
        }
    }

    private Path config(Simulator simulator) throws IOException {
        return World.configFile(folder, simulator.endpoint(), new World.Settings(Batches.SERVED, "", true, null));
    }

    private Path ledger() {
        return folder.resolve("ledger.db");
    }

    /** A world with an input of three records, in which the next job goes on as a script says. */
    private static World open(Script script) {
        World world = World.open(Batches.SERVED);
        giveInput(world.simulator());
        if (script.operation() != null) {
            world.script(script);
        }
        return world;
    }

    private static void giveInput(Simulator simulator) {
        Batches.put(simulator, "in/a.jsonl", Batches.record("r1"), Batches.record("r2"), Batches.record("r3"));
    }

    private static Script job(JobScript how) {
        return Script.NORMAL.forOperation("CreateModelInvocationJob").withJob(how);
    }

    /** Waits until so many jobs are known and settled. */
    private static void settled(World world, int jobs) {
        await("jobs are settled")
                .atMost(PATIENCE)
                .until(() -> openJobs(world.ledger()) == 0
                        && states(world).values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum()
                                == jobs);
    }

    private static Map<String, Long> states(World world) {
        try (LedgerReader ledger = LedgerReader.open(world.ledger())) {
            return BatchJobs.countByState(ledger);
        }
    }

    private static int openJobs(Path ledger) {
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            return BatchJobs.open(reader).size();
        }
    }

    private static List<Row> ofJobs(World world) {
        return world.rows().stream()
                .filter(row -> row.operation().equals("ModelInvocationJob"))
                .toList();
    }

    private static List<String> list(BedrockClient client) {
        return client.listModelInvocationJobsPaginator(list -> list.maxResults(1)).stream()
                .flatMap(page -> page.invocationJobSummaries().stream())
                .map(ModelInvocationJobSummary::jobArn)
                .toList();
    }

    private static String scrape(World world) {
        return world.proxy().metered().scraped().registry().scrape();
    }

    private static ResourceNotFoundException refusal(BedrockClient client, String job) {
        return catchThrowableOfType(
                ResourceNotFoundException.class, () -> client.getModelInvocationJob(get -> get.jobIdentifier(job)));
    }
}

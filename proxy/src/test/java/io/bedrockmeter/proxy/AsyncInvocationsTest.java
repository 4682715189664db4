package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SECOND_SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SUPPORT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Jobs;
import io.bedrockmeter.proxy.world.LedgerView;
import io.bedrockmeter.proxy.world.ProxyProcess;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.script.JobScript;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrockruntime.model.AsyncInvokeStatus;
import software.amazon.awssdk.services.bedrockruntime.model.AsyncInvokeSummary;
import software.amazon.awssdk.services.bedrockruntime.model.ConflictException;
import software.amazon.awssdk.services.bedrockruntime.model.ListAsyncInvokesRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ListAsyncInvokesResponse;
import software.amazon.awssdk.services.bedrockruntime.model.SortOrder;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Asynchronous invocations through the front door: begun once, and shown to whoever began them and nobody else. */
final class AsyncInvocationsTest {
    private static final String UNKNOWN = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/zzzzzzzzzzzz";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void areRefusedUntilTheyAreSwitchedOnAndTheRefusalSaysHow() {
        try (World world = World.open()) {
            BedrockRuntimeClient client = world.sync(SEARCH_KEY);

            assertThatThrownBy(() -> Jobs.begin(client))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("limits.async-invocations: true");
            assertThatThrownBy(() -> list(client, all -> {})).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> client.getAsyncInvoke(r -> r.invocationArn(UNKNOWN)))
                    .isInstanceOf(AccessDeniedException.class);
            assertThat(world.simulator().truth()).isEmpty();
        }
    }

    @Test
    void areShownToWhoeverBeganThemOverEitherProtocol() {
        try (World world = World.open(Jobs.SERVED)) {
            BedrockRuntimeClient search = world.sync(SEARCH_KEY);
            BedrockRuntimeAsyncClient support = world.async(SUPPORT_KEY);

            String film = Jobs.begin(search);
            String other = support.startAsyncInvoke(Jobs.film()).join().invocationArn();

            assertThat(search.getAsyncInvoke(r -> r.invocationArn(film)).invocationArn())
                    .isEqualTo(film);
            assertThat(support.getAsyncInvoke(r -> r.invocationArn(other))
                            .join()
                            .invocationArn())
                    .isEqualTo(other);
            assertThat(list(search, all -> {})).containsExactly(film);
            assertThat(arns(support.listAsyncInvokes(all -> {}).join())).containsExactly(other);
            assertThat(Conservation.settled(world))
                    .filteredOn(row -> row.operation().equals("StartAsyncInvoke"))
                    .hasSize(2)
                    .allSatisfy(row -> {
                        assertThat(row.state()).isEqualTo("ESTIMATED");
                        assertThat(row.reason()).isEqualTo("job_begun");
                        assertThat(row.units()).isEqualTo(Map.of("video_second", 6L));
                    });
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void doNotLetAnybodyTellAStrangersJobFromOneThatDoesNotExist() {
        try (World world = World.open(Jobs.SERVED);
                BedrockRuntimeClient direct = Jobs.client(world.simulator().endpoint())) {
            String film = Jobs.begin(world.sync(SEARCH_KEY));
            BedrockRuntimeClient stranger = world.sync(SUPPORT_KEY);
            int before = world.simulator().truth().size();

            ValidationException ofStranger = refusal(stranger, film);
            ValidationException ofUnknown = refusal(stranger, UNKNOWN);

            assertThat(world.simulator().truth()).hasSize(before);
            ValidationException bedrocksOwn = refusal(direct, UNKNOWN);
            assertThat(List.of(ofStranger, ofUnknown))
                    .extracting(e -> List.of(
                            e.statusCode(),
                            e.awsErrorDetails().errorCode(),
                            e.awsErrorDetails().errorMessage()))
                    .containsOnly(List.of(
                            bedrocksOwn.statusCode(),
                            bedrocksOwn.awsErrorDetails().errorCode(),
                            bedrocksOwn.awsErrorDetails().errorMessage()));
            assertThat(list(stranger, all -> {})).isEmpty();
        }
    }

    @Test
    void countOnceHoweverOftenTheyAreBegunWithOneToken() {
        try (World world = World.open(Jobs.SERVED)) {
            BedrockRuntimeClient client = world.sync(SEARCH_KEY);

            List<String> told = IntStream.range(0, 3)
                    .mapToObj(i -> client.startAsyncInvoke(Jobs.film("token-1")).invocationArn())
                    .toList();

            assertThat(new HashSet<>(told)).hasSize(1);
            List<Row> rows = Conservation.settled(world);
            assertThat(rows)
                    .extracting(Row::reason)
                    .containsExactly("job_begun", "job_begun_before", "job_begun_before");
            assertThat(rows).extracting(Row::state).containsExactly("ESTIMATED", "NOT_BILLED", "NOT_BILLED");
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void countOnceIfRepeatedAtTheSameTime() {
        try (World world = World.open(Jobs.SERVED);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            BedrockRuntimeAsyncClient client = world.async(SEARCH_KEY);

            List<CompletableFuture<String>> calls = IntStream.range(0, 12)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> client.startAsyncInvoke(Jobs.film("token-1"))
                                    .join()
                                    .invocationArn(),
                            threads))
                    .toList();
            Set<String> told =
                    new HashSet<>(calls.stream().map(CompletableFuture::join).toList());

            assertThat(told).hasSize(1);
            assertThat(Conservation.settled(world))
                    .filteredOn(row -> row.costPicos() > 0)
                    .hasSize(1);
        }
    }

    @Test
    void stayWithWhoeverBeganThemThoughAStrangerRepeatsTheRequest() {
        try (World world = World.open(Jobs.SERVED)) {
            BedrockRuntimeClient search = world.sync(SEARCH_KEY);
            BedrockRuntimeClient stranger = world.sync(SUPPORT_KEY);
            String film = search.startAsyncInvoke(Jobs.film("token-1")).invocationArn();

            assertThatThrownBy(() -> stranger.startAsyncInvoke(Jobs.film("token-1")))
                    .isInstanceOf(ConflictException.class)
                    .message()
                    .doesNotContain("async-invoke/");

            refusal(stranger, film);
            assertThat(search.getAsyncInvoke(r -> r.invocationArn(film)).invocationArn())
                    .isEqualTo(film);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void belongToAllKeysOfAnApplicationAndToOneWhereNobodyNamedAny() {
        try (World world = World.open(Jobs.SERVED)) {
            String shared = Jobs.begin(world.sync(SEARCH_KEY));
            String single = Jobs.begin(world.sync("AKIAUNLISTED00000001"));

            assertThat(list(world.sync(SECOND_SEARCH_KEY), all -> {})).containsExactly(shared);
            assertThat(list(world.sync("AKIAUNLISTED00000001"), all -> {})).containsExactly(single);
            assertThat(list(world.sync("AKIAUNLISTED00000002"), all -> {})).isEmpty();
        }
    }

    @Test
    void arePagedSoThatEveryPageIsWithinWhatWasAskedForAndAllPagesTogetherHaveAll() {
        try (World world = World.open(Jobs.SERVED)) {
            BedrockRuntimeClient search = world.sync(SEARCH_KEY);
            BedrockRuntimeClient support = world.sync(SUPPORT_KEY);
            List<String> own = new ArrayList<>();
            own.add(Jobs.begin(search));
            List<String> others =
                    IntStream.range(0, 6).mapToObj(i -> Jobs.begin(support)).toList();
            own.add(Jobs.begin(search));
            own.add(Jobs.begin(search));
            world.script(Script.NORMAL
                    .forOperation("ListAsyncInvokes")
                    .withPace(Pace.DEFAULT.withChunkBytes(7))
                    .always());

            List<ListAsyncInvokesResponse> pages =
                    search.listAsyncInvokesPaginator(r -> r.maxResults(2).sortOrder(SortOrder.ASCENDING)).stream()
                            .toList();

            assertThat(pages)
                    .hasSize(5)
                    .allSatisfy(page ->
                            assertThat(arns(page)).hasSizeLessThanOrEqualTo(2).doesNotContainAnyElementsOf(others));
            assertThat(pages).anySatisfy(page -> assertThat(arns(page)).isEmpty());
            assertThat(pages.stream().flatMap(page -> arns(page).stream())).containsExactlyElementsOf(own);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void areFilteredAndSortedAsAsked() {
        try (World world = World.open(Jobs.SERVED)) {
            BedrockRuntimeClient client = world.sync(SEARCH_KEY);
            Instant before = Instant.now().minusSeconds(60);
            world.script(Script.NORMAL.withJob(JobScript.completesAfter(0)));
            String completed = Jobs.begin(client);
            world.script(
                    Script.NORMAL.withJob(JobScript.failsAfter(0, "no film")).withBilled(false));
            String failed = Jobs.begin(client);

            assertThat(list(client, r -> r.statusEquals(AsyncInvokeStatus.COMPLETED)))
                    .containsExactly(completed);
            assertThat(list(client, r -> r.statusEquals(AsyncInvokeStatus.FAILED)))
                    .containsExactly(failed);
            assertThat(list(client, r -> r.submitTimeBefore(before))).isEmpty();
            assertThat(list(client, r -> r.submitTimeAfter(before).sortOrder(SortOrder.ASCENDING)))
                    .containsExactly(completed, failed);
            assertThat(list(client, r -> r.submitTimeAfter(before).sortOrder(SortOrder.DESCENDING)))
                    .containsExactly(failed, completed);
        }
    }

    @Test
    void areKnownToTheNextProcessThoughTheOneThatSawThemBegunWasKilled() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults())) {
            Path config =
                    World.configFile(folder, simulator.endpoint(), new World.Settings(Jobs.SERVED, "", true, null));
            String film;
            try (ProxyProcess first = ProxyProcess.start(config);
                    BedrockRuntimeClient search = Jobs.client(first.port(), SEARCH_KEY)) {
                film = search.startAsyncInvoke(Jobs.film("token-1")).invocationArn();
                first.killAfter(0);
            }

            try (ProxyProcess next = ProxyProcess.start(config);
                    BedrockRuntimeClient search = Jobs.client(next.port(), SEARCH_KEY);
                    BedrockRuntimeClient stranger = Jobs.client(next.port(), SUPPORT_KEY)) {
                assertThat(search.getAsyncInvoke(r -> r.invocationArn(film)).invocationArn())
                        .isEqualTo(film);
                assertThat(list(search, all -> {})).containsExactly(film);
                assertThat(search.startAsyncInvoke(Jobs.film("token-1")).invocationArn())
                        .isEqualTo(film);
                refusal(stranger, film);
                assertThat(list(stranger, all -> {})).isEmpty();
                assertThat(next.stop()).isEqualTo(143);
            }

            assertThat(LedgerView.rows(folder.resolve("ledger.db")))
                    .filteredOn(row -> row.operation().equals("StartAsyncInvoke"))
                    .extracting(Row::reason)
                    .containsExactly("job_begun", "job_begun_before");
        }
    }

    @Test
    void countOnceThoughTheProcessWasKilledBeforeItHeardWhatItHadBegun() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults())) {
            simulator.script(Script.NORMAL
                    .forOperation("StartAsyncInvoke")
                    .withPace(Pace.DEFAULT.withFirstByteDelayMillis(60_000)));
            Path config =
                    World.configFile(folder, simulator.endpoint(), new World.Settings(Jobs.SERVED, "", true, null));
            try (ProxyProcess first = ProxyProcess.start(config);
                    BedrockRuntimeClient direct = Jobs.client(simulator.endpoint());
                    BedrockRuntimeClient search = Jobs.client(first.port(), SEARCH_KEY)) {
                CompletableFuture<?> call =
                        CompletableFuture.runAsync(() -> search.startAsyncInvoke(Jobs.film("token-1")));
                await().atMost(PATIENCE).until(() -> list(direct, all -> {}).size() == 1);
                first.killAfter(0);
                assertThatThrownBy(call::join).isInstanceOf(CompletionException.class);
            }

            try (ProxyProcess next = ProxyProcess.start(config);
                    BedrockRuntimeClient search = Jobs.client(next.port(), SEARCH_KEY)) {
                String film = search.startAsyncInvoke(Jobs.film("token-1")).invocationArn();
                assertThat(search.getAsyncInvoke(r -> r.invocationArn(film)).invocationArn())
                        .isEqualTo(film);
            }

            assertThat(LedgerView.rows(folder.resolve("ledger.db")))
                    .filteredOn(row -> row.operation().equals("StartAsyncInvoke"))
                    .extracting(Row::state)
                    .containsExactly("UNKNOWN_AFTER_CRASH", "NOT_BILLED");
        }
    }

    private static ValidationException refusal(BedrockRuntimeClient client, String arn) {
        return catchThrowableOfType(ValidationException.class, () -> client.getAsyncInvoke(r -> r.invocationArn(arn)));
    }

    private static List<String> list(BedrockRuntimeClient client, Consumer<ListAsyncInvokesRequest.Builder> request) {
        return arns(client.listAsyncInvokes(request));
    }

    private static List<String> arns(ListAsyncInvokesResponse page) {
        return page.asyncInvokeSummaries().stream()
                .map(AsyncInvokeSummary::invocationArn)
                .toList();
    }
}

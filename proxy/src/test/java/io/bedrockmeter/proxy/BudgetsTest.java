package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SUPPORT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.metering.budget.BudgetStatus;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceQuotaExceededException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Budgets through the front door: spending never passes the limit, and SDKs raise what they have for it. */
final class BudgetsTest {
    /** A call of {@link #small} can cost a little less than a cent, and costs some hundredths of one. */
    private static final String CENT = "budgets: {search-total: {limit: 0.01 USD, period: total, teams: [search]}}";

    private static final long CENT_PICOS = Money.parseUsd("0.01").picos();

    @Test
    void refusesWhatTheLimitHasNoRoomForWithTheSdksOwnException() throws Exception {
        try (World world = World.open(CENT)) {
            BedrockRuntimeClient client = world.sync(SEARCH_KEY);
            ConverseResponse first = client.converse(small());
            ServiceQuotaExceededException refusal = untilRefused(client);
            int calls = world.simulator().truth().size();

            assertThat(refusal.statusCode()).isEqualTo(400);
            assertThat(refusal.awsErrorDetails().errorMessage())
                    .startsWith("Budget 'search-total' has no room for this call: limit 0.01 USD, spent 0.00")
                    .endsWith("Ask for the limit to be raised.");
            assertThat(refusal.numAttempts()).as("SDKs do not try again").isEqualTo(1);
            assertThat(first.sdkHttpResponse()
                            .firstMatchingHeader("x-bedrock-meter-budget-remaining-usd")
                            .map(left -> Money.parseUsd(left).picos()))
                    .hasValue(CENT_PICOS - world.rows().get(0).costPicos());
            assertThat(spent(world)).isBetween(1L, CENT_PICOS);
            assertThat(status(world)).returns(spent(world), BudgetStatus::spent).returns(0L, BudgetStatus::reserved);
            world.sync(SUPPORT_KEY).converse(small());
            assertThat(world.simulator().truth().size())
                    .as("nothing that was refused went out")
                    .isEqualTo(calls + 1);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void showsHowItStandsOnMetersAndToWhoeverAsks() throws Exception {
        try (World world = World.open(CENT)) {
            untilRefused(world.sync(SEARCH_KEY));

            String metrics = admin(world, "/metrics");
            JsonNode budget = JsonMapper.shared()
                    .readTree(admin(world, "/v1/budgets"))
                    .path("budgets")
                    .get(0);

            String usd = Money.ofPicos(spent(world)).toUsdString();
            assertThat(metrics)
                    .contains(
                            "bedrock_meter_budget_limit_usd{budget=\"search-total\",period=\"total\",team=\"all\"} 0.01")
                    .contains("bedrock_meter_budget_spent_usd{budget=\"search-total\",period=\"total\",team=\"all\"} "
                            + Double.parseDouble(usd))
                    .contains(
                            "bedrock_meter_budget_reserved_usd{budget=\"search-total\",period=\"total\",team=\"all\"} 0.0")
                    .contains("bedrock_meter_budget_rejections_total{action=\"reject\",budget=\"search-total\"} 1.0")
                    .contains("bedrock_meter_refusals_total{reason=\"budget\"} 1.0");
            assertThat(budget.path("spent_usd").asString()).isEqualTo(usd);
            assertThat(budget.path("limit_usd").asString()).isEqualTo("0.01");
            assertThat(budget.path("overshoot_bound_usd").asString()).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @CsvSource({"strict, 0", "balanced, 0.002"})
    void holdsUnderFiftyCallers(String mode, String overshoot) {
        String overshootKey = mode.equals("balanced") ? ", overshoot: " + overshoot + " USD" : "";
        try (World world =
                World.open(CENT.replace("limit: 0.01 USD", "limit: 0.1 USD, mode: " + mode + overshootKey))) {
            BedrockRuntimeAsyncClient client = world.async(SEARCH_KEY);
            AtomicInteger refused = new AtomicInteger();
            List<CompletableFuture<?>> callers = new ArrayList<>();
            for (int caller = 0; caller < 50; caller++) {
                callers.add(CompletableFuture.runAsync(() -> {
                    for (int call = 0; call < 10; call++) {
                        try {
                            client.converse(small()).join();
                        } catch (CompletionException e) {
                            assertThat(e).hasCauseInstanceOf(ServiceQuotaExceededException.class);
                            refused.incrementAndGet();
                        }
                    }
                }));
            }
            CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).join();

            assertThat(refused).hasPositiveValue();
            assertThat(spent(world))
                    .isPositive()
                    .isLessThanOrEqualTo(Money.parseUsd("0.1")
                            .plus(Money.parseUsd(overshoot))
                            .picos());
            assertThat(status(world))
                    .returns(spent(world), BudgetStatus::spent)
                    .returns(0L, BudgetStatus::reserved)
                    .returns(0L, BudgetStatus::exposure)
                    .returns(0L, BudgetStatus::unforeseen);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void remembersWhatWasSpentBeforeARestart() {
        try (World world = World.open(CENT)) {
            untilRefused(world.sync(SEARCH_KEY));
            BudgetStatus before = status(world);

            world.restart();

            assertThat(status(world)).returns(before.spent(), BudgetStatus::spent);
            assertThat(catchThrowableOfType(
                            ServiceQuotaExceededException.class,
                            () -> world.sync(SEARCH_KEY).converse(small())))
                    .isNotNull();
        }
    }

    @Test
    void knowsWhatWasSpentBeforeItCameIntoForce() throws IOException {
        try (World world = World.open("# none")) {
            for (int i = 0; i < 5; i++) {
                world.sync(SEARCH_KEY).converse(small());
            }
            Conservation.settled(world);

            reload(world, "# none", CENT);

            assertThat(status(world).spent()).isEqualTo(spent(world)).isPositive();
            reload(world, "0.01 USD", "0.02 USD");
            assertThat(status(world).spent()).isEqualTo(spent(world));
            reload(world, "budgets: {", "# {");
            assertThat(world.proxy().metered().budgets().statuses(Instant.now()))
                    .isEmpty();
        }
    }

    @Test
    void logsTheThresholdsThatSpendingReaches() {
        try (World world = World.open(CENT.replace("period:", "thresholds: [1, 2], period:"));
                Warnings warnings = new Warnings()) {
            untilRefused(world.sync(SEARCH_KEY));

            await().untilAsserted(() -> assertThat(warnings.lines())
                    .filteredOn(line -> line.contains("reached a threshold"))
                    .satisfiesExactlyInAnyOrder(
                            line -> assertThat(line)
                                    .contains("budget=search-total of=all percent=1 ", "limit=0.01 USD"),
                            line -> assertThat(line)
                                    .contains("budget=search-total of=all percent=2 ", "limit=0.01 USD")));
        }
    }

    @Test
    void raisesAndFreezesWithAReload() throws IOException {
        try (World world = World.open(CENT)) {
            BedrockRuntimeClient client = world.sync(SEARCH_KEY);
            untilRefused(client);

            reload(world, "0.01 USD", "0.01 USD, raised-by: 1 USD, raised-until: '2999-01-01T00:00:00Z'");
            client.converse(small());
            reload(world, "period: total", "period: total, frozen: 'the experiment is over, ask Ann'");

            assertThat(untilRefused(client).awsErrorDetails().errorMessage())
                    .isEqualTo(
                            "Budget 'search-total' is frozen, so nothing is spent of it: the experiment is over, ask Ann");
            assertThat(status(world).limit()).isEqualTo(Money.parseUsd("1.01").picos());
        }
    }

    @Test
    void givesBackWhatACallThatFailedHadReserved() {
        try (World world = World.open(CENT)) {
            BedrockRuntimeClient client = world.sync(SEARCH_KEY);
            for (int i = 0; i < 5; i++) {
                world.script(Script.NORMAL.withError(ErrorAnswer.throttled()));
                assertThat(catchThrowableOfType(BedrockRuntimeException.class, () -> client.converse(small())))
                        .isNotNull();
            }
            await().untilAsserted(() ->
                    assertThat(status(world)).returns(0L, BudgetStatus::spent).returns(0L, BudgetStatus::reserved));
        }
    }

    @Test
    void refusesAModelWithoutAPrice() {
        try (World world = World.open(CENT)) {
            ServiceQuotaExceededException refusal = catchThrowableOfType(
                    ServiceQuotaExceededException.class,
                    () -> world.sync(SEARCH_KEY)
                            .converse(small().toBuilder()
                                    .modelId("acme.never-heard-of-v1:0")
                                    .build()));

            assertThat(refusal.awsErrorDetails().errorMessage())
                    .contains("there is no price for model 'acme.never-heard-of-v1:0'");
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void passesAndCountsWhereItOnlyWatches() throws Exception {
        try (World world = World.open(CENT.replace("period:", "mode: shadow, period:"))) {
            BedrockRuntimeClient client = world.sync(SEARCH_KEY);
            for (int i = 0; i < 30; i++) {
                client.converse(small());
            }

            assertThat(admin(world, "/metrics"))
                    .containsPattern("budget_rejections_total\\{action=\"shadow\",budget=\"search-total\"} [1-9]");
            Conservation.holdsExactly(world);
        }
    }

    /** A call with few tokens of output at most. */
    private static ConverseRequest small() {
        return ConverseRequest.builder()
                .modelId(Calls.HAIKU)
                .messages(Message.builder()
                        .role("user")
                        .content(ContentBlock.fromText("hi"))
                        .build())
                .inferenceConfig(limits -> limits.maxTokens(40))
                .build();
    }

    private static ServiceQuotaExceededException untilRefused(BedrockRuntimeClient client) {
        for (int i = 0; i < 100; i++) {
            ServiceQuotaExceededException refusal =
                    catchThrowableOfType(ServiceQuotaExceededException.class, () -> client.converse(small()));
            if (refusal != null) {
                return refusal;
            }
        }
        throw new AssertionError("a hundred calls were let through");
    }

    private static void reload(World world, String before, String after) throws IOException {
        Files.writeString(
                world.configFile(), Files.readString(world.configFile()).replace(before, after));
        switch (new ConfigLoader(Map.of()).load(world.configFile())) {
            case LoadedConfig.Valid valid -> world.proxy().reload(valid.config());
            case LoadedConfig.Invalid invalid ->
                throw new AssertionError(invalid.problems().toString());
        }
    }

    private static long spent(World world) {
        return world.rows().stream()
                .filter(row -> row.team().equals("search"))
                .mapToLong(Row::costPicos)
                .sum();
    }

    private static BudgetStatus status(World world) {
        return world.proxy().metered().budgets().statuses(Instant.now()).get(0);
    }

    private static String admin(World world, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + world.proxy().adminPort() + path);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}

package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.metering.report.Dimension;
import io.bedrockmeter.metering.report.UsageQuery;
import io.bedrockmeter.metering.report.UsageReport;
import io.bedrockmeter.metering.report.UsageRow;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.LedgerView;
import io.bedrockmeter.proxy.world.ProxyProcess;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.control.Lookup;
import io.bedrockmeter.simulator.control.Resource;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Identifiers that name no model, through the front door: priced at last, and never waited for. */
final class IdentifiersTest {
    private static final String HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String RERANK = "cohere.rerank-v3-5:0";
    private static final String LITE = "amazon.nova-lite-v1:0";
    private static final String ACCOUNT = "arn:aws:bedrock:us-east-1:123456789012:";
    private static final String PROFILE = ACCOUNT + "application-inference-profile/profile00001";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Script DENIED = Script.NORMAL
            .forOperation("GetInferenceProfile")
            .withError(ErrorAnswer.of(403, "AccessDeniedException", "not authorized"));

    @TempDir
    private Path folder;

    static Stream<Arguments> forms() {
        return Stream.of(
                Arguments.of("a regional profile", PROFILE, regional(), HAIKU, "in_region_or_geo"),
                Arguments.of(
                        "a geographic profile",
                        PROFILE,
                        List.of(Resource.geographicProfile("profile00001", HAIKU)),
                        HAIKU,
                        "in_region_or_geo"),
                Arguments.of(
                        "a global profile",
                        PROFILE,
                        List.of(Resource.globalProfile("profile00001", HAIKU)),
                        HAIKU,
                        "global"),
                Arguments.of(
                        "provisioned throughput",
                        ACCOUNT + "provisioned-model/provis000001",
                        List.of(Resource.provisionedModel("provis000001", LITE, 3)),
                        LITE,
                        "in_region_or_geo"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void pricesCallsBeforeAndAfterTheModelIsKnownAsAmazonDoes(
            String form, String identifier, List<Resource> resources, String model, String routing) {
        try (World world = World.open()) {
            resources.forEach(world.simulator()::resource);
            BedrockRuntimeClient client = world.sync(World.SEARCH_KEY);

            converse(client, identifier);
            await(form).atMost(PATIENCE).until(() -> corrections(world.rows()) == 1);
            converse(client, identifier);

            List<Row> calls = Row.ofCalls(Conservation.settled(world));
            assertThat(calls)
                    .hasSize(2)
                    .allSatisfy(call -> assertThat(call.model()).isEqualTo(model));
            assertThat(corrections(world.rows())).isEqualTo(1);
            assertThat(world.simulator().lookups()).hasSize(1);
            assertThat(report(world, Dimension.ROUTING))
                    .singleElement()
                    .satisfies(row -> assertThat(row.group()).containsExactly(routing));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void saysOnceWhyAFineTunedModelIsRefusedOnDemandAndBillsNothing() {
        String custom = ACCOUNT + "custom-model/amazon.nova-lite-v1:0:300k/custom000001";
        try (World world = World.open("metering: {resolve: false}");
                Warnings warnings = new Warnings()) {
            world.script(Script.NORMAL
                    .withError(ErrorAnswer.of(400, "ValidationException", "on-demand throughput"))
                    .always());
            BedrockRuntimeClient client = world.sync(World.SEARCH_KEY);

            for (String identifier : List.of(custom, custom, LITE)) {
                assertThatThrownBy(() -> converse(client, identifier)).isInstanceOf(ValidationException.class);
            }

            assertThat(Conservation.settled(world))
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row.costStatus()).isEqualTo("not_billed"));
            assertThat(warnings.lines())
                    .singleElement()
                    .asString()
                    .contains("CreateCustomModelDeployment")
                    .contains(custom);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void saysOnceOfANewModelByWhichPricesItIsPerhapsBilledAndAppliesNone() {
        try (World world = World.open();
                Warnings warnings = new Warnings()) {
            BedrockRuntimeClient client = world.sync(World.SEARCH_KEY);

            converse(client, "anthropic.claude-haiku-4-6");
            converse(client, "anthropic.claude-haiku-4-6");

            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.costStatus()).isEqualTo("unpriced_model"))
                    .allSatisfy(row -> assertThat(row.model()).isEqualTo("anthropic.claude-haiku-4-6"));
            assertThat(warnings.lines())
                    .singleElement()
                    .asString()
                    .contains("prices.aliases", HAIKU, "generation 4.5 and not 4.6");
        }
    }

    @Test
    void leadsFromADeploymentOverItsCustomModelToTheBaseAndInventsNoPrice() {
        try (World world = World.open()) {
            Resource.deployment("deploy000001", "custom000001", LITE).forEach(world.simulator()::resource);

            converse(world.sync(World.SEARCH_KEY), ACCOUNT + "custom-model-deployment/deploy000001");

            await().atMost(PATIENCE).until(() -> corrections(world.rows()) == 1);
            assertThat(Row.ofCalls(world.rows())).singleElement().satisfies(call -> {
                assertThat(call.model()).isEqualTo(LITE);
                assertThat(call.costStatus()).startsWith("unpriced_");
            });
            assertThat(world.simulator().lookups())
                    .extracting(Lookup::operation)
                    .containsExactly("GetCustomModelDeployment", "GetCustomModel");
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void takesTheModelOfARoutersCallFromItsAnswer() {
        try (World world = World.open()) {
            world.simulator().resource(Resource.promptRouter("router000001", LITE, HAIKU));

            converse(world.sync(World.SEARCH_KEY), ACCOUNT + "prompt-router/router000001");

            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("priced", Row::costStatus)
                    .returns(LITE, Row::model);
            assertThat(report(world, Dimension.MODEL))
                    .singleElement()
                    .satisfies(row -> assertThat(row.group()).containsExactly(LITE));
            assertThat(scrape(world)).contains("model=\"" + LITE + "\"");
            assertThat(world.simulator().lookups()).isEmpty();
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void readsCallsAsTheirModelsOwnFromTheNextCallOn() {
        try (World world = World.open()) {
            world.simulator().resource(Resource.regionalProfile("profile00001", RERANK));
            BedrockRuntimeClient client = world.sync(World.SEARCH_KEY);

            rerank(client, PROFILE);
            await().atMost(PATIENCE).until(() -> corrections(world.rows()) == 1);
            rerank(client, PROFILE);

            List<Row> calls = Row.ofCalls(Conservation.settled(world));
            assertThat(calls).extracting(Row::model).containsOnly(RERANK);
            assertThat(calls).extracting(Row::state).containsExactly("ESTIMATED", "EXACT");
            assertThat(calls.get(1))
                    .returns("priced", Row::costStatus)
                    .returns(Map.of("search_unit", 1L), Row::units)
                    .returns(picos(world.simulator().truth().get(1).usd()), Row::costPicos);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void asksNothingAboutAModelThatIsPaidByTimeWhateverItIs() {
        try (World world = World.open()) {
            world.simulator().resource(Resource.importedModel("import000001", 2));

            converse(world.sync(World.SEARCH_KEY), ACCOUNT + "imported-model/import000001");

            assertThat(Conservation.settled(world)).singleElement().returns("prepaid", Row::costStatus);
            assertThat(world.simulator().lookups()).isEmpty();
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void asksAgainWhenItIsThrottledAndLosesNoCallMeanwhile() {
        try (World world = World.open()) {
            regional().forEach(world.simulator()::resource);
            world.script(Script.NORMAL
                    .forOperation("GetInferenceProfile")
                    .withError(ErrorAnswer.throttled())
                    .times(2));
            BedrockRuntimeClient client = world.sync(World.SEARCH_KEY);

            for (int call = 0; call < 5; call++) {
                converse(client, PROFILE);
            }

            await().atMost(PATIENCE).until(() -> corrections(world.rows()) == 5);
            assertThat(world.simulator().lookups()).extracting(Lookup::status).containsExactly(429, 429, 200);
            assertThat(report(world, Dimension.COST_STATUS))
                    .singleElement()
                    .satisfies(
                            row -> assertThat(row).returns(5L, UsageRow::calls).returns(0L, UsageRow::unpricedCalls));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void showsALookUpThatIsDeniedOrFindsNothingAndServesTheCalls() {
        try (World world = World.open()) {
            world.script(DENIED);
            BedrockRuntimeClient client = world.sync(World.SEARCH_KEY);

            converse(client, PROFILE);
            converse(client, ACCOUNT + "application-inference-profile/unknown00001");

            await().atMost(PATIENCE).until(() -> world.simulator().lookups().size() == 2);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(scrape(world))
                            .contains("operation=\"GetInferenceProfile\",reason=\"denied\"} 1.0")
                            .contains("operation=\"GetInferenceProfile\",reason=\"not_found\"} 1.0"));
            assertThat(report(world, Dimension.COST_STATUS))
                    .singleElement()
                    .satisfies(row -> assertThat(row.group()).containsExactly("unpriced_model"));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void asksNothingAboutWhatBedrockRefuses() throws IOException {
        try (World world = World.open()) {
            world.script(Script.NORMAL.withError(ErrorAnswer.of(400, "ValidationException", "no such model")));
            RawClient client = world.raw();

            RawResponse answer = send(client, PROFILE);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(Conservation.settled(world)).hasSize(1);
            assertThat(world.simulator().lookups()).isEmpty();
        }
    }

    @Test
    void asksNothingWhereItIsSwitchedOff() {
        try (World world = World.open("metering: {meter-hold: 0s, resolve: false}")) {
            regional().forEach(world.simulator()::resource);

            converse(world.sync(World.SEARCH_KEY), PROFILE);

            assertThat(Conservation.settled(world)).singleElement().returns("unpriced_model", Row::costStatus);
            assertThat(world.simulator().lookups()).isEmpty();
        }
    }

    @Test
    void pricesInTheNextProcessWhatAKilledOneLeftUnpriced() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults())) {
            regional().forEach(simulator::resource);
            simulator.script(DENIED);
            Path config = World.configFile(folder, simulator.endpoint(), World.Settings.DEFAULT);
            try (ProxyProcess proxy = ProxyProcess.start(config);
                    RawClient client = RawClient.connect(proxy.port())) {
                assertThat(send(client, PROFILE).status()).isEqualTo(200);
                await().atMost(PATIENCE)
                        .until(() -> proxy.said().stream()
                                .anyMatch(
                                        line -> line.contains("WARN") && line.contains("bedrock:GetInferenceProfile")));
                proxy.killAfter(0);
            }
            assertThat(LedgerView.rows(folder.resolve("ledger.db")))
                    .singleElement()
                    .returns("unpriced_model", Row::costStatus);

            try (ProxyProcess next = ProxyProcess.start(config)) {
                await().atMost(PATIENCE).until(() -> corrections(LedgerView.rows(folder.resolve("ledger.db"))) == 1);
                assertThat(next.stop()).isEqualTo(143);
            }

            assertThat(Row.ofCalls(LedgerView.rows(folder.resolve("ledger.db"))))
                    .singleElement()
                    .satisfies(call -> {
                        assertThat(call.model()).isEqualTo(HAIKU);
                        assertThat(call.costStatus()).isEqualTo("priced");
                        assertThat(call.costPicos())
                                .isEqualTo(picos(simulator.truth().get(0).usd()));
                    });
        }
    }

    private static List<Resource> regional() {
        return List.of(Resource.regionalProfile("profile00001", HAIKU));
    }

    private static long picos(@Nullable String usd) {
        return new BigDecimal(Objects.requireNonNull(usd)).movePointRight(12).longValueExact();
    }

    private static long corrections(List<Row> rows) {
        return rows.stream().filter(row -> row.calls() < 0).count();
    }

    private static List<UsageRow> report(World world, Dimension dimension) {
        return UsageReport.read(world.ledger(), UsageQuery.by(dimension)).rows();
    }

    private static String scrape(World world) {
        return world.proxy().metered().scraped().registry().scrape();
    }

    private static void converse(BedrockRuntimeClient client, String identifier) {
        Message hello = Message.builder()
                .role("user")
                .content(ContentBlock.fromText("hi"))
                .build();
        client.converse(request -> request.modelId(identifier).messages(hello));
    }

    private static void rerank(BedrockRuntimeClient client, String identifier) {
        client.invokeModel(request -> request.modelId(identifier)
                .body(SdkBytes.fromUtf8String("{\"query\":\"q\",\"documents\":[\"a\",\"b\"],\"api_version\":2}")));
    }

    private static RawResponse send(RawClient client, String identifier) throws IOException {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}";
        return client.send("POST /model/" + URLEncoder.encode(identifier, StandardCharsets.UTF_8)
                        + "/converse HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .response();
    }
}

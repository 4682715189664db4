package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SECOND_SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SUPPORT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;

/** Limits of requests, tokens and calls at once: what SDKs raise, and that each call gives back what it held. */
final class RateLimitsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ONE_AT_A_TIME = "limits: {drain: 300ms, rates: {one: {per: app, concurrent: 1}}}";
    private static final String TWO_A_MINUTE =
            "limits: {rates: {pair: {team: search, per: app, requests-per-minute: 2}}}";
    /** Slow enough to call once more in the middle. */
    private static final Script SLOW = Script.NORMAL
            .withTokens(30, 200)
            .withPace(Pace.DEFAULT.withEvents(40, 20).withEventDelayMillis(15));

    @TempDir
    private Path folder;

    @Test
    void raisesTheSdksOwnExceptionWithAMessageThatNamesTheLimit() {
        try (World world = World.open(TWO_A_MINUTE)) {
            BedrockRuntimeClient sync = world.sync(SEARCH_KEY);
            BedrockRuntimeAsyncClient async = world.async(SECOND_SEARCH_KEY);
            Calls.converse(sync);
            Calls.converse(async).join();

            ThrottlingException unary = catchThrowableOfType(ThrottlingException.class, () -> Calls.converse(sync));
            CompletableFuture<?> streamed = Calls.converseStream(async);

            assertThat(unary.statusCode()).isEqualTo(429);
            assertThat(unary.awsErrorDetails().errorCode()).isEqualTo("ThrottlingException");
            assertThat(unary.awsErrorDetails().errorMessage())
                    .matches("Too many requests: application search/ranking may make 2 a minute"
                            + " \\(limits\\.rates\\.pair\\.requests-per-minute\\)\\. Try again in (29|30) s\\.");
            assertThat(unary.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Retry-After"))
                    .hasValueSatisfying(seconds -> assertThat(seconds).isIn("29", "30"));
            assertThat(streamed)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(ThrottlingException.class);
            Calls.converse(world.sync(SUPPORT_KEY));
            assertThat(Conservation.settled(world))
                    .as("refused calls have no entry")
                    .hasSize(3);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void countsItsOwnRefusalsApartFromThoseOfAmazonBedrock() {
        try (World world = World.open(TWO_A_MINUTE)) {
            BedrockRuntimeClient client = world.sync(SEARCH_KEY);
            world.script(Script.NORMAL.withError(ErrorAnswer.throttled()));
            assertThatThrownBy(() -> Calls.converse(client)).isInstanceOf(ThrottlingException.class);
            Calls.converse(client);

            assertThatThrownBy(() -> Calls.converse(client)).isInstanceOf(ThrottlingException.class);

            String metrics = metrics(world);
            assertThat(metrics)
                    .contains(
                            "bedrock_meter_rate_refusals_total{limit=\"pair\",reason=\"requests\",team=\"search\"} 1.0")
                    .contains("bedrock_meter_refusals_total{reason=\"rate_limited\"} 1.0");
            assertThat(metrics.lines()
                            .filter(line -> line.startsWith("bedrock_meter_requests_total{")
                                    && line.contains("outcome=\"throttled\"")))
                    .singleElement()
                    .asString()
                    .endsWith(" 1.0");
        }
    }

    @Test
    void answersInTheFormOfTheRoute() {
        try (World world = World.open("limits: {rates: {one: {per: all, requests-per-minute: 1}}}")) {
            world.raw().send(Calls.rawConverse()).response();

            RawResponse openAi = world.raw()
                    .send(
                            Calls.rawAt(
                                    "/openai/v1/chat/completions",
                                    "{\"model\":\"openai.gpt-oss-20b-1:0\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                    .response();
            RawResponse anthropic = world.raw()
                    .send(Calls.rawAt(
                            "/anthropic/v1/messages",
                            "{\"model\":\"" + Calls.HAIKU
                                    + "\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                    .response();

            assertThat(openAi.status()).isEqualTo(429);
            assertThat(openAi.header("retry-after")).isIn("59", "60");
            assertThat(openAi.text())
                    .contains("{\"error\":{\"message\":\"Too many requests: everybody together may make 1 a minute")
                    .contains("\"type\":\"rate_limit_error\"");
            assertThat(anthropic.status()).isEqualTo(429);
            assertThat(anthropic.text()).contains("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"");
        }
    }

    /** Claude Haiku 4.5: each token of output counts five times, and none that was read from a cache. */
    @Test
    void countsTokensAsAmazonBedrockDoes() {
        try (World world = World.open("limits: {rates: {pace: {per: team, tokens-per-minute: 20000}}}")) {
            BedrockRuntimeClient client = world.sync(SEARCH_KEY);
            world.script(Script.NORMAL.withTokens(1_000, 1_500).times(3));
            converse(client, 15_000);
            converse(client, 5_000);

            ThrottlingException third = catchThrowableOfType(ThrottlingException.class, () -> converse(client, 4_000));

            // Twice 1,000 + 5 × 1,500 are used; 4,000 and a few are asked for.
            assertThat(third.getMessage()).contains("team search may use 20000 a minute, and this call asks for 40");
            assertThat(third.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Retry-After"))
                    .hasValueSatisfying(
                            seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 4));
            converse(client, 2_000);
            assertThat(Conservation.settled(world)).hasSize(3);
        }
    }

    @Test
    void refusesACallWhileAnotherIsUnderWay() {
        try (World world = World.open(ONE_AT_A_TIME)) {
            world.script(SLOW);
            RawClient underWay = world.raw().send(signed(Calls.rawConverseStream()));
            underWay.readUntil("contentBlockDelta");

            ThrottlingException refused =
                    catchThrowableOfType(ThrottlingException.class, () -> Calls.converse(world.sync(SEARCH_KEY)));

            assertThat(refused.getMessage()).contains("application search/ranking may have 1 under way");
            assertThat(refused.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Retry-After"))
                    .isEmpty();
            Calls.converse(world.sync(SUPPORT_KEY));
            underWay.readUntil("metadata");
            freeAgain(world);
        }
    }

    @Test
    void givesBackWhatACallHeldHoweverItEnds() {
        List<Script> endings = List.of(
                Script.NORMAL,
                Script.NORMAL.withError(ErrorAnswer.throttled()),
                Script.NORMAL.withError(ErrorAnswer.of(500, "InternalServerException", "no")),
                Script.NORMAL.withFault(Fault.resetBeforeHead()),
                Script.NORMAL.withFault(Fault.resetAfter(10)));
        try (World world = World.open(ONE_AT_A_TIME)) {
            for (Script ending : endings) {
                world.script(ending);
                world.raw().send(Calls.last(signed(Calls.rawConverse()))).readAll();

                freeAgain(world);
            }
        }
    }

    @Test
    void givesBackWhatACallHeldThatNeverReachedItsUpstream() {
        try (World world =
                World.inFrontOf(URI.create("http://127.0.0.1:1"), new World.Settings(ONE_AT_A_TIME, "", false, null))) {
            for (int i = 0; i < 3; i++) {
                RawResponse answer =
                        world.raw().send(signed(Calls.rawConverse())).response();

                assertThat(answer.status()).isEqualTo(502);
            }
            assertThat(world.proxy().metered().rates().held()).isZero();
        }
    }

    @Test
    void holdsWhatTheAnswerOfACallerWhoHasLeftIsReadOnWith() {
        try (World world = World.open(ONE_AT_A_TIME)) {
            world.script(SLOW);
            RawClient caller = world.raw().send(signed(Calls.rawConverseStream()));
            caller.readUntil("contentBlockDelta");
            caller.reset();

            assertThatThrownBy(() -> Calls.converse(world.sync(SEARCH_KEY))).isInstanceOf(ThrottlingException.class);

            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
            freeAgain(world);
        }
    }

    @Test
    void givesBackWhatACallHeldThatIsCutByAStop() throws Exception {
        try (World world = World.open(ONE_AT_A_TIME)) {
            world.script(Script.NORMAL
                    .withTokens(30, 200)
                    .withPace(Pace.DEFAULT.withEvents(10_000, 20).withEventDelayMillis(40)));
            RawClient caller = world.raw().send(signed(Calls.rawConverseStream()));
            caller.readUntil("contentBlockDelta");
            assertThat(world.proxy().metered().rates().held()).isEqualTo(1);

            world.proxy().drain();

            assertThat(world.proxy().metered().rates().held()).isZero();
        }
    }

    @Test
    void holdsOneSessionAtATime() throws Exception {
        try (World world = World.open(ONE_AT_A_TIME)) {
            BedrockRuntimeAsyncClient client = world.async(SEARCH_KEY);
            Session session = Session.open(client).begin().turn(20_000);
            await("an answer").atMost(PATIENCE).until(() -> session.heard("audioOutput") == 1);

            Session second = Session.open(client).begin().end();

            assertThat(second.call())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(ThrottlingException.class);
            session.end().call().get(20, TimeUnit.SECONDS);
            freeAgain(world);
        }
    }

    @Test
    void limitsAKeyByWhatItsFileSaysOnly() {
        Keys keys = new Keys(folder);
        IssuedKey slow = keys.create(new Allowance(1, 0, 0));
        IssuedKey other = keys.create();
        try (World world = World.open(keys.section())) {
            Calls.converse(world.sync(slow.key().id(), slow.secretAccessKey()));

            assertThatThrownBy(() -> Calls.converse(world.sync(slow.key().id(), slow.secretAccessKey())))
                    .isInstanceOf(ThrottlingException.class)
                    .hasMessageContaining("key " + slow.key().id() + " may make 1 a minute")
                    .hasMessageContaining("its own limit of requests-per-minute");
            assertThatThrownBy(() -> {
                        IssuedKey rotated = keys.rotate(slow, Duration.ofHours(1));
                        Calls.converse(world.sync(rotated.key().id(), slow.secretAccessKey()));
                    })
                    .isInstanceOf(ThrottlingException.class);
            Calls.converse(world.sync(other.key().id(), other.secretAccessKey()));
            assertThat(metrics(world))
                    .contains(
                            "bedrock_meter_rate_refusals_total{limit=\"key\",reason=\"requests\",team=\"search\"} 2.0");
        }
    }

    @Test
    void takesAnotherLimitIntoForceWithoutForgettingWhatIsUnderWay() throws IOException {
        try (World world = World.open(ONE_AT_A_TIME)) {
            world.script(SLOW);
            RawClient first = world.raw().send(signed(Calls.rawConverseStream()));
            first.readUntil("contentBlockDelta");

            reload(world, "concurrent: 1", "concurrent: 2");
            world.script(SLOW);
            RawClient second = world.raw().send(signed(Calls.rawConverseStream()));
            second.readUntil("contentBlockDelta");

            assertThatThrownBy(() -> Calls.converse(world.sync(SEARCH_KEY)))
                    .isInstanceOf(ThrottlingException.class)
                    .hasMessageContaining("may have 2 under way");
            first.readUntil("metadata");
            second.readUntil("metadata");
            freeAgain(world);
        }
    }

    /** Its holds are given back, and a call is admitted as proof. */
    private static void freeAgain(World world) {
        Conservation.settled(world);
        assertThat(world.proxy().metered().rates().held()).isZero();
        Calls.converse(world.sync(SEARCH_KEY));
    }

    private static void converse(BedrockRuntimeClient client, int maxTokens) {
        client.converse(r -> r.modelId(Calls.HAIKU)
                .inferenceConfig(limit -> limit.maxTokens(maxTokens))
                .messages(Message.builder()
                        .role("user")
                        .content(ContentBlock.fromText("hi"))
                        .build()));
    }

    private static String signed(String call) {
        return call.replaceFirst(
                "\r\n",
                "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" + SEARCH_KEY
                        + "/20261125/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0\r\n");
    }

    private static String metrics(World world) {
        URI url = URI.create("http://127.0.0.1:" + world.proxy().adminPort() + "/metrics");
        try (var in = url.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
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
}

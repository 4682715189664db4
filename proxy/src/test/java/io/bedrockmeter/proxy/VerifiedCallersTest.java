package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.keys.Network;
import io.bedrockmeter.proxy.keys.Permissions;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClientBuilder;
import software.amazon.awssdk.services.bedrockruntime.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** Virtual keys through the front door: unmodified SDKs that are let in, and everybody else that is not. */
final class VerifiedCallersTest {
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    @Test
    void metersWhatTheSdkCallsWithAKeyOverBothVersionsOfHttp() throws Exception {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.open(keys.section())) {
            Calls.converse(world.sync(key.key().id(), key.secretAccessKey()));
            Calls.invoke(world.sync(key.key().id(), key.secretAccessKey()));
            Calls.converse(world.async(key.key().id(), key.secretAccessKey())).get(20, TimeUnit.SECONDS);
            Calls.converseStream(world.async(key.key().id(), key.secretAccessKey()))
                    .get(20, TimeUnit.SECONDS);

            assertThat(Conservation.settled(world))
                    .hasSize(4)
                    .allSatisfy(row -> assertThat(row)
                            .returns("search", Row::team)
                            .returns("ranking", Row::app)
                            .returns("EXACT", Row::state));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void verifiesEachFrameOfASession() throws Exception {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.open(keys.section())) {
            Session session = Session.open(world.async(key.key().id(), key.secretAccessKey()));

            session.begin().turn(20_000).end().call().get(20, TimeUnit.SECONDS);

            assertThat(session.heard("usageEvent")).isPositive();
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("search", Row::team)
                    .returns("EXACT", Row::state);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void refusesAnotherSecretAnotherKeyAndAnotherRegionWithTheSdksOwnExceptions() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.open(keys.section())) {
            assertThat(refusal(world.sync(key.key().id(), "another"))).isEqualTo("InvalidSignatureException");
            assertThat(refusal(world.sync("BMKAAAAAAAAAAAAAAAAA", key.secretAccessKey())))
                    .isEqualTo("UnrecognizedClientException");
            assertThat(refusal(client(world, key, Region.US_WEST_2))).isEqualTo("InvalidSignatureException");
            assertThat(refusal(withToken(world, key))).isEqualTo("UnrecognizedClientException");
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void enforcesTheRulesOfAKeyWithTheModelledException() throws IOException {
        Keys keys = new Keys(folder);
        List<Permissions> others = List.of(
                new Permissions(List.of("amazon.nova-*"), List.of(), List.of(), List.of(), List.of()),
                new Permissions(List.of(), List.of("eu-west-1"), List.of(), List.of(), List.of()),
                new Permissions(List.of(), List.of(), List.of("ConverseStream"), List.of(), List.of()),
                new Permissions(List.of(), List.of(), List.of(), List.of("gr-1"), List.of()),
                new Permissions(List.of(), List.of(), List.of(), List.of(), List.of(Network.parse("10.0.0.0/8"))));
        List<String> rules = List.of("models", "regions", "operations", "guardrails", "networks");
        IssuedKey fitting = keys.create(
                Instant.now().plusSeconds(3_600),
                new Permissions(
                        List.of("anthropic.claude-haiku-*"),
                        List.of("us-east-1"),
                        List.of("Converse"),
                        List.of(),
                        List.of(Network.parse("127.0.0.0/8"))));
        List<IssuedKey> issued = others.stream()
                .map(permissions -> keys.create(null, permissions))
                .toList();
        try (World world = World.open(keys.section())) {
            for (int i = 0; i < rules.size(); i++) {
                IssuedKey key = issued.get(i);
                assertThatThrownBy(() -> Calls.converse(world.sync(key.key().id(), key.secretAccessKey())))
                        .isInstanceOf(AccessDeniedException.class)
                        .hasMessageContaining(key.key().id())
                        .hasMessageContaining(rules.get(i));
            }
            assertThat(world.rows()).isEmpty();

            Calls.converse(world.sync(fitting.key().id(), fitting.secretAccessKey()));

            assertThat(Conservation.settled(world)).hasSize(1);
        }
    }

    @Test
    void takesAGuardrailWhereTheOperationDoesAndNowhereElse() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create(null, new Permissions(List.of(), List.of(), List.of(), List.of("gr-1"), List.of()));
        try (World world = World.open(keys.section())) {
            String inBody = "{\"guardrailConfig\":{\"guardrailIdentifier\":\"gr-1\",\"guardrailVersion\":\"1\"},"
                    + "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}";
            String twice =
                    inBody.replace("\"guardrailVersion\"", "\"guardrailIdentifier\":\"gr-2\",\"guardrailVersion\"");

            int named = bearer(world, key, Calls.raw("converse", inBody), "");
            int differing = bearer(world, key, Calls.raw("converse", twice), "");
            int inHeader = bearer(world, key, Calls.rawConverse(), "X-Amzn-Bedrock-GuardrailIdentifier: gr-1\r\n");

            assertThat(named).isEqualTo(200);
            assertThat(differing).isEqualTo(403);
            assertThat(inHeader).as("Converse takes none from a header").isEqualTo(403);
        }
    }

    @Test
    void refusesAKeyThatHasRunOut() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create(Instant.now().minusSeconds(1), Permissions.ALL);
        try (World world = World.open(keys.section())) {
            assertThat(refusal(world.sync(key.key().id(), key.secretAccessKey())))
                    .isEqualTo("ExpiredTokenException");
        }
    }

    @Test
    void takesTheBearerKeyFromTheSdkAndAnywhereElse() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.open(keys.section())) {
            Calls.converse(world.bearer(key.bearerKey()));
            String messages = "{\"model\":\"us.anthropic.claude-haiku-4-5-20251001-v1:0\",\"max_tokens\":9,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
            int apiKey = world.raw()
                    .send(Calls.rawAt("/anthropic/v1/messages", messages)
                            .replaceFirst("\r\n", "\r\nx-api-key: " + key.bearerKey() + "\r\n"))
                    .response()
                    .status();
            int elsewhere = world.raw()
                    .send(Calls.rawConverse().replaceFirst("\r\n", "\r\nx-api-key: " + key.bearerKey() + "\r\n"))
                    .response()
                    .status();
            String last = key.bearerKey().endsWith("A") ? "B" : "A";
            int forged = world.raw()
                    .send(Calls.rawConverse()
                            .replaceFirst(
                                    "\r\n",
                                    "\r\nAuthorization: Bearer "
                                            + key.bearerKey()
                                                    .substring(
                                                            0, key.bearerKey().length() - 1) + last
                                            + "\r\n"))
                    .response()
                    .status();

            assertThat(apiKey).isEqualTo(200);
            assertThat(elsewhere).as("it is Anthropic's header only").isEqualTo(403);
            assertThat(forged).isEqualTo(403);
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.team()).isEqualTo("search"));
        }
    }

    @Test
    void revokesAKeyWithinASecondAndRotatesOneWithoutAGap() {
        Keys keys = new Keys(folder);
        IssuedKey revoked = keys.create();
        IssuedKey first = keys.create();
        try (World world = World.open(keys.section())) {
            Calls.converse(world.sync(revoked.key().id(), revoked.secretAccessKey()));

            keys.revoke(revoked);
            IssuedKey second = keys.rotate(first, Duration.ofHours(1));
            IssuedKey third = keys.create();

            BedrockRuntimeClient late = world.sync(revoked.key().id(), revoked.secretAccessKey());
            await().atMost(A_SECOND)
                    .untilAsserted(() -> assertThat(refusal(late)).isEqualTo("UnrecognizedClientException"));
            Calls.converse(world.sync(first.key().id(), first.secretAccessKey()));
            Calls.converse(world.sync(second.key().id(), second.secretAccessKey()));
            Calls.converse(world.sync(third.key().id(), third.secretAccessKey()));
            assertThat(first.key().id()).isEqualTo(second.key().id());
            assertThat(first.secretAccessKey()).isNotEqualTo(second.secretAccessKey());

            IssuedKey fourth = keys.rotate(second, Duration.ZERO);
            BedrockRuntimeClient old = world.sync(first.key().id(), first.secretAccessKey());
            await().atMost(A_SECOND)
                    .untilAsserted(() -> assertThat(refusal(old)).isEqualTo("InvalidSignatureException"));
            Calls.converse(world.sync(fourth.key().id(), fourth.secretAccessKey()));
        }
    }

    @Test
    void keepsTheKeysInForceWhereTheFileIsBroken() throws IOException {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = World.open(keys.section());
                Warnings warnings = new Warnings()) {
            Files.writeString(keys.file(), "{\"format\":1,\"keys\":[{\"id\":");

            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(warnings.lines())
                            .anyMatch(line -> line.contains("keys refused") && line.contains("is not JSON")));
            Calls.converse(world.sync(key.key().id(), key.secretAccessKey()));
        }
    }

    @Test
    void neverWritesASecretOrAPrompt() throws IOException {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        String prompt = "a-prompt-that-nobody-else-may-read";
        try (Warnings log = new Warnings()) {
            try (World world = World.open(keys.section())) {
                BedrockRuntimeClient good = world.sync(key.key().id(), key.secretAccessKey());
                Message said = Message.builder()
                        .role("user")
                        .content(ContentBlock.fromText(prompt))
                        .build();
                good.converse(r -> r.modelId(Calls.HAIKU).messages(said));
                refusal(world.sync(key.key().id(), "wrong-secret-of-a-caller"));
                bearer(world, key, Calls.raw("converse", "{\"messages\":\"" + prompt + "\"}"), "");
                keys.rotate(key, Duration.ZERO);
                await().until(() -> log.everything().stream().anyMatch(line -> line.contains("change=rotated")));

                assertThat(log.everything())
                        .anyMatch(line -> line.contains("call refused reason=wrong_signature key="
                                + key.key().id()));
                try (Stream<Path> files = Files.walk(world.ledger().getParent())) {
                    for (Path file : files.filter(Files::isRegularFile)
                            .filter(path -> path.toString().contains("ledger"))
                            .toList()) {
                        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                                .doesNotContain(key.secretAccessKey(), key.bearerKey(), Keys.MASTER, prompt);
                    }
                }
            }
            assertThat(Files.readString(keys.file()))
                    .doesNotContain(key.secretAccessKey(), key.bearerKey(), Keys.MASTER);
            assertThat(log.everything())
                    .noneMatch(line -> Stream.of(
                                    key.secretAccessKey(),
                                    key.bearerKey(),
                                    Keys.MASTER,
                                    prompt,
                                    "wrong-secret-of-a-caller")
                            .anyMatch(line::contains));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1"})
    void mayBindAnyAddressWithKeys(String address) throws IOException {
        Keys keys = new Keys(folder);
        keys.create();
        Path file = World.configFile(
                folder, URI.create("http://127.0.0.1:1"), new World.Settings(keys.section(), "", true, null));
        Files.writeString(
                file,
                Files.readString(file).replace("listen: {port: 0}", "listen: {port: 0, address: " + address + "}"));

        assertThat(new ConfigLoader(Map.of()).load(file)).isInstanceOf(LoadedConfig.Valid.class);
    }

    private static String refusal(BedrockRuntimeClient client) {
        BedrockRuntimeException no = catchThrowableOfType(BedrockRuntimeException.class, () -> Calls.converse(client));
        assertThat(no).as("the call is refused").isNotNull();
        assertThat(no.statusCode()).isEqualTo(403);
        assertThat(no.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Date"))
                .as("a clock to correct one's own by")
                .isPresent();
        return no.awsErrorDetails().errorCode();
    }

    private static int bearer(World world, IssuedKey key, String call, String header) {
        return world.raw()
                .send(call.replaceFirst("\r\n", "\r\nAuthorization: Bearer " + key.bearerKey() + "\r\n" + header))
                .response()
                .status();
    }

    private static StaticCredentialsProvider credentials(IssuedKey key) {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(key.key().id(), key.secretAccessKey()));
    }

    private static BedrockRuntimeClientBuilder builder(World world) {
        return BedrockRuntimeClient.builder()
                .endpointOverride(world.endpoint())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)));
    }

    private static BedrockRuntimeClient client(World world, IssuedKey key, Region region) {
        return builder(world)
                .region(region)
                .credentialsProvider(credentials(key))
                .build();
    }

    private static BedrockRuntimeClient withToken(World world, IssuedKey key) {
        return builder(world)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsSessionCredentials.create(key.key().id(), key.secretAccessKey(), "left-behind")))
                .build();
    }
}

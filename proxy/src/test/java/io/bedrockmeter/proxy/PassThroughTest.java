package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;

/** Callers' own API keys, which go on to Bedrock and are verified there. */
final class PassThroughTest {
    private static final String OWNER = "AKIAOWNER00000000001";
    private static final String SECRET = "the-secret-of-an-owner";
    private static final String NAME = "BedrockAPIKey-ab12-at-123456789012";
    private static final String LONG_TERM = "ABSK" + base64(NAME + ":a-secret-that-aws-alone-knows-0123456789");
    private static final String MODE = "auth: {mode: pass-through}";

    @TempDir
    private Path folder;

    @Test
    void passesALongTermKeyOnAndChargesWhoeverItNames() throws Exception {
        try (World world = world(LONG_TERM)) {
            account(world, NAME, "search");

            Calls.converse(world.bearer(LONG_TERM));
            Calls.converse(world.bearerAsync(LONG_TERM)).get(20, TimeUnit.SECONDS);
            Calls.converseStream(world.bearerAsync(LONG_TERM)).get(20, TimeUnit.SECONDS);

            assertThat(Conservation.settled(world))
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row)
                            .returns("search", Row::team)
                            .returns(NAME, Row::keyId)
                            .returns("EXACT", Row::state));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void passesAShortTermKeyOnAndChargesWhoeverSignedIt() {
        String key = shortTerm(SECRET);
        try (World world = World.open(
                new World.Settings(MODE, "", true, null),
                SimulatorOptions.defaults().withKey(OWNER, SECRET))) {
            Calls.converse(world.bearer(key));

            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("nobody", Row::team)
                    .returns(OWNER, Row::keyId);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void passesAwsOwnRefusalOnAndChargesNothing() {
        try (World world = world(LONG_TERM)) {
            BedrockRuntimeException no = refusal(world.bearer(shortTerm("another-secret")));
            BedrockRuntimeException forged =
                    refusal(world.bearer("ABSK" + base64(NAME + ":a-secret-that-somebody-made-up-01234")));

            assertThat(no.awsErrorDetails().errorCode()).isEqualTo("UnrecognizedClientException");
            assertThat(forged.awsErrorDetails().errorCode()).isEqualTo("UnrecognizedClientException");
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row)
                            .returns("NOT_BILLED", Row::state)
                            .returns(0L, Row::costPicos)
                            .returns(403, Row::httpStatus));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void namesAKeyThatSaysNothingByItsHash() {
        String key = "ABSKnothing-that-can-be-read";
        try (World world = world(key)) {
            Calls.converse(world.bearer(key));

            assertThat(Conservation.settled(world))
                    .singleElement()
                    .extracting(Row::keyId)
                    .asString()
                    .matches("sha256:[0-9a-f]{16}");
        }
    }

    @Test
    void sendsTheCallersKeyAndNothingOfItsOwn() throws IOException {
        AtomicReference<String> received = new AtomicReference<>("");
        try (RawUpstream upstream = RawUpstream.behaving(line -> {
                    received.set(line.requestText());
                    line.say(RawUpstream.answer("11111111-1111-1111-1111-111111111111"));
                });
                World world = World.inFrontOf(
                        URI.create("http://127.0.0.1:" + upstream.port()), new World.Settings(MODE, "", true, null))) {
            String messages =
                    "{\"model\":\"us.anthropic.claude-haiku-4-5-20251001-v1:0\",\"max_tokens\":9,\"messages\":[]}";
            world.raw()
                    .send(Calls.rawAt("/anthropic/v1/messages", messages)
                            .replaceFirst("\r\n", "\r\nx-api-key: " + LONG_TERM + "\r\n"))
                    .response();

            assertThat(received.get().toLowerCase(Locale.ROOT))
                    .contains("authorization: bearer " + LONG_TERM.toLowerCase(Locale.ROOT))
                    .doesNotContain("x-api-key", "x-amz-date", "aws4-hmac", "akiasimulator");
        }
    }

    @Test
    void refusesWhatCannotBePassedOnAndSaysWhatCan() {
        try (World world = world(LONG_TERM)) {
            assertThat(refusal(world.sync("AKIAANY0000000000001")))
                    .hasMessageContaining("a signature cannot be: it covers the name of the host")
                    .hasMessageContaining("AWS_BEARER_TOKEN_BEDROCK");
            assertThat(refusal(world.bearer("sk-a-key-of-somebody-else-entirely")))
                    .hasMessageContaining("was not sent anywhere");
            RawResponse nobody = world.raw().send(Calls.rawConverse()).response();
            assertThat(nobody.status()).isEqualTo(403);
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void isReadyWithoutCredentialsOfItsOwn() throws IOException {
        try (World world = world(LONG_TERM)) {
            Path file = world.configFile();
            Files.writeString(
                    file,
                    Files.readString(file)
                            .replaceFirst("  auth: \\{.*}", "  auth: {profile: there-is-no-such-profile}"));

            world.proxy().reload(((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(file)).config());

            Calls.converse(world.bearer(LONG_TERM));
            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
        }
    }

    @Test
    void neverWritesAKey() throws IOException {
        try (Warnings log = new Warnings();
                World world = world(LONG_TERM)) {
            String wrong = shortTerm("another-secret");
            Calls.converse(world.bearer(LONG_TERM));
            refusal(world.bearer(wrong));
            refusal(world.bearer("sk-a-key-of-somebody-else-entirely"));

            assertThat(log.everything())
                    .noneMatch(line -> Stream.of(LONG_TERM, wrong, "sk-a-key").anyMatch(line::contains));
            try (Stream<Path> files = Files.walk(world.ledger().getParent())) {
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(path -> path.toString().contains("ledger"))
                        .toList()) {
                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .contains(file.toString().endsWith("ledger.db") ? "SQLite" : "")
                            .doesNotContain(LONG_TERM.substring(60), wrong.substring(60), "aws-alone-knows");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "async-invocations"})
    void servesNoJobs(String kind) throws IOException {
        Path file = World.configFile(
                folder,
                URI.create("http://127.0.0.1:1"),
                new World.Settings(MODE + "\nlimits: {" + kind + ": true}", "", true, null));

        assertThat(new ConfigLoader(Map.of()).load(file))
                .isInstanceOfSatisfying(
                        LoadedConfig.Invalid.class,
                        invalid -> assertThat(invalid.problems())
                                .singleElement()
                                .asString()
                                .contains("limits." + kind, "pass-through"));
    }

    @Test
    void mayBindAnyAddress() throws IOException {
        Path file =
                World.configFile(folder, URI.create("http://127.0.0.1:1"), new World.Settings(MODE, "", true, null));
        Files.writeString(
                file, Files.readString(file).replace("listen: {port: 0}", "listen: {port: 0, address: 0.0.0.0}"));

        assertThat(new ConfigLoader(Map.of()).load(file)).isInstanceOf(LoadedConfig.Valid.class);
    }

    private static World world(String key) {
        return World.open(
                new World.Settings(MODE, "", true, null),
                SimulatorOptions.defaults().withBearerToken(key));
    }

    private static void account(World world, String id, String team) throws IOException {
        Path file = world.configFile();
        Files.writeString(
                file, Files.readString(file).replace("  keys:\n", "  keys:\n    " + id + ": {team: " + team + "}\n"));
        world.proxy().reload(((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(file)).config());
    }

    private static BedrockRuntimeException refusal(BedrockRuntimeClient client) {
        BedrockRuntimeException no = catchThrowableOfType(BedrockRuntimeException.class, () -> Calls.converse(client));
        assertThat(no).as("the call is refused").isNotNull();
        assertThat(no.statusCode()).isEqualTo(403);
        return no;
    }

    /** A key as AWS's token generator makes it. */
    private static String shortTerm(String secret) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create("https://bedrock.amazonaws.com/"))
                .putRawQueryParameter("Action", "CallWithBearerToken")
                .build();
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(AwsCredentialsIdentity.create(OWNER, secret))
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                        .putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofHours(12)))
                .request();
        return "bedrock-api-key-" + base64(signed.getUri().toString().substring("https://".length()) + "&Version=1");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

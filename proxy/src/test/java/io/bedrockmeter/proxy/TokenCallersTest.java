package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.IdentityProvider;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;

/** Tokens of an identity provider through the front door, sent by unmodified SDKs as they send an API key. */
final class TokenCallersTest {
    private static final Duration A_WHILE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    @Test
    void metersWhatTheSdkCallsWithATokenOverBothVersionsOfHttp() throws Exception {
        try (IdentityProvider idp = IdentityProvider.open();
                World world = World.open(tokens(idp))) {
            Calls.converse(world.bearer(idp.token()));
            Calls.converse(world.bearerAsync(idp.token())).get(20, TimeUnit.SECONDS);
            Calls.converseStream(world.bearerAsync(idp.token(c -> c.claim("team", "unheard-of"))))
                    .get(20, TimeUnit.SECONDS);

            assertThat(Conservation.settled(world))
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row)
                            .returns("ranking", Row::app)
                            .returns("corp:robot=7C7", Row::keyId)
                            .returns("EXACT", Row::state));
            assertThat(world.rows()).extracting(Row::team).containsExactly("search", "search", "unheard-of");
            assertThat(metrics(world)).contains("team=\"search\"", "team=\"unheard-of\"");
            assertThat(idp.fetches()).isEqualTo(1);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void servesASessionToATokensBearer() throws Exception {
        try (IdentityProvider idp = IdentityProvider.open();
                World world = World.open(tokens(idp))) {
            Session session = Session.open(world.bearerAsync(idp.token()));

            session.begin().turn(20_000).end().call().get(20, TimeUnit.SECONDS);

            assertThat(Conservation.settled(world)).singleElement().returns("search", Row::team);
        }
    }

    @Test
    void takesKeysAndTokensBesideOneAnotherAndOneOfThemAtATime() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (IdentityProvider idp = IdentityProvider.open();
                World world = World.open(keys.section(", " + idp.section("")))) {
            Calls.converse(world.sync(key.key().id(), key.secretAccessKey()));
            Calls.converse(world.bearer(key.bearerKey()));
            Calls.converse(world.bearer(idp.token()));
            int both = world.raw()
                    .send(Calls.rawConverse()
                            .replaceFirst(
                                    "\r\n",
                                    "\r\nAuthorization: Bearer " + idp.token() + "\r\nAuthorization: Bearer "
                                            + key.bearerKey() + "\r\n"))
                    .response()
                    .status();

            assertThat(both).isEqualTo(403);
            assertThat(Conservation.settled(world))
                    .extracting(Row::keyId)
                    .containsExactly(key.key().id(), key.key().id(), "corp:robot=7C7");
        }
    }

    @Test
    void refusesWithTheNamesThatSdksKnow() {
        try (IdentityProvider idp = IdentityProvider.open();
                World world = World.open(tokens(idp))) {
            Instant past = Instant.now().minusSeconds(100);

            assertThat(refusal(world.bearer(idp.token(c -> c.audience("else")))))
                    .returns("UnrecognizedClientException", TokenCallersTest::code);
            assertThat(refusal(world.bearer(idp.token(c -> c.expirationTime(Date.from(past))))))
                    .returns("ExpiredTokenException", TokenCallersTest::code);
            assertThat(refusal(world.bearer("some-key")))
                    .returns("UnrecognizedClientException", TokenCallersTest::code);
            assertThat(refusal(world.sync("AKIAANY0000000000001"))).satisfies(no -> {
                assertThat(code(no)).isEqualTo("UnrecognizedClientException");
                assertThat(no.getMessage()).contains("AWS_BEARER_TOKEN_BEDROCK");
            });
            assertThatThrownBy(() -> Calls.converse(world.bearer(idp.token(c -> c.claim("team", null)))))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("has no claim 'team'");
            RawResponse nobody = world.raw().send(Calls.rawConverse()).response();
            assertThat(nobody.status()).isEqualTo(403);
            assertThat(nobody.text()).contains("Missing Authentication Token");
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void holdsCallersToTheRulesOfTheirIssuer() {
        try (IdentityProvider idp = IdentityProvider.open();
                World world = World.open("auth: {mode: tokens, "
                        + idp.section(", models: ['anthropic.*'], operations: [InvokeModel]") + "}")) {
            Calls.invoke(world.bearer(idp.token()));

            assertThatThrownBy(() -> Calls.converse(world.bearer(idp.token())))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("operations: this is Converse");
        }
    }

    @Test
    void takesTokensOfAKeyThatTheIssuerHasJustBegunToUseAndNoneOfTheOneBefore() {
        try (IdentityProvider idp = IdentityProvider.open();
                World world = World.open(tokens(idp))) {
            String before = idp.token();
            Calls.converse(world.bearer(before));

            idp.rotate();
            BedrockRuntimeClient caller = world.bearer(idp.token());

            await().atMost(A_WHILE).until(() -> status(caller) == 200);
            assertThat(refusal(world.bearer(before))).returns("UnrecognizedClientException", TokenCallersTest::code);
        }
    }

    @Test
    void goesOnWhileTheIssuerIsDown() {
        try (IdentityProvider idp = IdentityProvider.open();
                World world = World.open(tokens(idp))) {
            idp.answerWith(500);

            Calls.converse(world.bearer(idp.token()));

            assertThat(Conservation.settled(world)).hasSize(1);
        }
    }

    @Test
    void startsWithoutItsIssuerAndSaysThatAnotherTryMayDo() {
        try (IdentityProvider idp = IdentityProvider.open();
                Warnings warnings = new Warnings()) {
            idp.answerWith(500);
            try (World world = World.open(tokens(idp))) {
                assertThat(status(world.bearer(idp.token()))).isEqualTo(503);
                assertThat(warnings.lines())
                        .anyMatch(line ->
                                line.contains("keys of an issuer cannot be fetched") && line.contains("status 500"));
                idp.answerWith(200);
                BedrockRuntimeClient caller = world.bearer(idp.token());

                await().atMost(A_WHILE).until(() -> status(caller) == 200);
            }
        }
    }

    @Test
    void takesAnotherConfigurationIntoForceWithoutItsIssuer() throws IOException {
        try (IdentityProvider idp = IdentityProvider.open();
                World world = World.open(tokens(idp))) {
            Calls.converse(world.bearer(idp.token()));
            idp.answerWith(500);

            reload(world, "audience: meter", "audience: [measure]");

            assertThat(refusal(world.bearer(idp.token())))
                    .returns("UnrecognizedClientException", TokenCallersTest::code);
            Calls.converse(world.bearer(idp.token(c -> c.audience("measure"))));
            assertThat(Conservation.settled(world)).hasSize(2);
        }
    }

    @Test
    void neverWritesAToken() throws IOException {
        try (IdentityProvider idp = IdentityProvider.open();
                Warnings log = new Warnings();
                World world = World.open(tokens(idp))) {
            String good = idp.token();
            String wrong = idp.token(c -> c.audience("else"));
            Calls.converse(world.bearer(good));
            refusal(world.bearer(wrong));
            refusal(world.bearer(idp.token(c -> c.claim("team", "no name"))));

            assertThat(log.everything())
                    .anyMatch(line -> line.contains("call refused reason=bad_token key=-"))
                    .anyMatch(line -> line.contains("call refused reason=token_not_allowed key=corp:robot=7C7"))
                    .noneMatch(line -> line.contains("eyJ"));
            try (Stream<Path> files = Files.walk(world.ledger().getParent())) {
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(path -> path.toString().contains("ledger"))
                        .toList()) {
                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .doesNotContain("eyJ");
                }
            }
        }
    }

    private static String tokens(IdentityProvider idp) {
        return "auth: {mode: tokens, " + idp.section("") + "}";
    }

    private static void reload(World world, String from, String to) throws IOException {
        Path file = world.configFile();
        Files.writeString(file, Files.readString(file).replace(from, to));
        world.proxy().reload(((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(file)).config());
    }

    private static String metrics(World world) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(
                                            "http://127.0.0.1:" + world.proxy().adminPort() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static int status(BedrockRuntimeClient client) {
        BedrockRuntimeException no = catchThrowableOfType(BedrockRuntimeException.class, () -> Calls.converse(client));
        return no == null ? 200 : no.statusCode();
    }

    private static BedrockRuntimeException refusal(BedrockRuntimeClient client) {
        BedrockRuntimeException no = catchThrowableOfType(BedrockRuntimeException.class, () -> Calls.converse(client));
        assertThat(no).as("the call is refused").isNotNull();
        assertThat(no.statusCode()).isEqualTo(403);
        return no;
    }

    private static String code(BedrockRuntimeException no) {
        return no.awsErrorDetails().errorCode();
    }
}

package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.world.Authority;
import io.bedrockmeter.proxy.world.Authority.ClientCertificate;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Certificate;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.World;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;

/** Client certificates through the front door: as a way to be a caller, and as what every connection must have besides. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CertifiedCallersTest {
    private static final String RANKING = "spiffe://example.org/ns/search/sa/ranking";
    private static final String MODE = """
            auth:
              mode: certificates
              certificates:
                exact: {uri: "%s", team: search, app: ranking}
                below: {uri: "spiffe://example.org/ns/search/*", team: search, app: rest, operations: InvokeModel}
                hosts: {dns: "*.support.example", team: support, app: chat}
                named: {subject: "CN=nightly,O=Example", team: nightly}
            """.formatted(RANKING);

    private Certificate server;
    private Authority authority;
    private Authority another;
    private Path ca;
    private ClientCertificate ranking;

    @BeforeAll
    void makeCertificates() {
        server = Certificate.of("localhost");
        authority = Authority.of("clients");
        another = Authority.of("others");
        ca = authority.pem();
        ranking = authority.issue("CN=anything", "URI:" + RANKING);
    }

    @Test
    void knowsACallerByItsCertificateOverBothVersionsOfHttp() throws Exception {
        try (World world = world(MODE, "require")) {
            Calls.converse(world.certified(ranking));
            Calls.converse(world.certifiedAsync(ranking)).get(20, TimeUnit.SECONDS);
            Calls.converseStream(world.certifiedAsync(ranking)).get(20, TimeUnit.SECONDS);

            assertThat(Conservation.settled(world))
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row)
                            .returns("search", Row::team)
                            .returns("ranking", Row::app)
                            .returns("exact:" + RANKING, Row::keyId)
                            .returns("EXACT", Row::state));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void servesASessionToACertificatesOwner() throws Exception {
        try (World world = world(MODE, "require")) {
            Session session = Session.open(world.certifiedAsync(ranking));

            session.begin().turn(20_000).end().call().get(20, TimeUnit.SECONDS);

            assertThat(Conservation.settled(world)).singleElement().returns("search", Row::team);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void takesBothVersionsOfTls(String version) throws Exception {
        try (World world = world(MODE, "require")) {
            assertThat(statusOver(version, world, ranking)).isEqualTo(200);
            assertThat(Conservation.settled(world)).singleElement().returns("search", Row::team);
        }
    }

    @Test
    void chargesWhatTheFirstRuleSaysThatFitsAndHoldsItsOwnerToIt() {
        try (World world = world(MODE, "require")) {
            BedrockRuntimeClient below =
                    world.certified(authority.issue("CN=x", "URI:spiffe://example.org/ns/search/sa/other"));
            Calls.invoke(below);
            assertThatThrownBy(() -> Calls.converse(below))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("operations: this is Converse");
            Calls.converse(world.certified(authority.issue("CN=x", "DNS:one.support.example")));
            Calls.converse(world.certified(authority.issue("CN=nightly, O=Example", "DNS:whatever")));

            assertThat(Conservation.settled(world))
                    .extracting(Row::team, Row::app, Row::keyId)
                    .containsExactly(
                            tuple("search", "rest", "below:spiffe://example.org/ns/search/sa/other"),
                            tuple("support", "chat", "hosts:one.support.example"),
                            tuple("nightly", "default", "named:CN=3Dnightly=2CO=3DExample"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "URI:spiffe://example.org/ns/search",
                "URI:spiffe://example.org/ns/searching/sa/x",
                "URI:spiffe://example.org/ns/search/../support/sa/x",
                "URI:spiffe://example.org/ns/search/sa/one,URI:spiffe://example.org/ns/search/sa/two",
                "DNS:support.example",
                "DNS:a.b.support.example",
                "DNS:evil-support.example",
                "EMAIL:ranking@example.org"
            })
    void knowsNobodyByAnyOtherName(String names) {
        try (World world = world(MODE, "require")) {
            assertThat(refusal(world.certified(authority.issue("CN=nightly", names))))
                    .isEqualTo("UnrecognizedClientException");
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void opensNoConnectionWithoutACertificateOrWithAWrongOne() {
        try (World world = world(MODE, "require")) {
            assertThatThrownBy(() -> Calls.converse(world.sync("AKIAANY0000000000001")))
                    .isInstanceOf(SdkClientException.class);
            assertThatThrownBy(() -> Calls.converse(world.certified(another.issue("CN=x", "URI:" + RANKING))))
                    .isInstanceOf(SdkClientException.class);
            assertThatThrownBy(() -> Calls.converse(world.certified(authority.issueExpired("CN=x", "URI:" + RANKING))))
                    .isInstanceOf(SdkClientException.class);
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void saysWhatIsMissingWhereACertificateIsOptional() {
        try (World world = world(MODE, "optional")) {
            assertThat(refusal(world.sync("AKIAANY0000000000001"))).isEqualTo("MissingAuthenticationTokenException");
            assertThatThrownBy(() -> Calls.converse(world.certified(authority.issueExpired("CN=x", "URI:" + RANKING))))
                    .isInstanceOf(SdkClientException.class);
            Calls.converse(world.certified(ranking));
            assertThat(Conservation.settled(world)).hasSize(1);
        }
    }

    @Test
    void wantsOneBesideAKeyWhereBothAreAskedFor(@TempDir Path folder) {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        try (World world = world(keys.section(), "require")) {
            assertThatThrownBy(() -> Calls.converse(world.sync(key.key().id(), key.secretAccessKey())))
                    .isInstanceOf(SdkClientException.class);
            assertThat(refusal(world.certified(ranking)))
                    .as("a certificate is no key")
                    .isEqualTo("UnrecognizedClientException");
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void letsNobodyStayWhoseAuthorityIsNotBelievedAnyMore(@TempDir Path folder) throws Exception {
        Path file = Files.copy(ca, folder.resolve("clients.pem"));
        try (World world = world(MODE, "require", file)) {
            BedrockRuntimeClient before = world.certified(ranking);
            BedrockRuntimeAsyncClient beforeOverHttp2 = world.certifiedAsync(ranking);
            Calls.converse(before);
            Calls.converse(beforeOverHttp2).get(20, TimeUnit.SECONDS);

            Files.copy(another.pem(), file, StandardCopyOption.REPLACE_EXISTING);
            reload(world);

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> Calls.converse(before)).isInstanceOf(SdkClientException.class));
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThatThrownBy(
                                    () -> Calls.converse(beforeOverHttp2).get(20, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(SdkClientException.class));
            Calls.converse(world.certified(another.issue("CN=x", "URI:" + RANKING)));
        }
    }

    @Test
    void forgetsACallerWithItsRuleOnAConnectionThatIsOpen() throws IOException {
        try (World world = world(MODE, "require")) {
            BedrockRuntimeClient caller = world.certified(ranking);
            Calls.converse(caller);

            Path file = world.configFile();
            Files.writeString(
                    file,
                    Files.readString(file).replace(RANKING, RANKING + "-2").replace("ns/search/*", "x/*"));
            reload(world);

            assertThat(refusal(caller)).isEqualTo("UnrecognizedClientException");
        }
    }

    @Test
    void refusesAFileOfAuthoritiesThatHoldsSomebodyElse() {
        assertThatThrownBy(() -> world(MODE, "require", server.certificate()).close())
                .hasMessageContaining("listen.tls.client-ca")
                .hasMessageContaining("no authority's");
    }

    private World world(String sections, String clientAuth) {
        return world(sections, clientAuth, ca);
    }

    private World world(String sections, String clientAuth, Path authorities) {
        return World.open(new World.Settings(
                sections, "", true, server, ", client-ca: " + authorities + ", client-auth: " + clientAuth));
    }

    private static void reload(World world) throws IOException {
        world.proxy().reload(((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(world.configFile())).config());
    }

    private static String refusal(BedrockRuntimeClient client) {
        BedrockRuntimeException no = catchThrowableOfType(BedrockRuntimeException.class, () -> Calls.converse(client));
        assertThat(no).as("the call is refused").isNotNull();
        assertThat(no.statusCode()).isEqualTo(403);
        return no.awsErrorDetails().errorCode();
    }

    private int statusOver(String version, World world, ClientCertificate certificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(certificate.keyManagers(), server.trustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket("localhost", world.proxy().port())) {
            socket.setEnabledProtocols(new String[] {version});
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(Calls.rawConverse().getBytes(StandardCharsets.ISO_8859_1));
            String line = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
            return Integer.parseInt(line.split(" ", -1)[1]);
        }
    }
}

package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Http2Bytes;
import io.bedrockmeter.proxy.world.Http2Reaction;
import io.bedrockmeter.proxy.world.RecordingUpstream;
import io.bedrockmeter.proxy.world.RecordingUpstream.Sent;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What of a caller's head goes on: names of a list, with framing, host and proof of identity that are the proxy's own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForwardedHeadTest {
    private static final String PATH = "/model/amazon.nova-lite-v1%3A0/converse";
    private static final String BODY = "{\"messages\":[]}";

    private final RecordingUpstream upstream = new RecordingUpstream();
    private World world;

    @BeforeAll
    void open() {
        world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT);
    }

    @AfterAll
    void close() throws IOException {
        Conservation.holdsBetweenLedgerAndMeters(world);
        world.close();
        upstream.close();
    }

    /** Each a name and a value that would change something if they went on. */
    static Stream<List<String>> dropped() {
        return Stream.of(
                List.of("X-Forwarded-For", "10.0.0.1"),
                List.of("X-Forwarded-Host", "evil.test"),
                List.of("Forwarded", "for=10.0.0.1"),
                List.of("X-HTTP-Method-Override", "DELETE"),
                List.of("X-Original-URL", "/admin"),
                List.of("X-Amz-Security-Token", "of-somebody"),
                List.of("X-Amz-Target", "Other.Operation"),
                List.of("X-Amzn-Bedrock-Unknown", "x"),
                List.of("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"),
                List.of("Cookie", "a=b"),
                List.of("Proxy-Authorization", "Basic eDp5"),
                List.of("Accept-Encoding", "gzip"),
                List.of("Content-Encoding", "gzip"),
                List.of("Content-MD5", "x"),
                List.of("Range", "bytes=0-1"),
                List.of("Via", "1.1 x"),
                List.of("X-Api-Key", "x"),
                List.of("X-Http2-Stream-Id", "7"),
                List.of("X-Bedrock-Meter-Attempt-Id", "x"));
    }

    @ParameterizedTest
    @MethodSource("dropped")
    void keepsBackWhatIsNotOnTheList(List<String> header) {
        Sent overHttp1 = http1(header.get(0) + ": smuggled-" + header.get(1));
        Sent overHttp2 = http2(header.get(0).toLowerCase(Locale.ROOT), "smuggled-" + header.get(1));

        assertThat(overHttp1.head()).doesNotContain("smuggled-");
        assertThat(overHttp2.head()).doesNotContain("smuggled-");
    }

    @Test
    void letsAConnectionHeaderTakeNothingAway() {
        Sent sent = http1(
                "Connection: keep-alive, content-type, host, authorization, x-amz-date",
                "Keep-Alive: 5",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAAQAAP__",
                "TE: trailers",
                "Trailer: x",
                "Proxy-Connection: keep-alive");

        assertThat(names(sent))
                .contains("host", "content-type", "authorization", "x-amz-date", "content-length")
                .doesNotContain("connection", "keep-alive", "upgrade", "http2-settings", "te", "trailer")
                .doesNotContain("proxy-connection");
    }

    @Test
    void framesEveryRequestAnew() {
        String chunked = "POST " + PATH + " HTTP/1.1\r\nHost: evil.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;ext=1\r\n{\"mes\r\na\r\nsages\":[]}\r\n0\r\nX-Trailer: smuggled\r\n\r\n";

        Sent sent = sentBy(
                () -> assertThat(world.raw().send(chunked).response().status()).isEqualTo(200));

        assertThat(sent.values("content-length")).containsExactly("15");
        assertThat(sent.values("host")).containsExactly(upstream.endpoint().getAuthority());
        assertThat(names(sent)).doesNotContain("transfer-encoding", "x-trailer").doesNotHaveDuplicates();
        assertThat(sent.body()).isEqualTo(BODY);
    }

    @Test
    void goesWhereTheConfigurationSaysWhateverTheHostIs() {
        Sent sent = sentBy(() -> assertThat(world.raw()
                        .send("POST " + PATH + " HTTP/1.1\r\nHost: 169.254.169.254\r\nContent-Length: 15\r\n\r\n"
                                + BODY)
                        .response()
                        .status())
                .isEqualTo(200));

        assertThat(sent.head()).doesNotContain("169.254.169.254");
        assertThat(sent.values("host")).containsExactly(upstream.endpoint().getAuthority());
        assertThat(sent.values("authorization"))
                .singleElement()
                .asString()
                .contains("/us-east-1/bedrock/aws4_request", "SignedHeaders=")
                .contains("host;");
    }

    @Test
    void passesWhatBedrockUnderstands() {
        Sent sent = http1("X-Amzn-Bedrock-Trace: ENABLED", "X-Amzn-Bedrock-GuardrailIdentifier: gr-1", "Accept: a/b");

        assertThat(sent.headers())
                .contains(
                        Map.entry("x-amzn-bedrock-trace", "ENABLED"),
                        Map.entry("x-amzn-bedrock-guardrailidentifier", "gr-1"),
                        Map.entry("accept", "a/b"));
    }

    private Sent http1(String... headers) {
        String call = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + String.join("\r\n", headers) + "\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
        return sentBy(
                () -> assertThat(world.raw().send(call).response().status()).isEqualTo(200));
    }

    private Sent http2(String name, String value) {
        byte[] block =
                Http2Bytes.block(":method", "POST", ":scheme", "http", ":path", PATH, ":authority", "h", name, value);
        byte[] bytes = new Http2Bytes()
                .frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, 1, block)
                .frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 1, BODY.getBytes(StandardCharsets.US_ASCII))
                .bytes();
        return sentBy(
                () -> assertThat(Http2Reaction.of(world.raw().send(bytes))).isEqualTo("status-200"));
    }

    private Sent sentBy(Runnable call) {
        int before = upstream.requests().size();
        call.run();
        List<Sent> all = new ArrayList<>(upstream.requests());
        assertThat(all).hasSize(before + 1);
        return all.get(before);
    }

    private static List<String> names(Sent sent) {
        return sent.headers().stream().map(Map.Entry::getKey).toList();
    }
}

package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.Http2Bytes.CONTINUATION;
import static io.bedrockmeter.proxy.world.Http2Bytes.DATA;
import static io.bedrockmeter.proxy.world.Http2Bytes.END_HEADERS;
import static io.bedrockmeter.proxy.world.Http2Bytes.END_STREAM;
import static io.bedrockmeter.proxy.world.Http2Bytes.HEADERS;
import static io.bedrockmeter.proxy.world.Http2Bytes.PING;
import static io.bedrockmeter.proxy.world.Http2Bytes.RST_STREAM;
import static io.bedrockmeter.proxy.world.Http2Bytes.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Http2Bytes;
import io.bedrockmeter.proxy.world.Http2Reaction;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.World;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/2 that is wrong, or meant to wear the proxy down: refused, and nothing of it goes upstream. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Http2StrictnessTest {
    private static final String PATH = "/model/amazon.nova-lite-v1%3A0/converse";
    private static final byte[] BODY = "{\"messages\":[]}".getBytes(StandardCharsets.UTF_8);
    private static final Set<String> REFUSALS = Set.of("RST_STREAM", "GOAWAY", "close", "status-400", "status-405");

    private World world;
    private int rowsBefore;

    @BeforeAll
    void open() {
        world = World.open("limits: {body-timeout: 1s, head-timeout: 1s, keep-alive: 1s}");
    }

    @AfterAll
    void close() {
        Conservation.holdsExactly(world);
        world.close();
    }

    @BeforeEach
    void count() {
        rowsBefore = world.rows().size();
    }

    @AfterEach
    void theNextRequestWorks() {
        assertThat(world.raw().send(Calls.last(Calls.rawConverse())).response().status())
                .isEqualTo(200);
    }

    @Test
    void takesARequestThatIsRight() {
        String reaction = reactionTo(request());

        assertThat(reaction).isEqualTo("status-200");
        assertThat(Conservation.settled(world)).hasSize(rowsBefore + 1);
    }

    static Stream<Arguments> wrongHeads() {
        return Stream.of(
                head("Connection", with("connection", "close")),
                head("Keep-Alive", with("keep-alive", "timeout=5")),
                head("Transfer-Encoding", with("transfer-encoding", "chunked")),
                head("Upgrade", with("upgrade", "websocket")),
                head("Proxy-Connection", with("proxy-connection", "close")),
                head("TE other than trailers", with("te", "gzip")),
                head("a name in capitals", with("X-Name", "y")),
                head("a line end in a name", with("x\r\nsmuggled", "y")),
                head("a line end in a value", with("x", "y\r\nsmuggled: z")),
                head("a NUL in a value", with("x", "y\0z")),
                head("an empty name", with("", "y")),
                head("a pseudo-header of answers", with(":status", "200")),
                head("a pseudo-header of nobody", with(":colour", "green")),
                head("a pseudo-header after the others", List.of("x", "y", ":method", "POST")),
                head("two paths", List.of(":path", "/other")),
                head("two methods", List.of(":method", "GET")),
                head("another Host than the authority", with("host", "other")),
                head("a length that is no number", with("content-length", "+15")),
                head("two lengths", List.of("content-length", "15", "content-length", "3")),
                head("a length that is too short", with("content-length", "3")),
                head("a length that is too long", with("content-length", "300")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongHeads")
    void refusesAFieldThatHasNoPlaceInHttp2(String what, List<String> more) {
        List<String> fields = new ArrayList<>(fields("POST", "http", PATH, "localhost"));
        fields.addAll(more);

        String reaction = reactionTo(request(fields));

        assertThat(reaction).isIn(REFUSALS);
        nothingHappened();
    }

    static Stream<Arguments> wrongPseudoHeaders() {
        return Stream.of(
                head("no method", List.of(":scheme", "http", ":path", PATH, ":authority", "h")),
                head("no scheme", List.of(":method", "POST", ":path", PATH, ":authority", "h")),
                head("no path", List.of(":method", "POST", ":scheme", "http", ":authority", "h")),
                head("an empty path", fields("POST", "http", "", "h")),
                head("a path without a slash", fields("POST", "http", "model/x/converse", "h")),
                head("a URL for a path", fields("POST", "http", "http://h" + PATH, "h")),
                head("a fragment", fields("POST", "http", PATH + "#x", "h")),
                head("a space in a path", fields("POST", "http", PATH + " HTTP/1.1", "h")),
                head("a URL for a scheme", fields("POST", "http://other/", PATH, "h")),
                head("a strange scheme", fields("POST", "ftp", PATH, "h")),
                head("a user in the authority", fields("POST", "http", PATH, "user@h")),
                head("a path in the authority", fields("POST", "http", PATH, "h/x")),
                head("no authority", List.of(":method", "POST", ":scheme", "http", ":path", PATH)),
                head("a method in small letters", fields("post", "http", PATH, "h")),
                head("a space in the method", fields("POST /x", "http", PATH, "h")),
                head("CONNECT", List.of(":method", "CONNECT", ":authority", "h:443")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongPseudoHeaders")
    void refusesARequestLineThatCouldBeReadInTwoWays(String what, List<String> fields) {
        String reaction = reactionTo(request(fields));

        assertThat(reaction).isIn(REFUSALS);
        nothingHappened();
    }

    static Stream<Arguments> floods() {
        byte[] block = Http2Bytes.block(fields("POST", "http", PATH, "h").toArray(String[]::new));
        return Stream.of(
                flood("CONTINUATION without end", bytes -> {
                    bytes.frame(HEADERS, 0, 1, block);
                    for (int i = 0; i < 5_000; i++) {
                        bytes.frame(CONTINUATION, 0, 1, Http2Bytes.block("x-" + i, "y".repeat(50)));
                    }
                }),
                flood("empty CONTINUATION without end", bytes -> {
                    bytes.frame(HEADERS, 0, 1, block);
                    for (int i = 0; i < 5_000; i++) {
                        bytes.frame(CONTINUATION, 0, 1, new byte[0]);
                    }
                }),
                flood("a head larger than allowed", bytes -> {
                    bytes.frame(HEADERS, 0, 1, block);
                    for (int i = 0; i < 8; i++) {
                        bytes.frame(
                                CONTINUATION,
                                i == 7 ? END_HEADERS : 0,
                                1,
                                Http2Bytes.block("x" + i, "y".repeat(9_000)));
                    }
                }),
                flood("streams opened and reset at once", bytes -> {
                    for (int i = 1; i < 1_000; i += 2) {
                        bytes.frame(HEADERS, END_HEADERS, i, block);
                        bytes.frame(RST_STREAM, 0, i, new byte[] {0, 0, 0, 8});
                    }
                }),
                flood("empty DATA without end", bytes -> {
                    bytes.frame(HEADERS, END_HEADERS, 1, block);
                    for (int i = 0; i < 5_000; i++) {
                        bytes.frame(DATA, 0, 1, new byte[0]);
                    }
                }),
                flood(
                        "a setting out of its range",
                        bytes -> bytes.frame(SETTINGS, 0, 0, new byte[] {0, 4, -1, -1, -1, -1})),
                flood("a PING of another length", bytes -> bytes.frame(PING, 0, 0, new byte[7])),
                flood("a stream of even number", bytes -> bytes.frame(HEADERS, END_HEADERS, 2, block)),
                flood("CONTINUATION of nothing", bytes -> bytes.frame(CONTINUATION, END_HEADERS, 1, block)),
                flood(
                        "another frame amid a head",
                        bytes -> bytes.frame(HEADERS, 0, 1, block).frame(DATA, 0, 1, BODY)),
                flood(
                        "an index out of the table",
                        bytes -> bytes.frame(HEADERS, END_HEADERS, 1, new byte[] {(byte) 0xff, 99})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void endsAConnectionThatIsBrokenOrFloods(String what, byte[] bytes) {
        String reaction = reactionTo(bytes);

        assertThat(reaction).isIn("GOAWAY", "RST_STREAM", "close", "status-431");
        nothingHappened();
    }

    private void nothingHappened() {
        assertThat(Conservation.settled(world)).hasSize(rowsBefore);
    }

    private String reactionTo(byte[] bytes) {
        RawClient client = world.raw();
        try {
            return Http2Reaction.of(client.send(bytes));
        } catch (UncheckedIOException e) {
            // It was closed while more was on its way.
            return "close";
        }
    }

    private static byte[] request() {
        return request(fields("POST", "http", PATH, "localhost"));
    }

    private static byte[] request(List<String> fields) {
        return new Http2Bytes()
                .frame(HEADERS, END_HEADERS, 1, Http2Bytes.block(fields.toArray(String[]::new)))
                .frame(DATA, END_STREAM, 1, BODY)
                .bytes();
    }

    private static List<String> fields(String method, String scheme, String path, String authority) {
        return List.of(":method", method, ":scheme", scheme, ":path", path, ":authority", authority);
    }

    private static List<String> with(String name, String value) {
        return List.of(name, value);
    }

    private static Arguments head(String what, List<String> fields) {
        return Arguments.of(what, fields);
    }

    private static Arguments flood(String what, Consumer<Http2Bytes> frames) {
        Http2Bytes bytes = new Http2Bytes();
        frames.accept(bytes);
        return Arguments.of(what, bytes.bytes());
    }
}

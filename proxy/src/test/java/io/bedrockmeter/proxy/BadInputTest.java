package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no SDK sends: an AWS-shaped refusal or a clean end, nothing sent upstream, nothing in the ledger, and the next request
 * works.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {
    private static final String CONVERSE = "/model/amazon.nova-lite-v1%3A0/converse";
    private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}";

    /** The greeting, and empty settings. */
    private static final String HTTP2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0";

    private World world;
    private int rowsBefore;
    private int truthBefore;

    @BeforeAll
    void open() {
        world = World.open("limits: {body: 100KB, body-timeout: 600ms, head-timeout: 600ms, keep-alive: 1s}");
    }

    @AfterAll
    void close() {
        Conservation.holdsExactly(world);
        world.close();
    }

    @BeforeEach
    void count() {
        rowsBefore = world.rows().size();
        truthBefore = world.simulator().truth().size();
    }

    @AfterEach
    void theNextRequestWorks() {
        assertThat(world.raw().send(Calls.rawConverse()).response().status()).isEqualTo(200);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refusal("an unknown path", 404, "UnknownOperationException", post("/") + sized(BODY)),
                refusal("an unknown action", 404, "UnknownOperationException", post("/model/x/embed") + sized(BODY)),
                refusal("a query", 404, "UnknownOperationException", post(CONVERSE + "?a=b") + sized(BODY)),
                refusal(
                        "a wrong method",
                        404,
                        "UnknownOperationException",
                        "GET " + CONVERSE + " HTTP/1.1\r\nHost: h\r\n\r\n"),
                refusal("two dots for a model", 400, "ValidationException", post("/model/../converse") + sized(BODY)),
                refusal("hidden dots", 400, "ValidationException", post("/model/%2e%2e/converse") + sized(BODY)),
                refusal("a space in a model", 400, "ValidationException", post("/model/a%20b/converse") + sized(BODY)),
                refusal("a broken escape", 400, "ValidationException", post("/model/a%zz/converse") + sized(BODY)),
                refusal("an empty model", 400, "ValidationException", post("/model//converse") + sized(BODY)),
                refusal(
                        "two Authorization headers",
                        403,
                        "IncompleteSignatureException",
                        post(CONVERSE) + "Authorization: a\r\nAuthorization: b\r\n" + sized(BODY)),
                refusal(
                        "a body announced too long",
                        413,
                        "RequestEntityTooLargeException",
                        post(CONVERSE) + "Content-Length: 100001\r\n\r\n"),
                refusal(
                        "a body too long in chunks",
                        413,
                        "RequestEntityTooLargeException",
                        post(CONVERSE) + "Transfer-Encoding: chunked\r\n\r\n"
                                + ("1000\r\n" + "x".repeat(4096) + "\r\n").repeat(25)),
                malformed("no Host", 400, "POST " + CONVERSE + " HTTP/1.1\r\n" + sized(BODY)),
                malformed("two Hosts", 400, post(CONVERSE) + "Host: other\r\n" + sized(BODY)),
                malformed("a Host with a path", 400, "POST " + CONVERSE + " HTTP/1.1\r\nHost: a/b\r\n" + sized(BODY)),
                malformed(
                        "a Host with a port of letters",
                        400,
                        "POST " + CONVERSE + " HTTP/1.1\r\nHost: a:b\r\n" + sized(BODY)),
                malformed("an absolute target", 400, post("http://other" + CONVERSE) + sized(BODY)),
                malformed("a fragment", 400, post(CONVERSE + "#x") + sized(BODY)),
                malformed("a space before the method", 400, " " + post(CONVERSE) + sized(BODY)),
                malformed("a line feed before the method", 400, "\n" + post(CONVERSE) + sized(BODY)),
                malformed("two empty lines before the method", 400, "\r\n\r\n" + post(CONVERSE) + sized(BODY)),
                malformed("two spaces before the target", 400, post(" " + CONVERSE) + sized(BODY)),
                malformed("two spaces before the protocol", 400, post(CONVERSE + " ") + sized(BODY)),
                malformed(
                        "a tab before the target", 400, "POST\t" + CONVERSE + " HTTP/1.1\r\nHost: h\r\n" + sized(BODY)),
                malformed(
                        "a vertical tab before the protocol",
                        400,
                        "POST " + CONVERSE + "\u000bHTTP/1.1\r\nHost: h\r\n" + sized(BODY)),
                malformed(
                        "a space after the protocol",
                        400,
                        "POST " + CONVERSE + " HTTP/1.1 \r\nHost: h\r\n" + sized(BODY)),
                malformed(
                        "a protocol in small letters",
                        400,
                        "POST " + CONVERSE + " http/1.1\r\nHost: h\r\n" + sized(BODY)),
                malformed("no protocol", 400, "POST " + CONVERSE + "\r\nHost: h\r\n" + sized(BODY)),
                malformed("another protocol", 400, "POST " + CONVERSE + " ICAP/1.1\r\nHost: h\r\n" + sized(BODY)),
                malformed(
                        "HTTP/2 without its greeting",
                        505,
                        "POST " + CONVERSE + " HTTP/2.0\r\nHost: h\r\n" + sized(BODY)),
                malformed(
                        "a method in small letters",
                        405,
                        "post " + CONVERSE + " HTTP/1.1\r\nHost: h\r\n" + sized(BODY)),
                malformed("lines that end without a return", 400, "POST " + CONVERSE + " HTTP/1.1\nHost: h\n\n"),
                malformed("a return within a value", 400, post(CONVERSE) + "X: y\rZ: w\r\n" + sized(BODY)),
                malformed("a NUL in a value", 400, post(CONVERSE) + "X: y\0z\r\n" + sized(BODY)),
                malformed("a line without a colon", 400, post(CONVERSE) + "smuggled\r\n" + sized(BODY)),
                malformed("a Host with a user", 400, "POST " + CONVERSE + " HTTP/1.1\r\nHost: a@b\r\n" + sized(BODY)),
                malformed("CONNECT", 405, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"),
                malformed("TRACE", 405, "TRACE " + CONVERSE + " HTTP/1.1\r\nHost: h\r\n\r\n"),
                malformed("OPTIONS of the server", 405, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"),
                malformed("a DELETE in a value", 400, post(CONVERSE) + "X: y\u007fz\r\n" + sized(BODY)),
                malformed("HTTP/1.0", 505, "POST " + CONVERSE + " HTTP/1.0\r\nHost: h\r\n" + sized(BODY)),
                malformed("a strange method", 405, "BREW " + CONVERSE + " HTTP/1.1\r\nHost: h\r\n" + sized(BODY)),
                malformed(
                        "a large head", 431, post(CONVERSE) + "X-Large: " + "x".repeat(300_000) + "\r\n" + sized(BODY)),
                malformed("a long request line", 431, post("/model/" + "x".repeat(30_000)) + sized(BODY)),
                malformed("many fields", 431, post(CONVERSE) + "X: y\r\n".repeat(150) + sized(BODY)),
                malformed(
                        "length and chunks",
                        400,
                        post(CONVERSE) + "Transfer-Encoding: chunked\r\n" + sized("0\r\n\r\n")),
                malformed("two lengths", 400, post(CONVERSE) + "Content-Length: 3\r\n" + sized(BODY)),
                malformed("a length with a leading zero", 400, post(CONVERSE) + "Content-Length: 03\r\n\r\nabc"),
                malformed("a length that is no number", 400, post(CONVERSE) + "Content-Length: +3\r\n\r\nabc"),
                malformed(
                        "gzip before chunks",
                        501,
                        post(CONVERSE) + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                malformed("a blank before a colon", 400, post(CONVERSE) + "X : y\r\n" + sized(BODY)),
                malformed("the greeting of TLS", 400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesInTheFormThatSdksKnow(String what, int status, String type, String request) {
        RawResponse answer = world.raw().send(request).response();

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("x-amzn-errortype")).isEqualTo(type);
        assertThat(UUID.fromString(Objects.requireNonNull(answer.header("x-amzn-requestid"))))
                .isNotNull();
        assertThat(ZonedDateTime.parse(
                                Objects.requireNonNull(answer.header("date")), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.text()).startsWith("{\"message\":\"").endsWith("\"}");
        nothingHappened();
    }

    @Test
    void chargesACallWithoutCredentialsToTheDefaultAccount() {
        RawResponse answer = world.raw().send(Calls.rawConverse()).response();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(newRows()).singleElement().returns("nobody", Row::team).returns("anonymous", Row::keyId);
    }

    @Test
    void leavesABodyThatIsNoJsonForBedrockToJudge() {
        RawResponse answer =
                world.raw().send(Calls.raw("converse", "{\"messages\":")).response();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(newRows()).singleElement().returns("NOT_BILLED", Row::state).returns("http_4xx", Row::reason);
    }

    @Test
    void answersRequestsSentTogetherInTheirOrder() {
        RawClient client = world.raw();

        client.send(Calls.rawConverse() + post("/nowhere") + sized(BODY) + Calls.rawConverse());
        List<RawResponse> answers = List.of(client.response(), client.response(), client.response());

        assertThat(answers).extracting(RawResponse::status).containsExactly(200, 404, 200);
        assertThat(newRows())
                .extracting(Row::attemptId)
                .containsExactly(attempt(answers.get(0)), attempt(answers.get(2)));
    }

    @Test
    void refusesAMalformedRequestOnlyAfterTheOneBeforeItIsAnswered() {
        RawClient client = world.raw();

        client.send(Calls.rawConverse() + "BREW / HTTP/1.1\r\nHost: h\r\n\r\n" + Calls.rawConverse());
        List<RawResponse> answers = List.of(client.response(), client.response());

        assertThat(answers).extracting(RawResponse::status).containsExactly(200, 405);
        assertThat(client.readAll()).isEmpty();
        assertThat(newRows()).hasSize(1);
    }

    @Test
    void forgivesOneEmptyLineInFrontOfEachRequestAndNothingElse() {
        RawClient client = world.raw();

        client.send("\r\n" + Calls.rawConverse() + "\r\n" + Calls.rawConverse() + " " + Calls.rawConverse());
        List<RawResponse> answers = List.of(client.response(), client.response(), client.response());

        assertThat(answers).extracting(RawResponse::status).containsExactly(200, 200, 400);
        assertThat(client.readAll()).isEmpty();
        assertThat(newRows()).hasSize(2);
    }

    @Test
    void takesNothingAfterTheRequestThatSaidItIsTheLast() {
        RawClient client = world.raw();
        String last = post("/nowhere") + "Connection: close\r\n" + sized(BODY);

        client.send(Calls.rawConverse() + last + Calls.rawConverse());
        List<RawResponse> answers = List.of(client.response(), client.response());

        assertThat(answers).extracting(RawResponse::status).containsExactly(200, 404);
        assertThat(answers.get(1).header("connection")).isEqualTo("close");
        assertThat(client.readAll()).isEmpty();
        assertThat(newRows()).hasSize(1);
    }

    @Test
    void asksForABodyThatWaitsToBeAskedFor() {
        RawClient client = world.raw();

        client.send(post(CONVERSE) + "Expect: 100-continue\r\nContent-Length: " + BODY.length() + "\r\n\r\n");
        RawResponse interim = client.response();
        RawResponse answer = client.send(BODY).response();

        assertThat(interim.status()).isEqualTo(100);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(newRows()).singleElement().returns("EXACT", Row::state);
    }

    @Test
    void refusesAtOnceWhereABodyWaitsToBeAskedFor() {
        long started = System.nanoTime();

        RawResponse answer = world.raw()
                .send(post("/nowhere") + "Expect: 100-continue\r\nContent-Length: " + BODY.length() + "\r\n\r\n")
                .response();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(600));
        nothingHappened();
    }

    @Test
    void refusesABodyThatTakesTooLong() {
        RawClient client = world.raw();

        RawResponse answer =
                client.send(post(CONVERSE) + "Content-Length: 500\r\n\r\n{").response();

        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.header("x-amzn-errortype")).isEqualTo("RequestTimeoutException");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(client.readAll()).isEmpty();
        nothingHappened();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "PRI * HT", "POST / HTTP/1.1\r\nHost: h\r\nX-Slow: "})
    void closesAConnectionWhoseHeadTakesTooLong(String beginning) {
        String received = world.raw().send(beginning).readAll();

        assertThat(received).isEmpty();
        nothingHappened();
    }

    @Test
    void closesAConnectionThatIsNotUsedAgain() {
        RawClient client = world.raw();

        client.send(Calls.rawConverse()).response();

        assertThat(client.readAll()).isEmpty();
    }

    @Test
    void closesAConnectionWhoseHttp2IsBrokenAndLogsNothingOfIt() {
        try (Warnings warnings = new Warnings()) {
            String dataOfNoStream = "\0\0\1\0\1\0\0\0\1x";

            String received = world.raw().send(HTTP2_PREFACE + dataOfNoStream).readAll();

            assertThat(received).as("has a GOAWAY").contains("\7\0\0\0\0\0");
            assertThat(warnings.messages()).isEmpty();
            nothingHappened();
        }
    }

    @Test
    void closesAConnectionOfHttp2WithoutStreams() {
        String received = world.raw().send(HTTP2_PREFACE).readAll();

        assertThat(received).as("ends with GOAWAY, no error").endsWith("\0\0\b\7" + "\0".repeat(13));
        nothingHappened();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n",
                "-1\r\nx\r\n",
                "0x1\r\nx\r\n",
                "1_0\r\nx\r\n",
                "10000000000000001\r\nx\r\n",
                "1\nx\r\n",
                "1\rx\r\n",
                "1;a=\"\r\n\"\r\nx\r\n",
                "1\r\nxy\r\n0\r\n\r\n"
            })
    void refusesABodyWhoseChunksAreGarbage(String chunks) {
        RawClient client = world.raw();

        RawResponse answer = client.send(post(CONVERSE) + "Transfer-Encoding: chunked\r\n\r\n" + chunks)
                .response();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("x-amzn-errortype")).isEqualTo("MalformedHttpRequestException");
        assertThat(answer.header("connection")).isEqualTo("close");
        nothingHappened();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forgetsARequestThatIsCut(boolean reset) throws Exception {
        String request = Calls.rawConverse();
        for (int length : List.of(1, 20, request.indexOf("\r\n\r\n") + 4, request.length() - 1)) {
            RawClient client = world.raw().send(request.substring(0, length));
            if (reset) {
                client.reset();
            } else {
                client.close();
            }
        }

        nothingHappened();
    }

    /** Whatever its head says: else the answer to the next request would begin amid the body of this one. */
    @Test
    void answersHeadWithoutABodyAndInItsTurn() {
        String head = "HEAD /nowhere HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

        String received =
                world.raw().send(post("/nowhere") + sized(BODY) + head).readAll();

        assertThat(received.split("HTTP/1.1 404", -1)).hasSize(3);
        assertThat(received.substring(0, received.lastIndexOf("HTTP/1.1 404"))).endsWith("\"}");
        assertThat(received).endsWith("\r\n\r\n");
        nothingHappened();
    }

    @Test
    void takesABodyInPiecesOfAnySize() {
        String chunks = BODY.chars().mapToObj(c -> "1\r\n" + (char) c + "\r\n").reduce("", String::concat);

        RawResponse answer = world.raw()
                .send(post(CONVERSE) + "Transfer-Encoding: chunked\r\n\r\n" + chunks
                        + "0\r\nX-Trailer: dropped\r\n\r\n")
                .response();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(newRows()).singleElement().returns("EXACT", Row::state);
    }

    private void nothingHappened() {
        assertThat(world.rows()).hasSize(rowsBefore);
        assertThat(world.simulator().truth()).hasSize(truthBefore);
    }

    private List<Row> newRows() {
        List<Row> rows = Conservation.settled(world);
        return rows.subList(rowsBefore, rows.size());
    }

    private static String attempt(RawResponse answer) {
        return Objects.requireNonNull(answer.header("x-bedrock-meter-attempt-id"));
    }

    private static Arguments refusal(String what, int status, String type, String request) {
        return Arguments.of(what, status, type, request);
    }

    private static Arguments malformed(String what, int status, String request) {
        return Arguments.of(what, status, "MalformedHttpRequestException", request);
    }

    private static String post(String target) {
        return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    }

    private static String sized(String body) {
        return "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }
}

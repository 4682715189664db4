package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Http2Bytes;
import io.bedrockmeter.proxy.world.Http2Reaction;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;

/** What callers may use of the proxy, in time, connections and memory: more is refused, counted, and harms nobody else. */
final class LimitsTest {
    private static final String ELSEWHERE = "127.0.0.2";
    private static final String PATH = "/model/amazon.nova-lite-v1%3A0/converse";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {PATH, "/nowhere"})
    void refusesABodyThatTrickles(String path) {
        try (World world = World.open("limits: {body-window: 200ms, body-window-bytes: 1KB}")) {
            RawClient client = world.raw();

            RawResponse answer = client.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n{")
                    .response();

            boolean found = path.equals(PATH);
            assertThat(answer.status()).isEqualTo(found ? 408 : 404);
            assertThat(answer.header("connection")).isEqualTo("close");
            if (found) {
                assertThat(answer.text()).contains("limits.body-window-bytes");
                assertThat(world.refusals("body_rate")).isEqualTo(1);
            }
            assertThat(client.readAll()).isEmpty();
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void takesABodyThatIsSlowButSteady() {
        try (World world = World.open("limits: {body-window: 200ms, body-window-bytes: 10}")) {
            RawClient client = world.raw();
            String call = Calls.rawConverse();
            int body = call.indexOf("\r\n\r\n") + 4;
            client.send(call.substring(0, body));

            long began = System.nanoTime();
            for (int i = body; i < call.length(); i++) {
                int sent = i - body + 1;
                // Twenty bytes a window, for two windows and more.
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> System.nanoTime() - began >= sent * 10_000_000L);
                client.send(call.substring(i, i + 1));
            }

            assertThat(client.response().status()).isEqualTo(200);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void givesOneAddressNoMoreThanItsConnections() {
        try (World world = World.open("limits: {per-source: {connections: 2}}")) {
            RawClient first = world.raw();
            RawClient second = world.raw();
            assertThat(status(first)).isEqualTo(200);
            assertThat(status(second)).isEqualTo(200);

            String received = world.raw().readAll();

            assertThat(received).isEmpty();
            assertThat(world.refusals("source_connections")).isEqualTo(1);
            assertThat(status(world.rawFrom(ELSEWHERE))).isEqualTo(200);
            first.reset();
            await("there is room again").until(() -> isServed(world.raw()));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void takesNoMoreConnectionsThanItMayHave() {
        try (World world = World.open("limits: {connections: 2}")) {
            assertThat(status(world.raw())).isEqualTo(200);
            assertThat(status(world.rawFrom(ELSEWHERE))).isEqualTo(200);

            assertThat(world.rawFrom("127.0.0.3").readAll()).isEmpty();

            assertThat(world.refusals("connections")).isEqualTo(1);
            Conservation.holdsExactly(world);
        }
    }

    /** Of a caller of boto3 only the id of a key is known before its body is whole: anybody who has seen one could send that. */
    @Test
    void holdsNoMoreOfStrangersThanItMayAndAllOfThoseItKnows() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        String limits = "\nlimits: {body: 100KB, bodies-unverified: 100KB, per-source: {bodies-unverified: 100KB}}";
        try (World world = World.open(keys.section() + limits)) {
            RawClient holder = world.raw().send(stranger(key, 90_000)).send("x".repeat(80_000));

            RawResponse answer = answerWhenFull(world, key, ELSEWHERE);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).isEqualTo("1");
            assertThat(answer.text()).contains("(limits.bodies-unverified)");
            assertThat(world.refusals("bodies_unverified")).isPositive();
            String known = "POST " + PATH + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + key.bearerKey()
                    + "\r\nContent-Length: 50000\r\n\r\n{\"messages\":[],\"x\":\"" + "x".repeat(49_978) + "\"}";
            assertThat(world.raw().send(known).response().status()).isEqualTo(200);
            holder.reset();
            await("there is room again")
                    .until(() -> world.rawFrom(ELSEWHERE)
                                    .send(stranger(key, 50_000))
                                    .send("x".repeat(50_000))
                                    .response()
                                    .status()
                            == 403);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void holdsNoMoreOfStrangersFromOneAddressThanItsShare() {
        Keys keys = new Keys(folder);
        IssuedKey key = keys.create();
        String limits = "\nlimits: {body: 100KB, bodies-unverified: 300KB, per-source: {bodies-unverified: 100KB}}";
        try (World world = World.open(keys.section() + limits)) {
            RawClient holder = world.raw().send(stranger(key, 90_000)).send("x".repeat(80_000));

            RawResponse answer = answerWhenFull(world, key, "127.0.0.1");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("limits.per-source.bodies-unverified");
            assertThat(world.refusals("source_bodies_unverified")).isPositive();
            RawResponse other = world.rawFrom(ELSEWHERE)
                    .send(stranger(key, 50_000))
                    .send("x".repeat(50_000))
                    .response();
            assertThat(other.status()).as("its signature is wrong").isEqualTo(403);
            holder.reset();
            assertThat(world.rows()).isEmpty();
        }
    }

    /** Asks with the head alone: the answer comes before any of the body is sent. */
    private static RawResponse answerWhenFull(World world, IssuedKey key, String from) {
        await("what the first has sent is held").until(() -> {
            RawClient asking = world.rawFrom(from);
            asking.send(stranger(key, 50_000) + "x".repeat(50_000));
            return asking.response().status() == 503;
        });
        return world.rawFrom(from).send(stranger(key, 50_000)).response();
    }

    @Test
    void refusesABodyThatThereIsNoRoomForBeforeItComes() {
        try (World world = World.open("limits: {body: 100KB, bodies-total: 100KB, bodies-unverified: 100KB,"
                + " per-source: {bodies-unverified: 100KB}}")) {
            RawClient holder = world.raw().send(head(90_000)).send("x".repeat(80_000));

            await("what the first has sent is held").until(() -> {
                RawResponse answer =
                        world.raw().send(head(50_000) + "x".repeat(50_000)).response();
                return answer.status() == 503;
            });
            RawResponse answer = world.raw().send(head(50_000)).response();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).isEqualTo("1");
            assertThat(answer.header("x-amzn-errortype")).isEqualTo("ServiceUnavailableException");
            assertThat(answer.text()).contains("(limits.bodies-total)");
            assertThat(world.refusals("bodies_total")).isPositive();
            holder.reset();
        }
    }

    @Test
    void letsOneAddressGiveUpNoMoreCallsThanItMay() throws IOException {
        AtomicInteger received = new AtomicInteger();
        RawUpstream.Behaviour silentThrice = line -> {
            while (line.request()) {
                if (received.incrementAndGet() <= 3) {
                    line.untilClosed();
                } else {
                    line.say(RawUpstream.answer("11111111-1111-1111-1111-111111111111"));
                }
            }
        };
        World.Settings settings = new World.Settings("limits: {per-source: {given-up: 3}}", "", true, null);
        try (RawUpstream upstream = RawUpstream.behaving(silentThrice);
                World world = World.inFrontOf(upstream.endpoint(), settings)) {
            for (int i = 1; i <= 3; i++) {
                int calls = i;
                RawClient client = world.raw().send(Calls.rawConverse());
                await("it is with the upstream").until(() -> received.get() >= calls);
                client.reset();
            }
            await("three are given up").until(() -> status(world.raw()) == 503);

            RawResponse answer = world.raw().send(Calls.rawConverse()).response();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).isEqualTo("30");
            assertThat(answer.text()).contains("limits.per-source.given-up");
            assertThat(world.refusals("source_given_up")).isGreaterThanOrEqualTo(2);
            assertThat(status(world.rawFrom(ELSEWHERE))).isEqualTo(200);
        }
    }

    @Test
    void endsAConnectionWhoseCallerResetsTooManyStreams() {
        try (World world = World.open("limits: {resets-per-connection: 4}")) {
            byte[] block = Http2Bytes.block(":method", "POST", ":scheme", "http", ":path", PATH, ":authority", "h");
            Http2Bytes bytes = new Http2Bytes();
            for (int stream = 1; stream < 12; stream += 2) {
                bytes.frame(Http2Bytes.HEADERS, Http2Bytes.END_HEADERS, stream, block)
                        .frame(Http2Bytes.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
            }

            String received = world.raw().send(bytes.bytes()).readAll();

            assertThat(received).as("has a GOAWAY").contains("\7\0\0\0\0\0");
            assertThat(world.refusals("http2_flood")).isEqualTo(1);
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void closesAConnectionAfterItsLastRequest() {
        try (World world = World.open("limits: {requests-per-connection: 3}")) {
            RawClient client = world.raw();

            client.send(Calls.rawConverse().repeat(4));
            List<RawResponse> answers =
                    IntStream.range(0, 3).mapToObj(i -> client.response()).toList();

            assertThat(answers).extracting(RawResponse::status).containsOnly(200);
            assertThat(answers.get(1).header("connection")).isNull();
            assertThat(answers.get(2).header("connection")).isEqualTo("close");
            assertThat(client.readAll()).isEmpty();
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void sendsAClientOfHttp2ToAnotherConnectionAndLosesNoneOfItsCalls() {
        try (World world = World.open("limits: {requests-per-connection: 3}")) {
            BedrockRuntimeAsyncClient client = world.async(SEARCH_KEY);

            for (int i = 0; i < 10; i++) {
                Calls.converse(client).join();
            }

            assertThat(Conservation.settled(world)).hasSize(10);
            Conservation.holdsExactly(world);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"P", "POST / HTTP/1.1\r\nHost: h\r\nX-Slow: "})
    void givesALaterHeadNoMoreTimeThanTheFirst(String beginning) {
        try (World world = World.open("limits: {head-timeout: 300ms, keep-alive: 1h}")) {
            RawClient client = world.raw();
            assertThat(status(client)).isEqualTo(200);

            String received = client.send(beginning).readAll();

            assertThat(received).isEmpty();
            assertThat(world.refusals("head_timeout")).isEqualTo(1);
        }
    }

    @Test
    void givesAHeadThatBeginsBehindARunningCallItsTimeFromThatCallsEnd() {
        try (World world = World.open("limits: {head-timeout: 300ms, keep-alive: 1h}")) {
            world.script(Script.NORMAL.withPace(Pace.DEFAULT.withFirstByteDelayMillis(600)));
            RawClient client = world.raw();

            client.send(Calls.rawConverse() + "POST / HT");

            assertThat(client.response().status()).isEqualTo(200);
            assertThat(client.readAll()).isEmpty();
            assertThat(world.refusals("head_timeout")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0\0\1\1\0\0\0\0\1\0"})
    void closesAConnectionOfHttp2ThatNeverBeginsAStream(String beginning) {
        try (World world = World.open("limits: {head-timeout: 300ms, keep-alive: 1h}")) {
            RawClient client = world.raw().send(new Http2Bytes().bytes()).send(beginning);

            assertThat(Http2Reaction.of(client)).isEqualTo("GOAWAY");

            assertThat(world.refusals("head_timeout")).isEqualTo(1);
        }
    }

    /** Refusals are larger than what earns them, and would fill the memory of a proxy that wrote them for nobody. */
    @Test
    void readsNoMoreOfACallerWhoReadsNoAnswers() {
        int requests = 60_000;
        try (World world = World.open("limits: {keep-alive: 1h}")) {
            RawClient client = world.raw();
            String request = "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n";
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < requests; i += 100) {
                        client.send(request.repeat(100));
                    }
                } catch (UncheckedIOException e) {
                    // The test is over.
                }
            });

            long answered = whenItRests(world, "unknown_operation");
            assertThat(answered).isPositive().isLessThan(requests);

            for (int i = 0; i < requests; i++) {
                assertThat(client.response().status()).isEqualTo(404);
            }
            assertThat(world.refusals("unknown_operation")).isEqualTo(requests);
        }
    }

    private static long whenItRests(World world, String reason) {
        long[] before = {-1};
        await("no more is answered").pollInterval(Duration.ofMillis(300)).until(() -> {
            long now = world.refusals(reason);
            boolean rests = now > 0 && now == before[0];
            before[0] = now;
            return rests;
        });
        return before[0];
    }

    private static int status(RawClient client) {
        return client.send(Calls.rawConverse()).response().status();
    }

    private static boolean isServed(RawClient client) {
        try {
            return status(client) == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static String head(int length) {
        return "POST " + PATH + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
    }

    /** The head of somebody who knows the id of a key and nothing else. */
    private static String stranger(IssuedKey key, int length) {
        String now = ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"));
        return "POST " + PATH + " HTTP/1.1\r\nHost: h\r\nX-Amz-Date: " + now
                + "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" + key.key().id() + "/" + now.substring(0, 8)
                + "/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + "0a".repeat(32)
                + "\r\nContent-Length: " + length + "\r\n\r\n";
    }
}

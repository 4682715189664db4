package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SUPPORT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Certificate;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Http2Bytes;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.SessionBytes;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.InternalServerException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;

/**
 * Sessions of speech, in which both sides talk at once: by the unmodified SDK, whose every frame is signed, against an upstream
 * that verifies every frame that the proxy signs.
 */
final class SessionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Map<String, Long> ONE_TURN =
            Map.of("input", 18L, "output", 10L, "speech_input", 20L, "speech_output", 25L);
    private static final Map<String, Long> TWO_TURNS =
            Map.of("input", 18L, "output", 20L, "speech_input", 25L, "speech_output", 50L);

    @Test
    void metersSpeechAndTextApartToTheUnit() {
        try (World world = World.open()) {

            Session session = whole(world.async(SEARCH_KEY));

            assertThat(session.call()).succeedsWithin(PATIENCE);
            assertThat(session.heard("completionEnd")).as(session.everything()).isOne();
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("EXACT", Row::state)
                    .returns("search", Row::team)
                    .returns("InvokeModelWithBidirectionalStream", Row::operation)
                    .returns(TWO_TURNS, Row::units)
                    // 18 × 0.06 + 20 × 0.24 + 25 × 3.4 + 50 × 13.6, in millionths of a dollar
                    .returns(770_880_000L, Row::costPicos);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void answersWhileItsCallerIsStillTalking() {
        try (World world = World.open()) {
            Session session = Session.open(world.async(SEARCH_KEY)).begin().turn(20_000);
            await("the answer to the first turn").until(() -> session.heard("audioOutput") == 1);

            session.turn(5_000);
            await("the answer to the second").until(() -> session.heard("audioOutput") == 2);
            assertThat(world.rows()).singleElement().returns("OPEN", Row::state);
            session.end();

            assertThat(session.call()).succeedsWithin(PATIENCE);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void metersManySessionsAtOnce() {
        try (World world = World.open()) {
            BedrockRuntimeAsyncClient search = world.async(SEARCH_KEY);
            BedrockRuntimeAsyncClient support = world.async(SUPPORT_KEY);

            List<Session> sessions = IntStream.range(0, 12)
                    .mapToObj(i -> whole(i % 2 == 0 ? search : support))
                    .toList();

            assertThat(sessions)
                    .allSatisfy(session -> assertThat(session.call()).succeedsWithin(PATIENCE));
            assertThat(Conservation.settled(world))
                    .hasSize(12)
                    .allSatisfy(
                            row -> assertThat(row).returns("EXACT", Row::state).returns(TWO_TURNS, Row::units));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void passesOverTlsOnBothSides() throws IOException {
        Certificate localhost = Certificate.of("localhost");
        try (World behind = World.open(World.Settings.tls(localhost));
                World world = World.inFrontOf(
                        behind.endpoint(),
                        World.Settings.upstream("trusted-certificates: " + localhost.certificate()))) {

            Session session = whole(world.async(SEARCH_KEY));

            assertThat(session.call()).succeedsWithin(PATIENCE);
            assertThat(Conservation.settled(world)).singleElement().returns(TWO_TURNS, Row::units);
            assertThat(Conservation.settled(behind)).singleElement().returns(TWO_TURNS, Row::units);
            Conservation.holdsExactly(behind);
        }
    }

    @Test
    void takesFramesOutOfTheirSignaturesWhereAnApiKeyProvesThem() throws IOException {
        try (Simulator keyed = Simulator.start(SimulatorOptions.defaults().withBearerToken("an-api-key"));
                World world = World.inFrontOf(keyed.endpoint(), World.Settings.DEFAULT)) {
            String signing = Files.readString(world.configFile());
            Path bearing = Files.writeString(
                    world.configFile().resolveSibling("bearing.yaml"),
                    signing.replaceFirst("auth: [{]access.*[}]", "auth: {scheme: bearer, token: an-api-key}"));
            LoadedConfig loaded = new ConfigLoader(Map.of()).load(bearing);
            world.proxy().reload(((LoadedConfig.Valid) loaded).config());

            Session session = whole(world.async(SEARCH_KEY));

            assertThat(session.call()).succeedsWithin(PATIENCE);
            assertThat(Conservation.settled(world)).singleElement().returns(TWO_TURNS, Row::units);
            assertThat(keyed.truth())
                    .singleElement()
                    .satisfies(told -> assertThat(told.units()).isEqualTo(TWO_TURNS))
                    .satisfies(told -> assertThat(told.accessKey()).isEqualTo("bearer"));
        }
    }

    @Test
    void takesFramesThatAreNotSignedAndSignsThem() {
        try (World world = World.open()) {
            RawClient caller = world.raw();

            caller.send(SessionBytes.head()
                    .frame(Http2Bytes.DATA, 0, 1, SessionBytes.said("{\"contentStart\":{\"role\":\"USER\"}}"))
                    .frame(Http2Bytes.DATA, 0, 1, SessionBytes.said("{\"audioInput\":{\"content\":\"AAAA\"}}"))
                    .frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 1, SessionBytes.said("{\"contentEnd\":{}}"))
                    .bytes());

            caller.readUntil("chunk");
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("EXACT", Row::state)
                    .returns(Map.of("output", 10L, "speech_input", 1L, "speech_output", 25L), Row::units);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void endsTheSessionOfACallerWhoLeavesAndRecordsItExactly() {
        try (World world = World.open()) {
            Session session = Session.open(world.async(SEARCH_KEY)).begin().turn(20_000);
            await("an answer").until(() -> session.heard("usageEvent") == 2);

            session.call().cancel(true);

            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("EXACT", Row::state)
                    .returns(ONE_TURN, Row::units);
            assertThat(world.simulator().truth())
                    .singleElement()
                    .satisfies(told -> assertThat(told.outcome()).isEqualTo("ok"));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void estimatesASessionThatIsCancelledWithItsCaller() {
        try (World world = World.open("metering: {on-disconnect: cancel, meter-hold: 0s}")) {
            Session session = Session.open(world.async(SEARCH_KEY)).begin().turn(20_000);
            await("an answer").until(() -> session.heard("usageEvent") == 2);

            session.call().cancel(true);

            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("cancelled_after_client_left", Row::reason);
            await("the upstream is told")
                    .untilAsserted(() -> assertThat(world.simulator().truth())
                            .singleElement()
                            .satisfies(told -> assertThat(told.outcome()).isEqualTo("client_gone")));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void passesAnExceptionOnAndRecordsWhatCameBeforeIt() {
        try (World world = World.open()) {
            world.script(Script.NORMAL.withFault(Fault.exceptionAfter(1, "modelTimeoutException", "too slow")));

            Session session = whole(world.async(SEARCH_KEY));

            assertThat(session.call())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(ModelTimeoutException.class)
                    .withMessageContaining("too slow");
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("stream_exception", Row::reason);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void passesARefusalOn() {
        try (World world = World.open()) {
            world.script(Script.NORMAL.withError(ErrorAnswer.throttled()));

            Session session = whole(world.async(SEARCH_KEY));

            assertThat(session.call())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("Too many requests");
            assertThat(Conservation.settled(world)).singleElement().returns("NOT_BILLED", Row::state);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void saysThatTheUpstreamIsGone() throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(line -> {});
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            Session session = whole(world.async(SEARCH_KEY));

            assertThat(session.call())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("connection to Amazon Bedrock broke");
            assertThat(Conservation.settled(world)).hasSize(1);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    static List<Arguments> breaks() {
        return List.of(
                Arguments.of("the connection ends", new byte[0]),
                Arguments.of("the stream is reset", new byte[] {0, 0, 4, 3, 0, 0, 0, 0, 3, 0, 0, 0, 2}),
                Arguments.of("the upstream goes away", new byte[] {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaks")
    void endsASessionWhoseUpstreamBreaksInTheMiddle(String what, byte[] lastWords) throws IOException {
        CompletableFuture<byte[]> cut = new CompletableFuture<>();
        try (World behind = World.open();
                RawUpstream cable = RawUpstream.behaving(
                        line -> line.passOn(behind.simulator().endpoint(), cut));
                World world = World.inFrontOf(cable.endpoint(), World.Settings.DEFAULT)) {
            Session session = Session.open(world.async(SEARCH_KEY)).begin().turn(20_000);
            await("an answer").until(() -> session.heard("usageEvent") == 2);

            cut.complete(lastWords);

            assertThat(session.call())
                    .as(what)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(InternalServerException.class);
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("upstream_reset", Row::reason)
                    .satisfies(row -> assertThat(row.units()).containsAllEntriesOf(ONE_TURN));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void refusesAFrameWhoseChecksumDoesNotHold() {
        try (World world = World.open()) {
            byte[] corrupt = SessionBytes.said("{\"sessionStart\":{}}");
            corrupt[corrupt.length - 1] ^= 1;

            String told = afterATurn(world, corrupt);

            assertThat(told).contains("validationException").contains("checksum does not hold");
            callersFault(world);
        }
    }

    @Test
    void refusesAFrameThatIsTooLong() {
        try (World world = World.open()) {
            String told = afterATurn(
                    world, SessionBytes.said("{\"textInput\":{\"content\":\"" + "a".repeat(1 << 20) + "\"}}"));

            assertThat(told).contains("validationException").contains("longer than 1048576");
            callersFault(world);
        }
    }

    @Test
    void refusesAStreamThatEndsInTheMiddleOfAFrame() {
        try (World world = World.open()) {
            String told = afterATurn(world, new byte[] {0, 0, 0});

            assertThat(told).contains("validationException").contains("middle of a frame");
            callersFault(world);
        }
    }

    @Test
    void refusesASignedStreamWithoutItsLastFrame() {
        try (World world = World.open()) {
            RawClient caller = world.raw();

            caller.send(new Http2Bytes()
                    .frame(
                            Http2Bytes.HEADERS,
                            Http2Bytes.END_HEADERS | Http2Bytes.END_STREAM,
                            1,
                            SessionBytes.block("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-EVENTS"))
                    .bytes());

            assertThat(caller.readUntil("signed frame that ends it.")).contains("ends it.");
            callersFault(world);
        }
    }

    @Test
    void refusesHttp1() {
        try (World world = World.open()) {
            String answer = world.raw()
                    .send("POST " + SessionBytes.PATH
                            + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .readUntil("}");

            assertThat(answer)
                    .startsWith("HTTP/1.1 400 ")
                    .containsIgnoringCase("x-amzn-errortype: ValidationException")
                    .contains("takes HTTP/2");
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void cutsASessionAtTheLimitOfADrain() {
        try (World world = World.open("limits: {drain: 300ms}")) {
            Session session = Session.open(world.async(SEARCH_KEY)).begin().turn(20_000);
            await("an answer").until(() -> session.heard("usageEvent") == 2);

            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> {
                try {
                    return world.proxy().drain();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });

            assertThat(session.call())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(InternalServerException.class);
            assertThat(drained).succeedsWithin(PATIENCE).isEqualTo(false);
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("drain_limit", Row::reason);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void endsASessionInWhichNobodySaysAnything() {
        try (World world = World.open(World.Settings.upstream("idle-timeout: 300ms"))) {
            Session session = Session.open(world.async(SEARCH_KEY)).begin().turn(20_000);

            assertThat(session.call())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(InternalServerException.class);
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("upstream_timeout", Row::reason);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void endsTheSessionOfACallerWhoTakesNothing() {
        byte[] noWindow = {0, 4, 0, 0, 0, 0};
        try (World world = World.open("limits: {write-stall: 300ms}")) {
            Http2Bytes much = SessionBytes.head().frame(Http2Bytes.SETTINGS, 0, 0, noWindow);
            IntStream.range(0, 150)
                    .forEach(i -> much.frame(
                                    Http2Bytes.DATA, 0, 1, SessionBytes.said("{\"contentStart\":{\"role\":\"USER\"}}"))
                            .frame(Http2Bytes.DATA, 0, 1, SessionBytes.said("{\"contentEnd\":{}}")));

            world.raw().send(much.bytes());

            await("the session is on its way").until(() -> !world.rows().isEmpty());
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("EXACT", Row::state)
                    .returns(Map.of("output", 1_500L, "speech_output", 3_750L), Row::units);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void letsOtherCallsOfItsConnectionPassWhileASessionRests() throws IOException {
        World.Settings cancelling = new World.Settings(
                "metering: {on-disconnect: cancel, meter-hold: 0s}", "  first-byte-timeout: 9s", true, null);
        try (RawUpstream upstream = RawUpstream.behaving(SessionTest::takeNoFrames);
                World world = World.inFrontOf(upstream.endpoint(), cancelling)) {
            BedrockRuntimeAsyncClient client = world.async(SEARCH_KEY);
            Session resting = Session.open(client);
            IntStream.range(0, 2_000).forEach(i -> resting.turn(10_000));
            await("all windows are full").until(() -> resting.taken() > 20);

            assertThat(Calls.converse(client)).succeedsWithin(Duration.ofSeconds(4));

            resting.call().cancel(true);
            assertThat(Conservation.settled(world)).hasSize(2);
        }
    }

    /** Answers a call of HTTP/1.1; of HTTP/2, greets and says nothing more. */
    private static void takeNoFrames(RawUpstream.Line line) throws IOException {
        if (line.requestText().startsWith("PRI ")) {
            line.say("\0\0\0\4\0\0\0\0\0");
            line.untilClosed();
        } else {
            line.say(RawUpstream.answer("beside-a-session"));
        }
    }

    /** An upstream that takes nothing gets no more than its window, and its caller is not asked for more than a few. */
    @Test
    void takesNoMoreFromACallerThanTheUpstreamTakes() throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(SessionTest::takeNoFrames);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.upstream("first-byte-timeout: 2s"))) {
            Session session = Session.open(world.async(SEARCH_KEY));

            IntStream.range(0, 2_000).forEach(i -> session.turn(10_000));

            assertThat(session.call()).failsWithin(PATIENCE);
            // 20 MB were there to be said, in frames of 13 KB and two little ones each.
            assertThat(session.taken()).isLessThan(300);
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("upstream_timeout", Row::reason);
        }
    }

    /** Its connection is read all the time; what it said before, and nobody took, must not hide its end. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void seesACallerLeaveFromWhomNothingIsTaken(boolean reset) throws IOException {
        World.Settings cancelling = new World.Settings(
                "metering: {on-disconnect: cancel, meter-hold: 0s}", "  first-byte-timeout: 60s", true, null);
        try (RawUpstream upstream = RawUpstream.behaving(SessionTest::takeNoFrames);
                World world = World.inFrontOf(upstream.endpoint(), cancelling)) {
            RawClient caller = world.raw();
            caller.send(SessionBytes.head().bytes());
            await("the session is on its way").until(() -> upstream.connections() == 1);
            fillAllWindows(caller);

            if (reset) {
                caller.reset();
            } else {
                caller.close();
            }

            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("cancelled_after_client_left", Row::reason);
        }
    }

    /** Says as much as is taken, until of what it may say nothing is. */
    private static void fillAllWindows(RawClient caller) {
        byte[] frame = SessionBytes.said("{\"audioInput\":{\"content\":\"" + "A".repeat(11_000) + "\"}}");
        int said = 0;
        int window = 65_535;
        int opened = window;
        while (opened > 0) {
            while (window > 0) {
                byte[] piece = Arrays.copyOfRange(frame, said, Math.min(frame.length, said + window));
                caller.send(Http2Bytes.frameAlone(Http2Bytes.DATA, 0, 1, piece));
                window -= piece.length;
                said = (said + piece.length) % frame.length;
            }
            opened = openedUntilPing(caller);
            window += opened;
        }
    }

    /** By how much the stream's window has been opened when all that was said before has been seen. */
    private static int openedUntilPing(RawClient caller) {
        caller.send(Http2Bytes.frameAlone(Http2Bytes.PING, 0, 0, new byte[8]));
        int opened = 0;
        while (true) {
            ByteBuffer head = ByteBuffer.wrap(caller.read(9));
            int length = head.getInt(0) >>> 8;
            byte[] payload = caller.read(length);
            if (head.get(3) == Http2Bytes.PING) {
                return opened;
            }
            if (head.get(3) == Http2Bytes.WINDOW_UPDATE && head.getInt(5) == 1) {
                opened += ByteBuffer.wrap(payload).getInt();
            }
        }
    }

    private static Session whole(BedrockRuntimeAsyncClient client) {
        return Session.open(client).begin().turn(20_000).turn(5_000).end();
    }

    /** What a caller of few words hears who, once it has been answered, says this and nothing more. */
    private static String afterATurn(World world, byte[] last) {
        RawClient caller = world.raw();
        caller.send(SessionBytes.head()
                .frame(Http2Bytes.DATA, 0, 1, SessionBytes.said("{\"contentStart\":{\"role\":\"USER\"}}"))
                .frame(Http2Bytes.DATA, 0, 1, SessionBytes.said("{\"contentEnd\":{}}"))
                .bytes());
        caller.readUntil("event");
        Http2Bytes more = new Http2Bytes();
        int greeting = more.bytes().length;
        for (int at = 0; at < Math.min(last.length, 32 * 1024); at += 16 * 1024) {
            int size = Math.min(16 * 1024, last.length - at);
            boolean isLast = at + size == last.length;
            more.frame(Http2Bytes.DATA, isLast ? Http2Bytes.END_STREAM : 0, 1, Arrays.copyOfRange(last, at, at + size));
        }
        byte[] all = more.bytes();
        caller.send(Arrays.copyOfRange(all, greeting, all.length));
        return caller.readUntil(".\"}");
    }

    private static void callersFault(World world) {
        assertThat(Conservation.settled(world))
                .singleElement()
                .returns("ESTIMATED", Row::state)
                .returns("caller_protocol_error", Row::reason);
        Conservation.holdsBetweenLedgerAndMeters(world);
    }
}

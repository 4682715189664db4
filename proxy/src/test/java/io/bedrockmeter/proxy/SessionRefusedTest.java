package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Http2Bytes;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions that their upstream refuses before it has processed anything, and says so (RFC 9113 §8.7): they are sent once more, to
 * the last byte, and nothing is billed twice, or at all.
 */
final class SessionRefusedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Of the session's stream, the first that a client of Netty opens, with REFUSED_STREAM. */
    private static final byte[] RESET = Http2Bytes.frameAlone(
            Http2Bytes.RST_STREAM, 0, 3, ByteBuffer.allocate(4).putInt(7).array());

    private static final Map<String, Long> ONE_TURN =
            Map.of("input", 18L, "output", 10L, "speech_input", 20L, "speech_output", 25L);

    static List<Arguments> refusals() {
        byte[] goAway = Http2Bytes.frameAlone(Http2Bytes.GOAWAY, 0, 0, new byte[8]);
        return List.of(
                Arguments.of("a reset, before anything was said", RESET, When.AFTER_THE_HEAD),
                Arguments.of("a reset, when all was said", RESET, When.AFTER_ALL),
                Arguments.of("a farewell, before the session", goAway, When.AT_ONCE),
                Arguments.of("a farewell, before anything was said", goAway, When.AFTER_THE_HEAD),
                Arguments.of("a farewell, when all was said", goAway, When.AFTER_ALL));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void opensASessionOnceMoreThatItsUpstreamRefuses(String what, byte[] refusal, When when) throws IOException {
        AtomicInteger sessions = new AtomicInteger();
        try (World behind = World.open();
                RawUpstream upstream = RawUpstream.behaving(line -> {
                    if (sessions.getAndIncrement() == 0) {
                        refuse(line, refusal, when);
                    } else {
                        line.passOn(behind.simulator().endpoint(), new CompletableFuture<>());
                    }
                });
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            Session session =
                    Session.open(world.async(SEARCH_KEY)).begin().turn(20_000).end();

            assertThat(session.call()).as(what).succeedsWithin(PATIENCE);
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("EXACT", Row::state)
                    .returns(ONE_TURN, Row::units);
            assertThat(behind.simulator().truth())
                    .singleElement()
                    .satisfies(told -> assertThat(told.units()).isEqualTo(ONE_TURN));
            assertThat(sessions).hasValue(2);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void opensASessionNoMoreThanTwiceAndBillsNothing(String what, byte[] refusal, When when) throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(line -> refuse(line, refusal, when));
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            Session session =
                    Session.open(world.async(SEARCH_KEY)).begin().turn(20_000).end();

            assertThat(session.call())
                    .as(what)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("connection to Amazon Bedrock broke");
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("NOT_BILLED", Row::state)
                    .returns("upstream_refused", Row::reason);
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    /** A farewell that includes the session in what is still processed promises nothing. */
    @Test
    void opensNoSessionOnceMoreThatMayHaveBegun() throws IOException {
        byte[] lastIsOurs = Http2Bytes.frameAlone(Http2Bytes.GOAWAY, 0, 0, new byte[] {0, 0, 0, 3, 0, 0, 0, 0});
        try (RawUpstream upstream = RawUpstream.behaving(line -> {
                    line.greet();
                    await(line, SessionRefusedTest::isLast);
                    line.say(lastIsOurs);
                });
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            Session session =
                    Session.open(world.async(SEARCH_KEY)).begin().turn(20_000).end();

            assertThat(session.call()).failsWithin(PATIENCE);
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("upstream_reset", Row::reason);
            assertThat(upstream.connections()).isOne();
        }
    }

    @Test
    void keepsNoMoreOfASessionThanItMayToSendItAgain() throws IOException {
        byte[] wide = Http2Bytes.frameAlone(Http2Bytes.WINDOW_UPDATE, 0, 0, new byte[] {0, 16, 0, 0});
        byte[] wideStream = Http2Bytes.frameAlone(Http2Bytes.WINDOW_UPDATE, 0, 3, new byte[] {0, 16, 0, 0});
        AtomicInteger received = new AtomicInteger();
        try (RawUpstream upstream = RawUpstream.behaving(line -> {
                    line.greet();
                    line.say(wide);
                    await(line, frame -> frame.type() == Http2Bytes.HEADERS);
                    line.say(wideStream);
                    await(
                            line,
                            frame -> frame.type() == Http2Bytes.DATA && received.addAndGet(frame.length()) > 200_000);
                    line.say(RESET);
                    line.untilClosed();
                });
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {
            Session session = Session.open(world.async(SEARCH_KEY));

            IntStream.range(0, 30).forEach(i -> session.turn(11_000));

            assertThat(session.call()).failsWithin(PATIENCE);
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("NOT_BILLED", Row::state)
                    .returns("upstream_refused", Row::reason);
            assertThat(upstream.connections()).isOne();
        }
    }

    /** When an upstream refuses. */
    enum When {
        AT_ONCE,
        AFTER_THE_HEAD,
        AFTER_ALL
    }

    /** Says this, and waits for the other side. */
    private static void refuse(RawUpstream.Line line, byte[] refusal, When when) throws IOException {
        line.greet();
        if (when != When.AT_ONCE) {
            await(line, frame -> frame.type() == Http2Bytes.HEADERS);
        }
        if (when == When.AFTER_ALL) {
            await(line, SessionRefusedTest::isLast);
        }
        line.say(refusal);
        line.untilClosed();
    }

    private static boolean isLast(RawUpstream.Frame frame) {
        return frame.type() == Http2Bytes.DATA && (frame.flags() & Http2Bytes.END_STREAM) != 0;
    }

    private static void await(RawUpstream.Line line, Predicate<RawUpstream.Frame> awaited) throws IOException {
        RawUpstream.Frame frame = line.frame();
        while (!awaited.test(frame)) {
            frame = line.frame();
        }
    }
}

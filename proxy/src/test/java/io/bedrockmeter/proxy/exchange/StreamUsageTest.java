package io.bedrockmeter.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.RequestReader;
import io.bedrockmeter.metering.usage.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamUsageTest {
    private static final String STREAM = """
            data: {"id":"c","choices":[{"delta":{"content":"say \\"usage\\":null, é"}}],"usage":null}

            : a comment

            data: {"id":"c", "usage": null, "choices":[{"delta":{},"finish_reason":"stop"}]}

            data: {"id":"c","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}

            data: [DONE]

            """;
    private static final String WITHOUT = """
            data: {"id":"c","choices":[{"delta":{"content":"say \\"usage\\":null, é"}}]}

            : a comment

            data: {"id":"c", "choices":[{"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """;

    @Test
    void keepsTheAnswerFromTheCallerWhereverTheStreamIsCut() {
        byte[] stream = STREAM.getBytes(StandardCharsets.UTF_8);

        for (int cut = 0; cut <= stream.length; cut++) {
            String passed = pass(stream, cut);

            assertThat(passed).as("cut at %d", cut).isEqualTo(WITHOUT);
        }
    }

    @Test
    void knowsEventsThatEndWithCarriageReturns() {
        String stream = STREAM.replace("\n", "\r\n");

        String passed = pass(stream.getBytes(StandardCharsets.UTF_8), 40);

        assertThat(passed).isEqualTo(WITHOUT.replace("\n", "\r\n"));
    }

    @Test
    void passesAnUnfinishedEventAtTheEnd() {
        String passed = pass("data: {\"choices\":[{}]".getBytes(StandardCharsets.UTF_8), 3);

        assertThat(passed).isEqualTo("data: {\"choices\":[{}]");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, StreamUsage.EVENT_BYTES_MAX, StreamUsage.EVENT_BYTES_MAX + 10})
    void passesAnEventThatIsTooLongAndAllThatFollowsIt(int cut) {
        String stream = STREAM + "data: " + "x".repeat(StreamUsage.EVENT_BYTES_MAX) + "\n\n" + STREAM;

        String passed = pass(stream.getBytes(StandardCharsets.UTF_8), cut);

        assertThat(passed).isEqualTo(WITHOUT + stream.substring(STREAM.length()));
    }

    @Test
    void takesTheLongestEventThatItMay() {
        String beginning = "data: {\"pad\":\"";
        String end = "\",\"usage\":null}\n\n";
        int padding = StreamUsage.EVENT_BYTES_MAX - beginning.length() - end.length();
        String longest = beginning + "x".repeat(padding) + end;

        String passed = pass((longest + STREAM).getBytes(StandardCharsets.UTF_8), 7);

        assertThat(passed).isEqualTo(longest.replace(",\"usage\":null", "") + WITHOUT);
    }

    /** An event that comes in many pieces must not be searched or copied anew with each. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16, 1_024, 16 * 1_024})
    void touchesEachByteAFewTimesHoweverTheStreamIsCut(int pieceBytes) {
        String event = "data: {\"pad\":\"" + "some words\\n".repeat(5_000) + "\",\"usage\":null}\n\n";
        byte[] stream = event.repeat(4).getBytes(StandardCharsets.UTF_8);
        CountingAllocator counting = new CountingAllocator();
        StreamUsage usage = new StreamUsage(counting);

        long passed = 0;
        for (int at = 0; at < stream.length; at += pieceBytes) {
            ByteBuf piece = counting.of(Arrays.copyOfRange(stream, at, Math.min(at + pieceBytes, stream.length)));
            ByteBuf left = usage.withoutAnswer(piece);
            passed += left.readableBytes();
            left.release();
        }

        assertThat(passed).isEqualTo(stream.length - 4L * ",\"usage\":null".length());
        // Searched, kept, doubled in length at most twice over, read as text, written.
        assertThat(counting.touched()).isBetween(2L * stream.length, 12L * stream.length);
    }

    @Test
    void addsTheQuestionAndHashesTheWholeAnew() throws Exception {
        RequestCollector body = body(" \n{\"model\":\"m\",", "\"stream\":true}");

        boolean asked = StreamUsage.askedIn(body, body.facts(), WireFormat.CHAT_COMPLETIONS);

        String expected = " \n{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}";
        assertThat(asked).isTrue();
        assertThat(body.bytes()).isEqualTo(expected.length());
        assertThat(body.sha256Hex()).isEqualTo(sha256(expected));
        ByteBuf sent = body.take();
        assertThat(sent.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
        sent.release();
        body.release();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"stream\":false}",
                "{\"model\":\"m\"}",
                "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                "{\"stream\":true,\"stream_options\":{\"include_usage\":false}}",
                "[true]",
                ""
            })
    void leavesARequestAloneThatNeedsNoQuestionOrTakesNone(String request) {
        RequestCollector body = body(request);
        RequestFacts facts = body.facts();

        boolean asked = StreamUsage.askedIn(body, facts, WireFormat.CHAT_COMPLETIONS);

        assertThat(asked).isFalse();
        assertThat(body.bytes()).isEqualTo(request.length());
        body.release();
    }

    @Test
    void leavesOtherFormatsAlone() {
        RequestCollector body = body("{\"stream\":true}");

        assertThat(StreamUsage.askedIn(body, body.facts(), WireFormat.RESPONSES))
                .isFalse();
        body.release();
    }

    private static String pass(byte[] stream, int cut) {
        StreamUsage usage = new StreamUsage(UnpooledByteBufAllocator.DEFAULT);
        ByteBuf passed = Unpooled.buffer();
        for (ByteBuf part : new ByteBuf[] {
            usage.withoutAnswer(Unpooled.copiedBuffer(stream, 0, cut)),
            usage.withoutAnswer(Unpooled.copiedBuffer(stream, cut, stream.length - cut)),
            usage.rest()
        }) {
            passed.writeBytes(part);
            part.release();
        }
        return passed.toString(StandardCharsets.UTF_8);
    }

    private static RequestCollector body(String... pieces) {
        RequestCollector body = new RequestCollector(
                UnpooledByteBufAllocator.DEFAULT,
                BodyRoom.of(new BodyBudget(1_000)),
                1_000,
                RequestReader.open(WireFormat.CHAT_COMPLETIONS, null, name -> null),
                null);
        for (String piece : pieces) {
            body.add(Unpooled.copiedBuffer(piece, StandardCharsets.UTF_8));
        }
        return body;
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}

package io.bedrockmeter.metering.usage;

import static io.bedrockmeter.metering.usage.Responses.absent;
import static io.bedrockmeter.metering.usage.Responses.chunk;
import static io.bedrockmeter.metering.usage.Responses.converse;
import static io.bedrockmeter.metering.usage.Responses.converseStream;
import static io.bedrockmeter.metering.usage.Responses.counted;
import static io.bedrockmeter.metering.usage.Responses.delta;
import static io.bedrockmeter.metering.usage.Responses.exact;
import static io.bedrockmeter.metering.usage.Responses.exactDisagreed;
import static io.bedrockmeter.metering.usage.Responses.invoke;
import static io.bedrockmeter.metering.usage.Responses.invokeStreamOf;
import static io.bedrockmeter.metering.usage.Responses.metadata;
import static io.bedrockmeter.metering.usage.Responses.partial;
import static io.bedrockmeter.metering.usage.Responses.read;
import static io.bedrockmeter.metering.usage.Responses.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.eventstream.Frames;
import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokenResponsesTest {
    private static final String NOVA = "amazon.nova-lite-v1:0";
    private static final String CLAUDE = "anthropic.claude-sonnet-4-6";
    private static final byte[] USAGE =
            metadata("\"usage\":{\"inputTokens\":30,\"outputTokens\":10,\"totalTokens\":40}");
    private static final byte[] EXCEPTION = Frames.exception("modelStreamErrorException", "sorry");

    @ParameterizedTest
    @ValueSource(ints = {199, 302, 400, 403, 424, 429, 500, 503})
    void readsNothingOfARefusal(int status) {
        ByteBuffer body = ByteBuffer.wrap("{\"usage\":{\"inputTokens\":1}}".getBytes(StandardCharsets.UTF_8));
        Wire wire = new Wire(
                WireFormat.CONVERSE_JSON, ModelRef.parse(NOVA), Responses.REQUEST, status, counted("1", "2"), body);

        assertThat(absent(read(wire)))
                .isEqualTo(new UsageReading.Absent(Usage.NONE, UsageGap.NOT_SUCCESSFUL, Served.SILENT));
    }

    @Test
    void estimatesAnAnswerThatReportsNothing() {
        UsageReading.Absent absent = absent(read(converse(NOVA, "{\"output\":\"" + "x".repeat(387) + "\"}")));

        assertThat(absent.why()).isEqualTo(UsageGap.NOT_REPORTED);
        assertThat(absent.estimate()).isEqualTo(tokens(100, 100));
    }

    @Test
    void neverEstimatesMoreOutputThanWasAskedFor() {
        RequestFacts request = new RequestFacts(400, 20, null, null);
        ByteBuffer body =
                ByteBuffer.wrap(("{\"output\":\"" + "x".repeat(4000) + "\"}").getBytes(StandardCharsets.UTF_8));
        Wire wire = new Wire(WireFormat.CONVERSE_JSON, ModelRef.parse(NOVA), request, 200, Map.of(), body);

        assertThat(absent(wire.whole()).estimate()).isEqualTo(tokens(100, 20));
    }

    @Test
    void estimatesAStreamThatLostItsMetadataFromItsDeltas() {
        UsageReading.Absent absent =
                absent(read(converseStream(NOVA, delta("four"), delta("x".repeat(40)), delta("b"))));

        assertThat(absent.why()).isEqualTo(UsageGap.NOT_REPORTED);
        assertThat(absent.estimate()).as("45 bytes of text").isEqualTo(tokens(100, 12));
    }

    @Test
    void countsAtLeastOneTokenADelta() {
        byte[][] frames = new byte[40][];
        java.util.Arrays.fill(frames, delta("a"));

        assertThat(absent(read(converseStream(NOVA, frames))).estimate()).isEqualTo(tokens(100, 40));
    }

    @Test
    void saysThatAStreamEndedWithAnException() {
        UsageReading.Absent before = absent(read(converseStream(NOVA, EXCEPTION)));
        UsageReading.Absent after = absent(read(converseStream(NOVA, delta("one"), delta("two"), EXCEPTION)));
        UsageReading.Absent error =
                absent(read(converseStream(NOVA, delta("a"), Frames.error("InternalFailure", "x"))));

        assertThat(before.why()).isEqualTo(UsageGap.STREAM_EXCEPTION);
        assertThat(before.estimate()).isEqualTo(tokens(100, 0));
        assertThat(after.why()).isEqualTo(UsageGap.STREAM_EXCEPTION);
        assertThat(after.estimate()).isEqualTo(tokens(100, 2));
        assertThat(error.why()).isEqualTo(UsageGap.STREAM_EXCEPTION);
    }

    @Test
    void keepsWhatWasSeenBeforeAnException() {
        byte[] start =
                chunk("{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}");
        byte[] text = chunk(
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}");

        UsageReading.Partial partial = partial(read(invokeStreamOf(CLAUDE, start, text, text, text, EXCEPTION)));

        assertThat(partial.why()).isEqualTo(UsageGap.STREAM_EXCEPTION);
        assertThat(partial.seen()).isEqualTo(tokens(12, 1));
        assertThat(partial.estimate()).isEqualTo(tokens(12, 3));
    }

    @Test
    void believesUsageThatWasWholeBeforeTheStreamBroke() {
        Wire wire = converseStream(NOVA, delta("a"), USAGE, EXCEPTION);
        int end = wire.length() - EXCEPTION.length;

        assertThat(exact(wire)).isEqualTo(tokens(30, 10));
        assertThat(wire.brokenAt(end)).isInstanceOf(UsageReading.Exact.class);
        assertThat(wire.brokenAt(end + 5)).isInstanceOf(UsageReading.Exact.class);
        assertThat(absent(wire.brokenAt(end - 1)).why())
                .as("one byte of its checksum is missing")
                .isEqualTo(UsageGap.TRUNCATED);
    }

    @Test
    void saysThatAStreamEndedInsideAFrameThoughItsBodyWasWhole() {
        byte[] half = java.util.Arrays.copyOf(USAGE, USAGE.length - 3);

        assertThat(absent(read(converseStream(NOVA, half))).why()).isEqualTo(UsageGap.TRUNCATED);
    }

    @Test
    void takesABrokenDocumentsCountsForNoMoreThanSeen() {
        Wire wire = converse(NOVA, "{\"usage\":{\"inputTokens\":30,\"outputTokens\":10},\"more\":\"");

        UsageReading.Partial ended = partial(read(wire));
        UsageReading.Partial broken = partial(wire.brokenAt(wire.length()));

        assertThat(ended.why()).isEqualTo(UsageGap.MALFORMED_JSON);
        assertThat(ended.seen()).isEqualTo(tokens(30, 10));
        assertThat(broken.why()).isEqualTo(UsageGap.TRUNCATED);
        assertThat(broken.estimate()).isEqualTo(tokens(30, 10));
    }

    @Test
    void believesHeadersOfABrokenBodyUnlessItsSplitIsMissing() {
        Wire plain = invoke(CLAUDE, counted("3", "44", "5", "0"), "{\"content\":[{\"te");
        Wire written = invoke(CLAUDE, counted("3", "44", "5", "9"), "{\"content\":[{\"te");

        assertThat(plain.brokenAt(9)).isInstanceOf(UsageReading.Exact.class);
        assertThat(partial(written.brokenAt(9)).seen().count(UsageUnit.CACHE_WRITE_5M))
                .isEqualTo(9);
    }

    @Test
    void believesNothingOfAFrameWhoseChecksumFails() {
        byte[] corrupt = USAGE.clone();
        corrupt[corrupt.length - 30] ^= 1;
        byte[] wrongPrelude = USAGE.clone();
        wrongPrelude[3] ^= 1;

        assertThat(absent(read(converseStream(NOVA, delta("a"), corrupt, USAGE)))
                        .why())
                .isEqualTo(UsageGap.CORRUPT_FRAME);
        assertThat(absent(read(converseStream(NOVA, wrongPrelude, USAGE))).why())
                .isEqualTo(UsageGap.CORRUPT_FRAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "99999999999999", "\"many\"", "-0.9", "1e12", "true"})
    void callsACountImplausibleThatNoCallCanHave(String count) {
        UsageReading.Partial partial =
                partial(read(converse(NOVA, "{\"usage\":{\"inputTokens\":" + count + ",\"outputTokens\":10}}")));

        assertThat(partial.why()).isEqualTo(UsageGap.IMPLAUSIBLE_COUNT);
        assertThat(partial.seen()).isEqualTo(tokens(0, 10));
        assertThat(partial.estimate()).isEqualTo(tokens(100, 10));
    }

    @Test
    void doesNotTakeAnImplausibleCacheCountForZero() {
        String body = "{\"usage\":{\"inputTokens\":3,\"outputTokens\":10,\"cacheReadInputTokens\":-5}}";

        assertThat(partial(read(converse(NOVA, body))).why()).isEqualTo(UsageGap.IMPLAUSIBLE_COUNT);
    }

    @Test
    void readsCountsWrittenAsStrings() {
        assertThat(exact(converse(NOVA, "{\"usage\":{\"inputTokens\":\"30\",\"outputTokens\":\"10.0\"}}")))
                .isEqualTo(tokens(30, 10));
    }

    @Test
    void letsTheFirstValidMetadataWin() {
        byte[] other = metadata("\"usage\":{\"inputTokens\":31,\"outputTokens\":11,\"totalTokens\":42}");
        byte[] invalid = metadata("\"usage\":{\"inputTokens\":-1,\"outputTokens\":99,\"totalTokens\":40}");
        byte[] silent = metadata("\"trace\":{}");

        assertThat(exactDisagreed(converseStream(NOVA, USAGE, other))).isEqualTo(tokens(30, 10));
        assertThat(exactDisagreed(converseStream(NOVA, invalid, USAGE))).isEqualTo(tokens(30, 10));
        assertThat(exactDisagreed(converseStream(NOVA, USAGE, invalid))).isEqualTo(tokens(30, 10));
        assertThat(exact(converseStream(NOVA, USAGE, USAGE))).isEqualTo(tokens(30, 10));
        assertThat(exact(converseStream(NOVA, silent, USAGE))).isEqualTo(tokens(30, 10));
    }

    @Test
    void letsTheFirstOfEqualKeysWin() {
        String body =
                "{\"usage\":{\"inputTokens\":1,\"inputTokens\":2,\"outputTokens\":3},\"usage\":{\"outputTokens\":4}}";

        assertThat(exactDisagreed(converse(NOVA, body))).isEqualTo(tokens(1, 3));
    }

    @Test
    void survivesChunksThatAreNotWhatTheyShouldBe() {
        byte[] notBase64 = Frames.event("chunk", "{\"bytes\":\"e3***0=\",\"p\":\"\"}");
        byte[] notJson = Frames.event("chunk", "hello");
        byte[] noBytes = Frames.event("chunk", "{\"p\":\"abc\"}");
        byte[] depthBomb = chunk("{\"a\":" + "[".repeat(2000));
        byte[] last = chunk("{\"metadata\":{\"usage\":{\"inputTokens\":30,\"outputTokens\":10}}}");

        assertThat(absent(read(invokeStreamOf(NOVA, notBase64))).why()).isEqualTo(UsageGap.MALFORMED_JSON);
        assertThat(absent(read(invokeStreamOf(NOVA, notJson))).why()).isEqualTo(UsageGap.MALFORMED_JSON);
        assertThat(absent(read(invokeStreamOf(NOVA, noBytes))).why()).isEqualTo(UsageGap.NOT_REPORTED);
        assertThat(exact(invokeStreamOf(NOVA, notJson, notBase64, noBytes, depthBomb, last)))
                .isEqualTo(tokens(30, 10));
    }

    @Test
    void readsAChunkWhateverItsOrderAndItsEscapes() {
        String base64 = "eyJtZXRhZGF0YSI6eyJ1c2FnZSI6eyJpbnB1dFRva2VucyI6MzAsIm91dHB1dFRva2VucyI6MTB9fSwieCI6Ij8/PyJ9";
        byte[] escaped =
                Frames.event("chunk", " { \"p\" : \"x\" , \"bytes\" : \"" + base64.replace("/", "\\/") + "\" } ");

        assertThat(exact(invokeStreamOf(NOVA, escaped))).isEqualTo(tokens(30, 10));
    }

    @Test
    void tellsHowMuchOfAFrameIsLacking() {
        UsageReader stream = converseStream(NOVA).open();
        UsageReader document = converse(NOVA, "{}").open();
        byte[] corrupt = USAGE.clone();
        corrupt[9] ^= 1;

        assertThat(stream.bytesToFrameEnd()).isZero();
        stream.read(ByteBuffer.wrap(USAGE, 0, 5));
        assertThat(stream.bytesToFrameEnd()).isEqualTo(16 - 5);
        stream.read(ByteBuffer.wrap(USAGE, 5, 15));
        assertThat(stream.bytesToFrameEnd()).isEqualTo(USAGE.length - 20);
        stream.read(ByteBuffer.wrap(USAGE, 20, USAGE.length - 22));
        assertThat(stream.bytesToFrameEnd()).isEqualTo(2);
        stream.read(ByteBuffer.wrap(USAGE, USAGE.length - 2, 2));
        assertThat(stream.bytesToFrameEnd()).isZero();
        stream.read(ByteBuffer.wrap(corrupt));
        assertThat(stream.bytesToFrameEnd()).isEqualTo(UsageReader.NO_FRAMES);
        assertThat(document.bytesToFrameEnd()).isEqualTo(UsageReader.NO_FRAMES);
    }
}

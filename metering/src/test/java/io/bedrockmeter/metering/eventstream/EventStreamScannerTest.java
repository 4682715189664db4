package io.bedrockmeter.metering.eventstream;

import static io.bedrockmeter.metering.eventstream.Frames.event;
import static io.bedrockmeter.metering.eventstream.Frames.frame;
import static io.bedrockmeter.metering.eventstream.Frames.header;
import static io.bedrockmeter.metering.eventstream.Frames.join;
import static io.bedrockmeter.metering.eventstream.Frames.prelude;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventStreamScannerTest {
    /** Frames that the SDK of AWS for Python reads as an event, an exception and an error. */
    private static final String CHUNK_FRAME =
            "0000006b0000004b6ace012d0b3a6576656e742d747970650700056368756e6b0d3a636f6e74"
                    + "656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b226279"
                    + "746573223a226533303d227d3651dbfe";

    private static final String EXCEPTION_FRAME =
            "0000008300000061a9d144e50f3a657863657074696f6e2d747970650700137468726f"
                    + "74746c696e67457863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573"
                    + "736167652d74797065070009657863657074696f6e7b226d657373616765223a22736c6f77227d9350311c";
    private static final String ERROR_FRAME =
            "0000005a0000004a8188a08d0b3a6572726f722d636f646507000f496e7465726e616c4661"
                    + "696c7572650e3a6572726f722d6d657373616765070004626f6f6d0d3a6d6573736167652d747970650700056572726f72f8d6999d";

    @Test
    void readsFramesAsTheSdkDoes() {
        byte[] stream = HexFormat.of().parseHex(CHUNK_FRAME + EXCEPTION_FRAME + ERROR_FRAME);

        assertThat(read(stream))
                .containsExactly(
                        "EVENT chunk 16 {\"bytes\":\"e30=\"} intact",
                        "EXCEPTION throttlingException 18 {\"message\":\"slow\"} intact",
                        "ERROR InternalFailure 0  intact");
    }

    @Test
    void writesTheSameFramesInTests() {
        assertThat(event("chunk", "{\"bytes\":\"e30=\"}")).asHexString().isEqualToIgnoringCase(CHUNK_FRAME);
    }

    @Test
    void skipsHeadersOfEveryType() {
        String headers = "\1a\0" + "\1b\1" + "\1c\2x" + "\1d\3xx" + "\1e\4xxxx" + "\1f\5xxxxxxxx" + "\1g\6\0\3xxx"
                + "\1h\10xxxxxxxx" + "\1i\11xxxxxxxxxxxxxxxx" + header(":event-type", "chunk")
                + header(":message-type", "event");

        assertThat(read(frame(headers, "x"))).containsExactly("EVENT chunk 1 x intact");
    }

    @Test
    void namesWhatItDoesNotKnow() {
        byte[] stream = join(
                event("brandNewEvent", "{}"),
                frame(header(":message-type", "riddle"), "?"),
                frame("", ""),
                frame(header(":event-type", "") + header(":message-type", "event"), ""));

        assertThat(read(stream))
                .containsExactly(
                        "EVENT brandNewEvent 2 {} intact", "OTHER  1 ? intact", "OTHER  0  intact", "EVENT  0  intact");
    }

    @Test
    void carriesAHeadLongerThanAnyOther() {
        String headers =
                header("long", "x".repeat(60_000)) + header(":event-type", "chunk") + header(":message-type", "event");

        assertThat(scan(join(frame(headers, "a"), event("chunk", "b")), 17, EventStreamLimits.DEFAULT).frames)
                .containsExactly("EVENT chunk 1 a intact", "EVENT chunk 1 b intact");
    }

    @Test
    void showsNoPayloadThatNobodyWants() {
        List<String> seen = new ArrayList<>();
        EventStreamScanner scanner = new EventStreamScanner(EventStreamLimits.DEFAULT, names(), new FrameListener() {
            @Override
            public boolean onFrame(FrameKind kind, String name, int payloadBytes) {
                return name.equals("metadata");
            }

            @Override
            public void onPayload(ByteBuffer slice) {
                seen.add(StandardCharsets.UTF_8.decode(slice).toString());
            }

            @Override
            public void onFrameEnd(boolean intact) {
                seen.add(intact ? "intact" : "corrupt");
            }
        });

        scanner.feed(ByteBuffer.wrap(join(event("chunk", "no"), event("metadata", "yes"), event("chunk", "no"))));

        assertThat(seen).containsExactly("intact", "yes", "intact", "intact");
    }

    @Test
    void endsForGoodAtEachFlippedByte() {
        byte[] good = event("chunk", "{\"bytes\":\"e30=\"}");

        for (int i = 0; i < good.length; i++) {
            byte[] stream = join(good, good, good);
            stream[good.length + i] ^= 0x40;
            Scan scan = scan(stream, stream.length, EventStreamLimits.DEFAULT);

            assertThat(scan.failure).as("byte %d", i).isNotNull();
            assertThat(scan.frames.stream().filter(frame -> frame.endsWith("intact")))
                    .as("byte %d", i)
                    .hasSize(1);
        }
    }

    @Test
    void saysWhyItEnded() {
        byte[] wrongPrelude = event("chunk", "x");
        wrongPrelude[9] ^= 1;
        byte[] wrongMessage = event("chunk", "x");
        wrongMessage[wrongMessage.length - 1] ^= 1;
        String endless = "\177name";

        assertThat(failure(wrongPrelude)).isEqualTo(ScanFailure.PRELUDE_CHECKSUM);
        assertThat(failure(wrongMessage)).isEqualTo(ScanFailure.MESSAGE_CHECKSUM);
        assertThat(failure(frame(endless, "x"))).isEqualTo(ScanFailure.HEADERS);
        assertThat(failure(frame("\1a\12", "x"))).as("a header of type 10").isEqualTo(ScanFailure.HEADERS);
        assertThat(failure(frame("\1a\7\0", "x"))).as("half a length").isEqualTo(ScanFailure.HEADERS);
        assertThat(failure(frame("\1a\7\0\5abc", "x")))
                .as("a value past the end")
                .isEqualTo(ScanFailure.HEADERS);
    }

    @Test
    void refusesImpossibleLengthsBeforeItKeepsAnything() {
        assertThat(failure(prelude(15, 0))).isEqualTo(ScanFailure.LENGTH);
        assertThat(failure(prelude(100, 85))).isEqualTo(ScanFailure.LENGTH);
        assertThat(failure(prelude(-1, 0))).isEqualTo(ScanFailure.LENGTH);
        assertThat(failure(prelude(100, -1))).isEqualTo(ScanFailure.LENGTH);
        assertThat(failure(prelude(Integer.MAX_VALUE, Integer.MAX_VALUE))).isEqualTo(ScanFailure.LENGTH);
        assertThat(failure(prelude(1_000_000, 128 * 1024 + 1))).isEqualTo(ScanFailure.LENGTH);
        assertThat(failure(prelude(26 * 1024 * 1024, 0))).isEqualTo(ScanFailure.LENGTH);
    }

    @Test
    void takesAFrameOfSeventeenMegabytesUnlessTheLimitIsLower() {
        byte[] large = prelude(17 * 1024 * 1024, 0);
        EventStreamLimits sixteen = new EventStreamLimits(128 * 1024, 16 * 1024 * 1024);

        assertThat(scan(large, large.length, EventStreamLimits.DEFAULT).failure).isNull();
        assertThat(scan(large, large.length, sixteen).failure).isEqualTo(ScanFailure.LENGTH);
        assertThatThrownBy(() -> new EventStreamLimits(0, 15)).hasMessageContaining("no room for a frame");
    }

    @Test
    void knowsWhetherItStandsBetweenTwoFrames() {
        byte[] stream = event("chunk", "{}");

        for (int i = 0; i <= stream.length; i++) {
            EventStreamScanner scanner = new EventStreamScanner(EventStreamLimits.DEFAULT, names(), new Recorder());
            scanner.feed(ByteBuffer.wrap(stream, 0, i));
            assertThat(scanner.isMidFrame()).as("after %d bytes", i).isEqualTo(i > 0 && i < stream.length);
        }
    }

    private static @Nullable ScanFailure failure(byte[] stream) {
        ScanFailure whole = scan(stream, stream.length, EventStreamLimits.DEFAULT).failure;
        assertThat(scan(stream, 1, EventStreamLimits.DEFAULT).failure).isEqualTo(whole);
        return whole;
    }

    /** The frames of a stream, the same however it is cut. */
    private static List<String> read(byte[] stream) {
        List<String> whole = scan(stream, stream.length, EventStreamLimits.DEFAULT).frames;
        for (int size = 1; size < stream.length; size++) {
            assertThat(scan(stream, size, EventStreamLimits.DEFAULT).frames)
                    .as("in pieces of %d", size)
                    .isEqualTo(whole);
        }
        return whole;
    }

    private static Scan scan(byte[] stream, int size, EventStreamLimits limits) {
        Recorder recorder = new Recorder();
        EventStreamScanner scanner = new EventStreamScanner(limits, names(), recorder);
        for (int from = 0; from < stream.length; from += size) {
            scanner.feed(ByteBuffer.wrap(stream, from, Math.min(size, stream.length - from)));
        }
        return new Scan(recorder.frames, scanner.failure());
    }

    private static EventStreamScanner.KnownNames names() {
        return new EventStreamScanner.KnownNames(List.of("chunk", "metadata"));
    }

    private record Scan(List<String> frames, @Nullable ScanFailure failure) {}

    private static final class Recorder implements FrameListener {
        private final List<String> frames = new ArrayList<>();
        private final StringBuilder frame = new StringBuilder();

        @Override
        public boolean onFrame(FrameKind kind, String name, int payloadBytes) {
            frame.setLength(0);
            frame.append(kind)
                    .append(' ')
                    .append(name)
                    .append(' ')
                    .append(payloadBytes)
                    .append(' ');
            return true;
        }

        @Override
        public void onPayload(ByteBuffer slice) {
            frame.append(StandardCharsets.UTF_8.decode(slice));
        }

        @Override
        public void onFrameEnd(boolean intact) {
            frames.add(frame + (intact ? " intact" : " corrupt"));
        }
    }
}

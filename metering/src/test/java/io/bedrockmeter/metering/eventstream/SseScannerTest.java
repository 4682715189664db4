package io.bedrockmeter.metering.eventstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseScannerTest {
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void readsEventsWhateverEndsTheirLines(String end) {
        String stream = String.join(end, "event: a", "data: one", "id: 7", "", "data:two", "", "");

        assertThat(events(stream)).containsExactly("one", "two");
    }

    @Test
    void takesOneSpaceOffTheDataAndNoMore() {
        assertThat(events("data:  x \n\ndata: \n\ndata:\n\n")).containsExactly(" x ", "", "");
    }

    @Test
    void joinsLinesOfDataByLineFeeds() {
        assertThat(events("data: {\ndata\ndata:}\n\n")).containsExactly("{\n\n}");
    }

    @Test
    void skipsCommentsOtherFieldsAndEventsWithoutData() {
        String stream = ": data: no\n\nevent: ping\n\ndat: no\ndataset: no\n data: no\nretry: 3\ndata: yes\n\n";

        assertThat(events(stream)).containsExactly("yes");
    }

    @Test
    void skipsAByteOrderMarkAtTheBeginningOnly() {
        assertThat(events("\uFEFFdata: a\n\n\uFEFFdata: b\n\ndata: c\n\n")).containsExactly("a", "c");
    }

    @Test
    void reportsAnEventThatTheEndOfTheStreamCutsOff() {
        assertThat(events("data: a\n\ndata: b")).containsExactly("a", "b");
        assertThat(events("data: a\n")).containsExactly("a");
        assertThat(events("data")).containsExactly("");
        assertThat(events("dat")).isEmpty();
        assertThat(events("")).isEmpty();
    }

    @Test
    void readsEachOfManyEventsOnceHoweverTheyAreCut() {
        var random = new Random(11);
        var stream = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String data = "x".repeat(random.nextInt(40)) + i;
            expected.add(data);
            String end = List.of("\n", "\r", "\r\n").get(random.nextInt(3));
            stream.append(random.nextBoolean() ? "event: e" + end : "")
                    .append(random.nextBoolean() ? "data: " : "data:")
                    .append(data)
                    .append(end)
                    .append(end);
        }

        assertThat(events(stream.toString())).isEqualTo(expected);
    }

    @Test
    void passesALineOfManyMegabytesOnAsItComes() {
        var listener = new Collected();
        var scanner = new SseScanner(listener);
        ByteBuffer piece = ByteBuffer.allocateDirect(64 * 1024);
        scanner.feed(bytes("data: "));

        for (int i = 0; i < 512; i++) {
            scanner.feed(piece);
        }

        assertThat(listener.length).isEqualTo(512L * 64 * 1024);
        assertThat(listener.events).isEmpty();
    }

    @Test
    void leavesPositionAndLimitAsTheyWere() {
        ByteBuffer buffer = bytes("..data: a\n\n..");
        buffer.position(2).limit(11);
        var listener = new Collected();

        new SseScanner(listener).feed(buffer);

        assertThat(buffer).isEqualTo(bytes("data: a\n\n"));
        assertThat(listener.events).containsExactly("a");
    }

    /** The events of a stream, the same whole, byte by byte and in two pieces cut anywhere, in heap and direct buffers. */
    private static List<String> events(String text) {
        ByteBuffer stream = bytes(text);
        List<String> whole = read(stream, stream.limit());
        assertThat(read(stream, 1)).as("byte by byte").isEqualTo(whole);
        for (int cut = 1; cut < stream.limit(); cut++) {
            var listener = new Collected();
            var scanner = new SseScanner(listener);
            scanner.feed(direct(stream.slice(0, cut)));
            scanner.feed(stream.slice(cut, stream.limit() - cut));
            scanner.finish();
            assertThat(listener.events).as("cut at %d", cut).isEqualTo(whole);
        }
        return whole;
    }

    private static List<String> read(ByteBuffer stream, int size) {
        var listener = new Collected();
        var scanner = new SseScanner(listener);
        for (int from = 0; from < stream.limit(); from += size) {
            scanner.feed(stream.slice(from, Math.min(size, stream.limit() - from)));
        }
        scanner.finish();
        return listener.events;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer direct(ByteBuffer heap) {
        return ByteBuffer.allocateDirect(heap.remaining()).put(heap).flip();
    }

    private static final class Collected implements SseListener {
        private final List<String> events = new ArrayList<>();
        private final StringBuilder data = new StringBuilder();
        private long length;

        @Override
        public void onData(byte[] bytes, int from, int to) {
            length += to - from;
            if (length < 100_000) {
                data.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            }
        }

        @Override
        public void onEventEnd() {
            events.add(data.toString());
            data.setLength(0);
        }
    }
}

package io.bedrockmeter.metering.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
    private static final JsonPaths PATHS = JsonPaths.builder()
            .number("usage.input_tokens", 1)
            .number("usage.output_tokens", 2)
            .text("usage.tier", 3)
            .number("usage.details[].tokens", 4)
            .text("usage.details[].ttl", 5)
            .end("usage.details[]", 6)
            .number("trace.*.units", 7)
            .number("trace.known.units", 8)
            .value("documents[]", 9)
            .bytes("data", 10)
            .size("texts[]", 11)
            .build();

    @Test
    void reportsWatchedValuesInTheOrderOfTheDocument() {
        String json =
                "{\"id\":\"x\",\"usage\":{\"input_tokens\":12,\"other\":[1,{\"a\":2}],\"tier\":\"flex\",\"output_tokens\":0}}";

        assertThat(read(json)).containsExactly("1=12", "3=flex", "2=0", "whole");
    }

    @Test
    void neverMatchesTextInsideAString() {
        String json =
                "{\"text\":\"\\\"usage\\\":{\\\"input_tokens\\\":9},\\\\\",\"a\":{\"usage\":{\"input_tokens\":8}},"
                        + "\"b\":[{\"usage\":{\"input_tokens\":7}}],\"usage\":{\"input_tokens\":1}}";

        assertThat(read(json)).containsExactly("1=1", "whole");
    }

    @Test
    void comparesKeysAfterResolvingTheirEscapes() {
        String json = "{\"\\u0075s\\u0061ge\":{\"input_tokens\":5,\"\\u00fcsage\":1,\"in\\put_tokens\":3}}";

        assertThat(read(json)).containsExactly("1=5", "1=3", "whole");
    }

    @Test
    void matchesElementsAndAnyName() {
        String json = "{\"usage\":{\"details\":[{\"ttl\":\"1h\",\"tokens\":3},{\"tokens\":4,\"ttl\":\"5m\"}]},"
                + "\"trace\":{\"g1\":{\"units\":1},\"known\":{\"units\":2},\"g2\":{\"x\":{\"units\":9},\"units\":3}}}";

        assertThat(read(json))
                .containsExactly("5=1h", "4=3", "end6", "4=4", "5=5m", "end6", "7=1", "8=2", "7=3", "whole");
    }

    @Test
    void countsElementsOfAnyKindButNull() {
        assertThat(read("{\"documents\":[\"a\",{\"b\":[1,2]},null,[3],4,true]}"))
                .containsExactly("value9", "value9", "value9", "value9", "value9", "whole");
        assertThat(read("{\"documents\":[]}")).containsExactly("whole");
        assertThat(read("{\"documents\":\"none\"}")).containsExactly("whole");
    }

    @Test
    void measuresStringsObjectsAndArraysAsTheyAreWritten() {
        String json =
                "{\"texts\":[\"\",\"abc\",\"a\\n\\\"\",{\"t\":\"]}\"},[[ ],1],null,12,\"\u00e9\"],\"texts\":\"no element\"}";

        assertThat(read(json))
                .containsExactly("size11=0", "size11=3", "size11=5", "size11=10", "size11=7", "size11=2", "whole");
    }

    @Test
    void measuresAStringOfGigabytesWithoutKeepingIt() {
        List<String> events = new ArrayList<>();
        JsonScanner scanner = new JsonScanner(PATHS, listener(events));
        ByteBuffer megabyte = ByteBuffer.wrap(new byte[1 << 20]);

        scanner.feed(utf8("{\"texts\":[\""));
        for (int i = 0; i < 3 << 10; i++) {
            scanner.feed(megabyte);
        }
        scanner.feed(utf8("\"]}"));

        assertThat(events).containsExactly("size11=" + (3L << 30));
    }

    @ParameterizedTest
    @CsvSource({
        "12, 12",
        "28.0, 28",
        "28.5, 29",
        "28.4999, 28",
        "1.2e3, 1200",
        "0, 0",
        "0.0, 0",
        "0.5, 1",
        "1000000000, 1000000000",
        "5e-1, 1",
        "4e-1, 0",
        "1e-999999999, 0"
    })
    void roundsNumbersHalfUp(String written, long value) {
        assertThat(read("{\"usage\":{\"input_tokens\":" + written + "}}")).containsExactly("1=" + value, "whole");
        assertThat(read("{\"usage\":{\"input_tokens\":\"" + written + "\"}}")).containsExactly("1=" + value, "whole");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "-0.7",
                "1000000001",
                "99999999999999999999999999",
                "1e99",
                "1e999999999",
                "NaN",
                "true",
                "\"\"",
                "\"twelve\"",
                "1.2.3",
                "1111111111111111111111111111111111111111111111111111111111111111111111"
            })
    void callsImplausibleWhatCannotBeACount(String written) {
        assertThat(read("{\"usage\":{\"input_tokens\":" + written + "}}")).containsExactly("implausible1", "whole");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "[]", "[5]", "{\"input_tokens\":5}"})
    void saysNothingOfWhatIsNoScalar(String written) {
        assertThat(read("{\"usage\":{\"input_tokens\":" + written + "}}")).containsExactly("whole");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"a\"",
                "{\"a\":1",
                "{\"a\":\"x",
                "[1,2",
                "",
                "  ",
                "{\"a\":[1}",
                "{\"usage\":{]}",
                "{a:1}",
                "{\"a\" 1}",
                "{\"usage\":{\"input_tokens\" 1}}",
                "}",
                "{}x",
                "{} {}",
                "{\"usage\":{,}}",
                "<html>",
                "{\"documents\":[1 2]}"
            })
    void callsADocumentBrokenThatDoesNotEndAsItBegan(String json) {
        assertThat(read(json)).doesNotContain("whole");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "1",
                "null",
                "\"text\"",
                " {\"a\" : [ ] } \r\n\t",
                "[{\"usage\":{\"input_tokens\":1}}]"
            })
    void takesAnyWholeDocument(String json) {
        assertThat(read(json)).containsExactly("whole");
    }

    @Test
    void stopsAtADepthThatNoAnswerHas() {
        String fits = "{\"x\":" + "[".repeat(1000) + "]".repeat(1000) + "}";
        String bomb = "{\"x\":" + "[".repeat(1001);

        assertThat(scan(fits.getBytes(StandardCharsets.UTF_8), 7)).containsExactly("whole");
        assertThat(scan(bomb.getBytes(StandardCharsets.UTF_8), 7)).containsExactly("malformed");
    }

    @Test
    void readsAHundredMegabytesOfStringInConstantMemory() {
        List<String> events = new ArrayList<>();
        JsonScanner scanner = new JsonScanner(PATHS, listener(events));
        ByteBuffer megabyte = ByteBuffer.wrap("ab\\\"cdef".repeat(128 * 1024).getBytes(StandardCharsets.UTF_8));
        ByteBuffer head = utf8("{\"usage\":{\"tier\":\"");
        ByteBuffer tail = utf8("\",\"input_tokens\":3}}");

        scanner.feed(head);
        for (int i = 0; i < 100; i++) {
            scanner.feed(megabyte);
        }
        scanner.feed(tail);

        assertThat(scanner.finish()).isTrue();
        assertThat(events).as("the text is too long to be reported").containsExactly("1=3");
    }

    @Test
    void streamsAStringPieceByPiece() {
        List<String> events = new ArrayList<>();
        JsonScanner scanner = new JsonScanner(PATHS, listener(events));

        scanner.feed(utf8("{\"data\":\"ab\\"));
        scanner.feed(utf8("/cd\\/"));
        scanner.feed(utf8("e\"}"));

        assertThat(scanner.finish()).isTrue();
        assertThat(String.join("", events)).isEqualTo("ab/cd/e");
    }

    @Test
    void leavesPositionAndLimitOfTheBuffer() {
        JsonScanner scanner = new JsonScanner(PATHS, new JsonListener() {});
        ByteBuffer direct = ByteBuffer.allocateDirect(64).put(utf8("__{}__"));
        direct.position(2).limit(4);

        scanner.feed(direct);

        assertThat(scanner.finish()).isTrue();
        assertThat(direct.position()).isEqualTo(2);
        assertThat(direct.limit()).isEqualTo(4);
    }

    @Test
    void refusesPathsThatCannotBeMeant() {
        JsonPaths.Builder paths = JsonPaths.builder().number("a.b", 1);

        assertThatThrownBy(() -> paths.text("a.b", 2)).hasMessageContaining("'a.b' is watched twice");
        assertThatThrownBy(() -> paths.text("a..b", 2)).hasMessageContaining("empty name");
        assertThatThrownBy(() -> paths.text("a" + "[]".repeat(31), 2)).hasMessageContaining("deeper than 31");
    }

    /** What a document reports, the same however it is cut. */
    private static List<String> read(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        List<String> whole = scan(bytes, Math.max(1, bytes.length));
        for (int size = 1; size < bytes.length; size++) {
            assertThat(scan(bytes, size)).as("in pieces of %d", size).isEqualTo(whole);
        }
        return whole;
    }

    private static List<String> scan(byte[] bytes, int size) {
        List<String> events = new ArrayList<>();
        JsonScanner scanner = new JsonScanner(PATHS, listener(events));
        ByteBuffer piece = ByteBuffer.allocateDirect(size);
        for (int from = 0; from < bytes.length; from += size) {
            scanner.feed(piece.clear()
                    .put(bytes, from, Math.min(size, bytes.length - from))
                    .flip());
        }
        if (scanner.finish()) {
            events.add("whole");
        } else if (scanner.isMalformed()) {
            events.add("malformed");
        }
        return events;
    }

    private static JsonListener listener(List<String> events) {
        return new JsonListener() {
            @Override
            public void onNumber(int path, long value) {
                events.add(path + "=" + value);
            }

            @Override
            public void onImplausible(int path) {
                events.add("implausible" + path);
            }

            @Override
            public void onText(int path, String value) {
                events.add(path + "=" + value);
            }

            @Override
            public void onValue(int path) {
                events.add("value" + path);
            }

            @Override
            public void onEnd(int path) {
                events.add("end" + path);
            }

            @Override
            public void onSize(int path, long bytes) {
                events.add("size" + path + "=" + bytes);
            }

            @Override
            public void onBytes(int path, byte[] bytes, int from, int to) {
                events.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            }
        };
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}

package io.bedrockmeter.proxy.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Objects cut into lines. */
final class LinesTest {
    private static final int MAX = 8;

    private final List<String> shown = new ArrayList<>();

    @Test
    void showsEachLineAndTheLastWithoutItsBreak() throws IOException {
        read("a\n\nbc\nd", 7L);

        assertThat(shown).containsExactly("a", "bc", "d");
    }

    @Test
    void showsLinesThatReachOverPiecesOfTheStream() throws IOException {
        String line = "x".repeat(100_000);
        byte[] bytes = (line + "\n" + line).getBytes(StandardCharsets.UTF_8);

        Lines.read(new ByteArrayInputStream(bytes), null, 100_000, sink());

        assertThat(shown).containsExactly(line, line);
    }

    @Test
    void countsALineThatIsTooLongAndGoesOnAfterIt() throws IOException {
        read("12345678\n123456789\nx\n1234567890123", null);

        assertThat(shown).containsExactly("12345678", "too long", "x", "too long");
    }

    @Test
    void neverShowsTheLineInWhichAStreamEndsEarly() {
        assertThatThrownBy(() -> read("a\nbc", 9L))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("4 of 9");
        assertThat(shown).containsExactly("a");
    }

    private void read(String text, @Nullable Long length) throws IOException {
        Lines.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), length, MAX, sink());
    }

    private BatchSource.LineSink sink() {
        return new BatchSource.LineSink() {
            @Override
            public void line(byte[] line) {
                shown.add(new String(line, StandardCharsets.UTF_8));
            }

            @Override
            public void tooLong() {
                shown.add("too long");
            }
        };
    }
}

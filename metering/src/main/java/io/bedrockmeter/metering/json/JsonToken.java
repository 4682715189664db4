package io.bedrockmeter.metering.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The token at hand of a {@link JsonScanner}, where it must be kept: a key that is cut or escaped, a watched number or
 * short string. Bounded; reused for every token of a scanner.
 */
final class JsonToken {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int BYTES_MIN = 32;
    private static final int BYTES_HELD = 256;
    private static final byte[] NOTHING = {};

    /** Bytes that can be part of a number or of {@code true}, {@code false}, {@code null}. */
    private static final boolean[] SCALAR = new boolean[256];

    static {
        for (int c = 0; c < 128; c++) {
            SCALAR[c] = Character.isLetterOrDigit(c) || "+-.".indexOf(c) >= 0;
        }
    }

    private byte[] bytes = NOTHING;
    private int length;
    private boolean tooLong;
    private boolean escaped;
    private int hexDigits;
    private int hexValue;

    /** The text last reported: streams say the same word in document after document. */
    private String lastText = "";

    /** Forgets the token, and the memory of an unusually long one. */
    void clear() {
        length = 0;
        tooLong = false;
        escaped = false;
        hexDigits = 0;
        if (bytes.length > BYTES_HELD) {
            bytes = NOTHING;
        }
    }

    /** Whether nothing of a token has been kept yet, not even half an escape. */
    boolean isEmpty() {
        return length == 0 && !tooLong && !escaped;
    }

    /** Whether it is this text, of ASCII. */
    boolean is(byte[] text) {
        return !tooLong && Arrays.equals(bytes, 0, length, text, 0, text.length);
    }

    boolean isNull() {
        return length == 4 && bytes[0] == 'n';
    }

    /** Reports the token as a count. */
    void reportNumber(int path, JsonListener listener) {
        long value = tooLong ? JsonNumbers.IMPLAUSIBLE : JsonNumbers.parse(bytes, length);
        if (value == JsonNumbers.IMPLAUSIBLE) {
            listener.onImplausible(path);
        } else {
            listener.onNumber(path, value);
        }
    }

    /** Reports the token as text, unless it is too long. */
    void reportText(int path, JsonListener listener) {
        if (tooLong) {
            return;
        }
        if (!isAscii(lastText)) {
            lastText = new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
        listener.onText(path, lastText);
    }

    /** Whether the token is a text of ASCII. */
    private boolean isAscii(String text) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The child of a node that this key leads to. */
    JsonPaths.@Nullable Node child(JsonPaths.Node node) {
        return node.child(bytes, 0, tooLong ? 0 : length);
    }

    /** Keeps the bytes of a string up to its end, escapes resolved; the index of the closing quote, or {@code to}. */
    int string(byte[] from, int start, int to) {
        int i = start;
        while (i < to) {
            if (escaped) {
                unescape(from[i++]);
            } else {
                int end = stringEnd(from, i, to);
                keep(from, i, end);
                if (end < to && from[end] == '"') {
                    return end;
                }
                escaped = end < to;
                i = end + (escaped ? 1 : 0);
            }
        }
        return to;
    }

    /** Hands the bytes of a string on as they are written, escapes taken off; the index of the closing quote, or {@code to}. */
    int pass(byte[] from, int start, int to, int path, JsonListener listener) {
        int i = start;
        while (i < to) {
            // A byte after a backslash belongs to the run, whatever it is.
            int end = stringEnd(from, escaped ? i + 1 : i, to);
            escaped = false;
            if (end > i) {
                listener.onBytes(path, from, i, end);
            }
            if (end < to && from[end] == '"') {
                return end;
            }
            escaped = end < to;
            i = end + 1;
        }
        return to;
    }

    void keep(byte[] from, int start, int to) {
        int more = to - start;
        if (tooLong || length + more > JsonScanner.TEXT_BYTES_MAX) {
            tooLong = true;
            return;
        }
        if (length + more > bytes.length) {
            int wanted = Math.max(BYTES_MIN, Math.max(length + more, bytes.length * 2));
            bytes = Arrays.copyOf(bytes, Math.min(wanted, JsonScanner.TEXT_BYTES_MAX));
        }
        System.arraycopy(from, start, bytes, length, more);
        length += more;
    }

    private void unescape(byte c) {
        if (hexDigits > 0) {
            hexValue = (hexValue << 4) | Math.max(0, Character.digit(c, 16));
            hexDigits--;
            if (hexDigits == 0) {
                escaped = false;
                keepUnit(hexValue);
            }
            return;
        }
        if (c == 'u') {
            hexDigits = 4;
            hexValue = 0;
            return;
        }
        escaped = false;
        keepUnit(
                switch (c) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> c;
                });
    }

    /** Keeps one UTF-16 unit. Beyond ASCII it becomes a question mark: no watched name or value has such a character. */
    private void keepUnit(int unit) {
        byte[] one = {(byte) (unit < 0x80 ? unit : '?')};
        keep(one, 0, 1);
    }

    /** The index of the next quote or backslash, or {@code to}: eight bytes a step. */
    static int stringEnd(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            long quote = word ^ (ONES * '"');
            long backslash = word ^ (ONES * '\\');
            long hit = (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash)) & HIGHS;
            if (hit != 0) {
                return i + (Long.numberOfTrailingZeros(hit) >>> 3);
            }
        }
        while (i < to && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    /** Whether a byte can begin a number or a literal: those of JSON, and the not-numbers that some models write. */
    static boolean beginsScalar(byte c) {
        return (c >= '0' && c <= '9') || c == '-' || c == 't' || c == 'f' || c == 'n' || c == 'N' || c == 'I';
    }

    /** The index of the first byte that is no part of a number or literal, or {@code to}. */
    static int scalarEnd(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && SCALAR[bytes[i] & 0xFF]) {
            i++;
        }
        return i;
    }
}

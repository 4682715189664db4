package io.bedrockmeter.metering.json;

import io.bedrockmeter.metering.json.JsonPaths.Node;
import io.bedrockmeter.metering.json.JsonPaths.Watch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A push scanner over one JSON document at a time that reports the values at watched paths. Constant memory: it keeps a
 * position, and of a key, number or short string that is cut by the end of a piece the bytes so far.
 *
 * <p>Confined to one thread. Never throws on any input; {@link #isMalformed} says that the document was not JSON, and
 * what was reported before that stands. Keys are compared after their escapes are resolved. Of equal keys in one object
 * each is reported; the listener decides.
 *
 * <h2>How it works</h2>
 *
 * A document is split in two. Along watched paths, every token is checked against the grammar. Everything else is skipped:
 * only strings are told from structure and brackets are counted, so {@code "usage":{}} inside a string, or in an object of
 * another name, can never match. {@code node} is the innermost watched container; leaving it goes to {@code node.parent},
 * so there is no stack but one bit a level for "is an array".
 */
public final class JsonScanner {
    /** Longest string that is reported whole. */
    public static final int TEXT_BYTES_MAX = 2048;

    /** Deepest nesting of a document. */
    public static final int DEPTH_MAX = 1000;

    /** What comes next. */
    private enum State {
        VALUE,
        VALUE_OR_END,
        KEY,
        KEY_OR_END,
        IN_KEY,
        COLON,
        AFTER_VALUE,
        IN_TEXT,
        IN_BYTES,
        IN_SCALAR,
        SKIPPED_SCALAR,
        SKIPPED_STRING,
        SKIPPED_CONTAINER,
        END,
        MALFORMED
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int CARRY_BYTES_KEPT = 256;
    private static final byte[] NOTHING = {};

    /** Direct buffers are read through this: one per thread, because a call never leaves anything in it. */
    private static final ThreadLocal<byte[]> WINDOW = ThreadLocal.withInitial(() -> new byte[8 * 1024]);

    /** Bytes that matter inside a skipped container. */
    private static final boolean[] STRUCTURE = new boolean[256];

    /** Bytes that can be part of a number or of {@code true}, {@code false}, {@code null}. */
    private static final boolean[] SCALAR = new boolean[256];

    static {
        for (char c : "\"{}[]".toCharArray()) {
            STRUCTURE[c] = true;
        }
        for (int c = 0; c < 128; c++) {
            SCALAR[c] = Character.isLetterOrDigit(c) || "+-.".indexOf(c) >= 0;
        }
    }

    private final JsonPaths paths;
    private final JsonListener listener;

    private State state = State.VALUE;
    private @Nullable Node node;
    private @Nullable Node next;
    private int arrays;
    private int skipped;
    private boolean escaped;
    private int hexDigits;
    private int hexValue;
    private boolean tooLong;
    private byte[] carry = NOTHING;
    private int carried;

    /** A scanner at the beginning of a document. */
    public JsonScanner(JsonPaths paths, JsonListener listener) {
        this.paths = paths;
        this.listener = listener;
        this.next = paths.root;
    }

    /** Begins a new document. */
    public void reset() {
        state = State.VALUE;
        node = null;
        next = paths.root;
        arrays = 0;
        skipped = 0;
        escaped = false;
        hexDigits = 0;
        tooLong = false;
        carried = 0;
        if (carry.length > CARRY_BYTES_KEPT) {
            carry = NOTHING;
        }
    }

    /** Shows the next bytes of the document, between position and limit, and leaves both as they were. */
    public void feed(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.position();
            feed(bytes.array(), from, from + length);
            return;
        }
        byte[] window = WINDOW.get();
        int position = bytes.position();
        for (int done = 0; done < length; ) {
            int size = Math.min(window.length, length - done);
            bytes.get(position + done, window, 0, size);
            feed(window, 0, size);
            done += size;
        }
    }

    /** Shows the next bytes of the document. */
    public void feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            i = switch (state) {
                case VALUE, VALUE_OR_END -> value(bytes, i);
                case KEY, KEY_OR_END -> key(bytes, i);
                case IN_KEY -> inKey(bytes, i, to);
                case COLON -> colon(bytes, i);
                case AFTER_VALUE -> afterValue(bytes, i);
                case IN_TEXT -> inText(bytes, i, to);
                case IN_BYTES -> inBytes(bytes, i, to);
                case IN_SCALAR, SKIPPED_SCALAR -> inScalar(bytes, i, to);
                case SKIPPED_STRING -> skipString(bytes, i, to);
                case SKIPPED_CONTAINER -> skipContainer(bytes, i, to);
                case END -> end(bytes, i);
                case MALFORMED -> to;
            };
        }
    }

    /**
     * Ends the document.
     *
     * @return whether it was whole
     */
    public boolean finish() {
        if (node == null && (state == State.IN_SCALAR || state == State.SKIPPED_SCALAR)) {
            endScalar();
        }
        return state == State.END;
    }

    /** Whether the bytes so far cannot be JSON. */
    public boolean isMalformed() {
        return state == State.MALFORMED;
    }

    private int value(byte[] bytes, int i) {
        byte c = bytes[i];
        if (isSpace(c)) {
            return i + 1;
        }
        if (c == ']' && state == State.VALUE_OR_END) {
            return close(c, i);
        }
        Node at = next;
        if (at != null && at.watch == Watch.VALUE && c != 'n') {
            listener.onValue(at.path);
        }
        if (c == '{' || c == '[') {
            open(at, c == '[');
            return i + 1;
        }
        if (c == '"') {
            state = at == null ? State.SKIPPED_STRING : stringState(at.watch);
            return i + 1;
        }
        if (isScalar(c)) {
            state = at != null && at.watch == Watch.NUMBER ? State.IN_SCALAR : State.SKIPPED_SCALAR;
            return i;
        }
        return malformed(i);
    }

    private static State stringState(Watch watch) {
        return switch (watch) {
            case NUMBER, TEXT -> State.IN_TEXT;
            case BYTES -> State.IN_BYTES;
            case NONE, VALUE, END -> State.SKIPPED_STRING;
        };
    }

    private void open(@Nullable Node at, boolean array) {
        if (at == null || !at.isEntered()) {
            skipped = 1;
            state = State.SKIPPED_CONTAINER;
            return;
        }
        node = at;
        int bit = 1 << at.depth;
        arrays = array ? arrays | bit : arrays & ~bit;
        next = at.element;
        state = array ? State.VALUE_OR_END : State.KEY_OR_END;
    }

    private int close(byte c, int i) {
        Node at = node;
        if (at == null || isArray(at) != (c == ']')) {
            return malformed(i);
        }
        node = at.parent;
        state = node == null ? State.END : State.AFTER_VALUE;
        if (at.watch == Watch.END) {
            listener.onEnd(at.path);
        }
        return i + 1;
    }

    private int key(byte[] bytes, int i) {
        byte c = bytes[i];
        if (isSpace(c)) {
            return i + 1;
        }
        if (c == '"') {
            state = State.IN_KEY;
            return i + 1;
        }
        return c == '}' && state == State.KEY_OR_END ? close(c, i) : malformed(i);
    }

    private int inKey(byte[] bytes, int from, int to) {
        int end = carried == 0 && !escaped && hexDigits == 0 && !tooLong ? stringEnd(bytes, from, to) : from;
        if (end > from && end < to && bytes[end] == '"') {
            keyIs(bytes, from, end);
            return end + 1;
        }
        int i = collect(bytes, from, to);
        if (i < to) {
            keyIs(carry, 0, tooLong ? 0 : carried);
            carried = 0;
            tooLong = false;
            i++;
        }
        return i;
    }

    private void keyIs(byte[] name, int from, int to) {
        Node at = node;
        next = at == null ? null : at.child(name, from, to);
        state = State.COLON;
    }

    private int colon(byte[] bytes, int i) {
        byte c = bytes[i];
        if (c == ':') {
            state = State.VALUE;
        } else if (!isSpace(c)) {
            return malformed(i);
        }
        return i + 1;
    }

    private int afterValue(byte[] bytes, int i) {
        byte c = bytes[i];
        Node at = node;
        if (isSpace(c)) {
            return i + 1;
        }
        if (c != ',' || at == null) {
            return close(c, i);
        }
        if (isArray(at)) {
            next = at.element;
            state = State.VALUE;
        } else {
            state = State.KEY;
        }
        return i + 1;
    }

    private int inText(byte[] bytes, int from, int to) {
        int i = collect(bytes, from, to);
        if (i == to) {
            return i;
        }
        endText();
        afterScalar();
        return i + 1;
    }

    private void endText() {
        Node at = next;
        if (at == null) {
            return;
        }
        if (at.watch == Watch.NUMBER) {
            number(at.path);
        } else if (!tooLong) {
            listener.onText(at.path, new String(carry, 0, carried, StandardCharsets.UTF_8));
        }
    }

    private int inBytes(byte[] bytes, int from, int to) {
        Node at = next;
        // A byte after a backslash belongs to the run, whatever it is.
        int end = stringEnd(bytes, escaped ? from + 1 : from, to);
        escaped = false;
        if (at != null && end > from) {
            listener.onBytes(at.path, bytes, from, end);
        }
        if (end == to) {
            return end;
        }
        if (bytes[end] == '\\') {
            escaped = true;
        } else {
            afterScalar();
        }
        return end + 1;
    }

    private int inScalar(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && isScalar(bytes[i])) {
            i++;
        }
        if (state == State.IN_SCALAR) {
            keep(bytes, from, i);
        }
        if (i < to) {
            endScalar();
        }
        return i;
    }

    private void endScalar() {
        Node at = next;
        boolean isNull = carried == 4 && carry[0] == 'n';
        if (state == State.IN_SCALAR && at != null && !isNull) {
            number(at.path);
        }
        afterScalar();
    }

    private void number(int path) {
        long value = tooLong ? JsonNumbers.IMPLAUSIBLE : JsonNumbers.parse(carry, carried);
        if (value == JsonNumbers.IMPLAUSIBLE) {
            listener.onImplausible(path);
        } else {
            listener.onNumber(path, value);
        }
    }

    private void afterScalar() {
        carried = 0;
        tooLong = false;
        state = node == null ? State.END : State.AFTER_VALUE;
    }

    private int skipString(byte[] bytes, int from, int to) {
        int i = from;
        if (escaped) {
            escaped = false;
            i++;
        }
        while (true) {
            i = stringEnd(bytes, i, to);
            if (i >= to) {
                return to;
            }
            if (bytes[i] == '"') {
                state = skipped > 0 ? State.SKIPPED_CONTAINER : node == null ? State.END : State.AFTER_VALUE;
                return i + 1;
            }
            i += 2;
            if (i > to) {
                escaped = true;
                return to;
            }
        }
    }

    private int skipContainer(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && !STRUCTURE[bytes[i] & 0xFF]) {
            i++;
        }
        if (i == to) {
            return i;
        }
        byte c = bytes[i];
        if (c == '"') {
            state = State.SKIPPED_STRING;
        } else if (c == '{' || c == '[') {
            skipped++;
            if (skipped > DEPTH_MAX) {
                return malformed(i);
            }
        } else {
            skipped--;
            if (skipped == 0) {
                state = node == null ? State.END : State.AFTER_VALUE;
            }
        }
        return i + 1;
    }

    private int end(byte[] bytes, int i) {
        return isSpace(bytes[i]) ? i + 1 : malformed(i);
    }

    /** Keeps the bytes of a string up to its end, escapes resolved; the index of the closing quote, or {@code to}. */
    private int collect(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (escaped) {
                unescape(bytes[i++]);
            } else {
                int end = stringEnd(bytes, i, to);
                keep(bytes, i, end);
                if (end < to && bytes[end] == '"') {
                    return end;
                }
                escaped = end < to;
                i = end + (escaped ? 1 : 0);
            }
        }
        return to;
    }

    private void unescape(byte c) {
        if (hexDigits > 0) {
            hexValue = hexValue << 4 | Math.max(0, Character.digit(c, 16));
            hexDigits--;
            if (hexDigits == 0) {
                escaped = false;
                keep(hexValue);
            }
            return;
        }
        if (c == 'u') {
            hexDigits = 4;
            hexValue = 0;
            return;
        }
        escaped = false;
        keep(
                switch (c) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> c;
                });
    }

    /** Keeps one UTF-16 unit. Beyond ASCII it is kept as a question mark: no watched name or value has such a character. */
    private void keep(int unit) {
        byte[] one = {(byte) (unit < 0x80 ? unit : '?')};
        keep(one, 0, 1);
    }

    private void keep(byte[] bytes, int from, int to) {
        int length = to - from;
        if (tooLong || carried + length > TEXT_BYTES_MAX) {
            tooLong = true;
            return;
        }
        if (carried + length > carry.length) {
            int wanted = Math.max(32, Math.max(carried + length, carry.length * 2));
            carry = Arrays.copyOf(carry, Math.min(wanted, TEXT_BYTES_MAX));
        }
        System.arraycopy(bytes, from, carry, carried, length);
        carried += length;
    }

    /** The index of the next quote or backslash, or {@code to}: eight bytes a step. */
    private static int stringEnd(byte[] bytes, int from, int to) {
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

    private boolean isArray(Node at) {
        return (arrays & 1 << at.depth) != 0;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    /** Whether a byte can be part of a number or of {@code true}, {@code false}, {@code null}. */
    private static boolean isScalar(byte c) {
        return SCALAR[c & 0xFF];
    }

    private int malformed(int i) {
        state = State.MALFORMED;
        return i;
    }
}

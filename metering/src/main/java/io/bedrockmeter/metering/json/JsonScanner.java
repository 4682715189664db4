package io.bedrockmeter.metering.json;

import io.bedrockmeter.metering.json.JsonPaths.Node;
import io.bedrockmeter.metering.json.JsonPaths.Watch;
import java.nio.ByteBuffer;
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
        SKIPPED,
        END,
        MALFORMED
    }

    /** Direct buffers are read through this: one per thread, because a call never leaves anything in it. */
    private static final ThreadLocal<byte[]> WINDOW = ThreadLocal.withInitial(() -> new byte[8 * 1024]);

    private final JsonPaths paths;
    private final JsonListener listener;
    private final JsonToken token = new JsonToken();
    private final SkippedValue skipped = new SkippedValue();

    private State state = State.VALUE;
    private @Nullable Node node;
    private @Nullable Node next;
    private int arrays;

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
        token.clear();
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
                case SKIPPED -> skip(bytes, i, to);
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
        if (at != null && isCounted(at.watch, c)) {
            listener.onValue(at.path);
        }
        if (c == '{' || c == '[') {
            open(at, c);
            return i + 1;
        }
        if (c == '"') {
            openString(at);
            return i + 1;
        }
        if (JsonToken.beginsScalar(c)) {
            state = at != null && at.watch == Watch.NUMBER ? State.IN_SCALAR : State.SKIPPED_SCALAR;
            return i;
        }
        return malformed(i);
    }

    private static boolean isCounted(Watch watch, byte first) {
        return (watch == Watch.VALUE && first != 'n') || (watch == Watch.TRUE && first == 't');
    }

    private void openString(@Nullable Node at) {
        Watch watch = at == null ? Watch.NONE : at.watch;
        state = switch (watch) {
            case NUMBER, TEXT -> State.IN_TEXT;
            case BYTES -> State.IN_BYTES;
            case NONE, VALUE, TRUE, END, SIZE -> State.SKIPPED;
        };
        if (state == State.SKIPPED) {
            skipped.begin((byte) '"');
        }
    }

    private void open(@Nullable Node at, byte bracket) {
        if (at == null || !at.isEntered()) {
            skipped.begin(bracket);
            state = State.SKIPPED;
            return;
        }
        boolean array = bracket == '[';
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
        Node at = node;
        if (at == null) {
            return malformed(from);
        }
        if (token.isEmpty()) {
            int end = JsonToken.stringEnd(bytes, from, to);
            if (end < to && bytes[end] == '"') {
                next = at.child(bytes, from, end);
                state = State.COLON;
                return end + 1;
            }
        }
        int i = token.string(bytes, from, to);
        if (i == to) {
            return i;
        }
        next = token.child(at);
        token.clear();
        state = State.COLON;
        return i + 1;
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
        int i = token.string(bytes, from, to);
        if (i == to) {
            return i;
        }
        report();
        afterScalar();
        return i + 1;
    }

    private int inBytes(byte[] bytes, int from, int to) {
        Node at = next;
        int i = at == null ? to : token.pass(bytes, from, to, at.path, listener);
        if (i == to) {
            return i;
        }
        afterScalar();
        return i + 1;
    }

    private int inScalar(byte[] bytes, int from, int to) {
        int i = JsonToken.scalarEnd(bytes, from, to);
        if (state == State.IN_SCALAR) {
            token.keep(bytes, from, i);
        }
        if (i < to) {
            endScalar();
        }
        return i;
    }

    private void endScalar() {
        if (state == State.IN_SCALAR && !token.isNull()) {
            report();
        }
        afterScalar();
    }

    private void report() {
        Node at = next;
        if (at != null && at.watch == Watch.TEXT) {
            token.reportText(at.path, listener);
        } else if (at != null) {
            token.reportNumber(at.path, listener);
        }
    }

    private void afterScalar() {
        token.clear();
        state = node == null ? State.END : State.AFTER_VALUE;
    }

    private int skip(byte[] bytes, int from, int to) {
        int i = skipped.pass(bytes, from, to);
        if (skipped.isTooDeep()) {
            return malformed(i);
        }
        if (skipped.isOver()) {
            Node at = next;
            if (at != null && at.watch == Watch.SIZE) {
                listener.onSize(at.path, skipped.length());
            }
            state = node == null ? State.END : State.AFTER_VALUE;
        }
        return i;
    }

    private int end(byte[] bytes, int i) {
        return isSpace(bytes[i]) ? i + 1 : malformed(i);
    }

    private boolean isArray(Node at) {
        return (arrays & 1 << at.depth) != 0;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private int malformed(int i) {
        state = State.MALFORMED;
        return i;
    }
}

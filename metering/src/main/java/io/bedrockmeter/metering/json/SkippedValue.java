package io.bedrockmeter.metering.json;

/**
 * A string, object or array that a {@link JsonScanner} passes over: only strings are told from structure, and brackets and
 * bytes are counted. Constant memory; reused for every such value of a scanner.
 */
final class SkippedValue {
    private static final int TOO_DEEP = -1;

    /** Bytes that matter outside strings. */
    private static final boolean[] STRUCTURE = new boolean[256];

    static {
        for (char c : "\"{}[]".toCharArray()) {
            STRUCTURE[c] = true;
        }
    }

    private int depth;
    private boolean inString;
    private boolean escaped;
    private long length;

    /** Begins with a value's first byte: a quote or an opening bracket. */
    void begin(byte first) {
        inString = first == '"';
        depth = inString ? 0 : 1;
        escaped = false;
        length = inString ? -1 : 1;
    }

    /** Whether the value has ended. */
    boolean isOver() {
        return depth == 0 && !inString;
    }

    /** Whether it is nested deeper than any answer. */
    boolean isTooDeep() {
        return depth == TOO_DEEP;
    }

    /** Bytes of a value that is over, as written: of a string without its quotes, of others with their brackets. */
    long length() {
        return length;
    }

    /** Passes over the next bytes: the index behind the value's end, or {@code to}; that of the bracket that is too deep. */
    int pass(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && (inString || depth > 0)) {
            i = inString ? string(bytes, i, to) : structure(bytes, i, to);
        }
        length += i - from;
        return i;
    }

    private int string(byte[] bytes, int from, int to) {
        int i = from;
        if (escaped) {
            escaped = false;
            i++;
        }
        while (true) {
            i = JsonToken.stringEnd(bytes, i, to);
            if (i >= to) {
                return to;
            }
            if (bytes[i] == '"') {
                inString = false;
                return i + 1;
            }
            i += 2;
            if (i > to) {
                escaped = true;
                return to;
            }
        }
    }

    private int structure(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && !STRUCTURE[bytes[i] & 0xFF]) {
            i++;
        }
        if (i == to) {
            return i;
        }
        byte c = bytes[i];
        if (c == '"') {
            inString = true;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (depth == JsonScanner.DEPTH_MAX) {
            depth = TOO_DEEP;
            return i;
        } else {
            depth++;
        }
        return i + 1;
    }
}

package io.bedrockmeter.metering.eventstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The few headers of a frame that say what it is, found in place. Reused for every frame of a stream.
 *
 * <p>Names of events are few and repeat: they are looked up among the names that the stream is expected to have, so that
 * only a stranger allocates a string.
 */
final class FrameHeaders {
    private static final byte[] MESSAGE_TYPE = ascii(":message-type");
    private static final byte[] EVENT_TYPE = ascii(":event-type");
    private static final byte[] EXCEPTION_TYPE = ascii(":exception-type");
    private static final byte[] ERROR_CODE = ascii(":error-code");
    private static final byte[] EVENT = ascii("event");
    private static final byte[] EXCEPTION = ascii("exception");
    private static final byte[] ERROR = ascii("error");
    private static final int STRING = 7;

    /** Length of a value by header type; -1 where two bytes of length come before it. */
    private static final int[] VALUE_BYTES = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};

    private final Names names;
    private FrameKind kind = FrameKind.OTHER;
    private String name = "";

    FrameHeaders(Names names) {
        this.names = names;
    }

    FrameKind kind() {
        return kind;
    }

    String name() {
        return name;
    }

    /** Reads the headers between two indices; false if they are not well formed. */
    boolean parse(ByteBuffer bytes, int from, int to) {
        kind = FrameKind.OTHER;
        name = "";
        int i = from;
        while (i < to) {
            int nameAt = i + 1;
            int nameBytes = bytes.get(i) & 0xFF;
            int typeAt = nameAt + nameBytes;
            if (typeAt >= to) {
                return false;
            }
            int type = bytes.get(typeAt);
            int valueAt = typeAt + 1;
            if (type < 0 || type >= VALUE_BYTES.length) {
                return false;
            }
            int valueBytes = VALUE_BYTES[type];
            if (valueBytes < 0) {
                if (valueAt + 2 > to) {
                    return false;
                }
                valueBytes = bytes.getShort(valueAt) & 0xFFFF;
                valueAt += 2;
            }
            i = valueAt + valueBytes;
            if (i > to) {
                return false;
            }
            if (type == STRING) {
                take(bytes, nameAt, nameBytes, valueAt, valueBytes);
            }
        }
        return true;
    }

    private void take(ByteBuffer bytes, int nameAt, int nameBytes, int valueAt, int valueBytes) {
        if (equal(bytes, nameAt, nameBytes, MESSAGE_TYPE)) {
            kind = kindOf(bytes, valueAt, valueBytes);
        } else if (equal(bytes, nameAt, nameBytes, EVENT_TYPE)
                || equal(bytes, nameAt, nameBytes, EXCEPTION_TYPE)
                || equal(bytes, nameAt, nameBytes, ERROR_CODE)) {
            name = names.of(bytes, valueAt, valueBytes);
        }
    }

    private static FrameKind kindOf(ByteBuffer bytes, int at, int length) {
        if (equal(bytes, at, length, EVENT)) {
            return FrameKind.EVENT;
        }
        if (equal(bytes, at, length, EXCEPTION)) {
            return FrameKind.EXCEPTION;
        }
        return equal(bytes, at, length, ERROR) ? FrameKind.ERROR : FrameKind.OTHER;
    }

    private static boolean equal(ByteBuffer bytes, int at, int length, byte[] expected) {
        if (length != expected.length) {
            return false;
        }
        // From the end: the names that share a length share their first bytes.
        for (int i = length - 1; i >= 0; i--) {
            if (bytes.get(at + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The names that a kind of stream is expected to have. Immutable, shared by all its streams. */
    static final class Names {
        private final String[] names;
        private final byte[][] encoded;

        Names(List<String> names) {
            this.names = names.toArray(String[]::new);
            this.encoded = names.stream().map(FrameHeaders::ascii).toArray(byte[][]::new);
        }

        String of(ByteBuffer bytes, int at, int length) {
            for (int i = 0; i < names.length; i++) {
                if (equal(bytes, at, length, encoded[i])) {
                    return names[i];
                }
            }
            byte[] other = new byte[length];
            bytes.get(at, other);
            return new String(other, StandardCharsets.UTF_8);
        }
    }
}

package io.bedrockmeter.proxy.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A canonical request being written, as the bytes that are hashed. Confined to one thread.
 *
 * <p>A character up to 255 stands for one byte, as it does in what came from a wire or is about to go there.
 */
public final class CanonicalText {
    private static final int BYTE_MAX = 0xff;
    private static final byte[] UPPER_HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[1024];
    private int length;

    CanonicalText() {}

    /** Begins anew. */
    public void clear() {
        length = 0;
    }

    /** Adds a character. */
    public CanonicalText append(char c) {
        if (c > BYTE_MAX) {
            return append(String.valueOf(c));
        }
        makeRoomFor(1);
        bytes[length++] = (byte) c;
        return this;
    }

    /** Adds a text. */
    public CanonicalText append(String text) {
        makeRoomFor(text.length());
        int i = 0;
        while (i < text.length() && text.charAt(i) <= BYTE_MAX) {
            bytes[length++] = (byte) text.charAt(i++);
        }
        return i == text.length() ? this : appendBytes(text.substring(i).getBytes(StandardCharsets.UTF_8));
    }

    /** A path with all percent-encoded that is neither unreserved nor a slash (RFC 3986 §2.3), {@code %} included. */
    public void appendEncodedPath(String rawTarget, int end) {
        makeRoomFor(3 * end);
        for (int i = 0; i < end; i++) {
            char c = rawTarget.charAt(i);
            if (isUnreserved(c) || c == '/') {
                bytes[length++] = (byte) c;
            } else {
                bytes[length++] = '%';
                bytes[length++] = UPPER_HEX[(c >> 4) & 15];
                bytes[length++] = UPPER_HEX[c & 15];
            }
        }
    }

    /** The value without spaces around it, and with runs of spaces inside it made one. */
    public void appendTrimmed(CharSequence value) {
        boolean space = false;
        int start = length;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ' ' || c == '\t') {
                space = length > start;
            } else {
                if (space) {
                    append(' ');
                    space = false;
                }
                append(c);
            }
        }
    }

    void update(MessageDigest digest) {
        digest.update(bytes, 0, length);
    }

    private CanonicalText appendBytes(byte[] more) {
        makeRoomFor(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    private void makeRoomFor(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}

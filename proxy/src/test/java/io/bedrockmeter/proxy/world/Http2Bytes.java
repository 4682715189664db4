package io.bedrockmeter.proxy.world;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a client of HTTP/2 sends, byte for byte, so that it can be wrong: frames of any kind, and header blocks whose fields are
 * literals that nothing checks.
 */
public final class Http2Bytes {
    /** Type of a frame. */
    public static final int DATA = 0;
    /** Type of a frame. */
    public static final int HEADERS = 1;
    /** Type of a frame. */
    public static final int RST_STREAM = 3;
    /** Type of a frame. */
    public static final int SETTINGS = 4;
    /** Type of a frame. */
    public static final int PING = 6;
    /** Type of a frame. */
    public static final int GOAWAY = 7;
    /** Type of a frame. */
    public static final int WINDOW_UPDATE = 8;
    /** Type of a frame. */
    public static final int CONTINUATION = 9;
    /** Flag of HEADERS and DATA. */
    public static final int END_STREAM = 1;
    /** Flag of HEADERS and CONTINUATION. */
    public static final int END_HEADERS = 4;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Begins with the greeting and empty settings. */
    public Http2Bytes() {
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** Adds a frame. */
    public Http2Bytes frame(int type, int flags, int stream, byte[] payload) {
        out.writeBytes(frameAlone(type, flags, stream, payload));
        return this;
    }

    /** A frame that goes on where others ended. */
    public static byte[] frameAlone(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** All bytes. */
    public byte[] bytes() {
        return out.toByteArray();
    }

    /** A header block of names and values by turns. */
    public static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            text(block, namesAndValues[i]);
            text(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int left = bytes.length;
        if (left < 127) {
            block.write(left);
        } else {
            block.write(127);
            for (left -= 127; left >= 128; left >>= 7) {
                block.write((left & 127) | 128);
            }
            block.write(left);
        }
        block.writeBytes(bytes);
    }
}

package io.bedrockmeter.simulator.frames;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Encodes messages of the AWS event stream: prelude, string headers in the order of real traffic, payload, two checksums.
 */
public final class FrameEncoder {
    private static final byte STRING = 7;
    private static final int PRELUDE_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;

    private FrameEncoder() {}

    /** A frame of an event, for example {@code chunk} or {@code metadata}. */
    public static byte[] event(String type, byte[] payload) {
        return frame(":event-type", type, "event", payload);
    }

    /** A frame of a modelled exception, its type in lower camel case. */
    public static byte[] exception(String type, byte[] payload) {
        return frame(":exception-type", type, "exception", payload);
    }

    /** A frame of an error that the service model does not know, without payload. */
    public static byte[] error(String code, String message) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream(96);
        header(headers, ":error-code", code);
        header(headers, ":error-message", message);
        header(headers, ":message-type", "error");
        return frame(headers.toByteArray(), new byte[0]);
    }

    private static byte[] frame(String typeHeader, String type, String messageType, byte[] payload) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream(96);
        header(headers, typeHeader, type);
        header(headers, ":content-type", "application/json");
        header(headers, ":message-type", messageType);
        return frame(headers.toByteArray(), payload);
    }

    private static byte[] frame(byte[] headers, byte[] payload) {
        int totalBytes = PRELUDE_BYTES + headers.length + payload.length + CHECKSUM_BYTES;
        ByteBuffer frame = ByteBuffer.allocate(totalBytes);
        frame.putInt(totalBytes).putInt(headers.length);
        frame.putInt(checksum(frame.array(), frame.position()));
        frame.put(headers).put(payload);
        frame.putInt(checksum(frame.array(), frame.position()));
        return frame.array();
    }

    private static void header(ByteArrayOutputStream to, String name, String value) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
        to.write(nameBytes.length);
        to.writeBytes(nameBytes);
        to.write(STRING);
        to.write(valueBytes.length >>> 8);
        to.write(valueBytes.length);
        to.writeBytes(valueBytes);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}

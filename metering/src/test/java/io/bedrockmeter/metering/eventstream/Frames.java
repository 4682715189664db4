package io.bedrockmeter.metering.eventstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Writes event-stream frames, whole or with a fault, independently of the scanner. */
public final class Frames {
    private Frames() {}

    /** A frame of the union's event. */
    public static byte[] event(String name, String payload) {
        return frame(
                header(":event-type", name)
                        + header(":content-type", "application/json")
                        + header(":message-type", "event"),
                payload);
    }

    /** A frame with a modelled exception. */
    public static byte[] exception(String name, String message) {
        return frame(
                header(":exception-type", name)
                        + header(":content-type", "application/json")
                        + header(":message-type", "exception"),
                "{\"message\":\"" + message + "\"}");
    }

    /** A frame with an unmodelled error. */
    public static byte[] error(String code, String message) {
        return frame(
                header(":error-code", code) + header(":error-message", message) + header(":message-type", "error"), "");
    }

    /** A frame with headers as they stand, one byte a character, and a payload. */
    public static byte[] frame(String headers, String payload) {
        byte[] head = headers.getBytes(StandardCharsets.ISO_8859_1);
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(head.length + body.length + 16);
        frame.putInt(frame.capacity()).putInt(head.length);
        frame.putInt(checksum(frame)).put(head).put(body);
        frame.putInt(checksum(frame));
        return frame.array();
    }

    /** The head of a frame that claims lengths of its own, with a checksum that holds. */
    public static byte[] prelude(int total, int headers) {
        ByteBuffer prelude = ByteBuffer.allocate(12).putInt(total).putInt(headers);
        return prelude.putInt(checksum(prelude)).array();
    }

    /** A header of type string. */
    public static String header(String name, String value) {
        return (char) name.length()
                + name
                + (char) 7
                + (char) (value.length() >> 8)
                + (char) (value.length() & 0xFF)
                + value;
    }

    /** Frames one after the other. */
    public static byte[] join(byte[]... frames) {
        int length = 0;
        for (byte[] frame : frames) {
            length += frame.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] frame : frames) {
            all.put(frame);
        }
        return all.array();
    }

    private static int checksum(ByteBuffer written) {
        CRC32 checksum = new CRC32();
        checksum.update(written.duplicate().flip());
        return (int) checksum.getValue();
    }
}

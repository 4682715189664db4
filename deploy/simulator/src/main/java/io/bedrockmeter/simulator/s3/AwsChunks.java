package io.bedrockmeter.simulator.s3;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The chunks with sizes, signatures and a trailer in which SDKs send an object whose checksum they work out on the way. */
final class AwsChunks {
    private AwsChunks() {}

    /** The object without its chunks; empty if they are malformed. */
    static Optional<byte[]> content(byte[] body) {
        var content = new ByteArrayOutputStream(body.length);
        int at = 0;
        while (true) {
            int end = lineEnd(body, at);
            int size = end < 0 ? -1 : size(new String(body, at, end - at, StandardCharsets.ISO_8859_1));
            if (size == 0) {
                return Optional.of(content.toByteArray());
            }
            int data = end + 2;
            if (size < 0 || size > body.length - data - 2) {
                return Optional.empty();
            }
            content.write(body, data, size);
            at = data + size + 2;
        }
    }

    private static int size(String line) {
        int extension = line.indexOf(';');
        try {
            return Integer.parseInt(extension < 0 ? line : line.substring(0, extension), 16);
        } catch (NumberFormatException notHex) {
            return -1;
        }
    }

    private static int lineEnd(byte[] body, int from) {
        for (int i = from; i + 1 < body.length; i++) {
            if (body[i] == '\r' && body[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }
}

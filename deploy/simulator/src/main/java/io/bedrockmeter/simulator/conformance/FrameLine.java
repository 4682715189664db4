package io.bedrockmeter.simulator.conformance;

import io.bedrockmeter.simulator.frames.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A frame of an event stream as a line of text, so that a case can be read and its checksums are right by making.
 *
 * <pre>
 * event NAME JSON         an event
 * exception NAME JSON     an exception of the service model, which ends the stream
 * error CODE MESSAGE      an error that the service model does not know, likewise
 * chunk JSON              an event that wraps a document of the model's own in base64
 * corrupt LINE            the frame of that line with a wrong checksum
 * part N LINE             only its first N bytes
 * </pre>
 */
final class FrameLine {
    private FrameLine() {}

    /** The frames of all lines that are not blank, one after the other. */
    static byte[] bytesOfAll(String lines) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        lines.lines().filter(line -> !line.isBlank()).map(FrameLine::bytes).forEach(frames::writeBytes);
        return frames.toByteArray();
    }

    private static byte[] bytes(String line) {
        String[] parts = line.split(" ", 3);
        return switch (parts[0]) {
            case "event" -> FrameEncoder.event(parts[1], utf8(parts[2]));
            case "exception" -> FrameEncoder.exception(parts[1], utf8(parts[2]));
            case "error" -> FrameEncoder.error(parts[1], parts[2]);
            case "chunk" -> chunk(line.substring("chunk ".length()));
            case "corrupt" -> corrupt(bytes(line.substring("corrupt ".length())));
            case "part" -> part(Integer.parseInt(parts[1]), bytes(parts[2]));
            default ->
                throw new IllegalArgumentException(
                        "a frame begins with event, exception, error, chunk, corrupt or part, not with '" + parts[0]
                                + "'");
        };
    }

    /** With the padding that real ones have. */
    private static byte[] chunk(String document) {
        String base64 = Base64.getEncoder().encodeToString(utf8(document));
        return FrameEncoder.event("chunk", utf8("{\"bytes\":\"" + base64 + "\",\"p\":\"abcdefgh\"}"));
    }

    private static byte[] corrupt(byte[] frame) {
        frame[frame.length - 1] ^= 1;
        return frame;
    }

    private static byte[] part(int length, byte[] frame) {
        if (length <= 0 || length >= frame.length) {
            throw new IllegalArgumentException(
                    "a part of a frame of " + frame.length + " bytes has some of them, not " + length);
        }
        return Arrays.copyOf(frame, length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

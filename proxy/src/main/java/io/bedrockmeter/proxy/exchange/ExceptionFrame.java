package io.bedrockmeter.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The event-stream frame with which a stream that cannot go on ends: a modelled exception, which SDKs raise, where a mere end
 * would look like success.
 *
 * <p>Layout: total length, headers length, CRC-32 of both; headers of string type (7); payload; CRC-32 of all before. Source:
 * the event-stream encoding of AWS SDKs.
 */
final class ExceptionFrame {
    private static final int STRING = 7;

    private ExceptionFrame() {}

    /** A frame of {@code internalServerException}, which both stream unions of Bedrock Runtime have. */
    static ByteBuf internalServerException(ByteBufAllocator allocator, String message) {
        return exception(allocator, "internalServerException", message);
    }

    /** A frame of {@code validationException}: the caller is to blame. */
    static ByteBuf validationException(ByteBufAllocator allocator, String message) {
        return exception(allocator, "validationException", message);
    }

    private static ByteBuf exception(ByteBufAllocator allocator, String type, String message) {
        byte[] payload = ("{\"message\":" + AwsErrors.quoted(message) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = allocator.buffer(256 + payload.length);
        frame.writeZero(12);
        header(frame, ":exception-type", type);
        header(frame, ":content-type", "application/json");
        header(frame, ":message-type", "exception");
        int headersLength = frame.writerIndex() - 12;
        frame.writeBytes(payload);
        frame.setInt(0, frame.writerIndex() + 4);
        frame.setInt(4, headersLength);
        frame.setInt(8, crc(frame, 8));
        frame.writeInt(crc(frame, frame.writerIndex()));
        return frame;
    }

    private static void header(ByteBuf frame, String name, String value) {
        frame.writeByte(name.length());
        frame.writeCharSequence(name, StandardCharsets.US_ASCII);
        frame.writeByte(STRING);
        frame.writeShort(value.length());
        frame.writeCharSequence(value, StandardCharsets.US_ASCII);
    }

    private static int crc(ByteBuf frame, int length) {
        CRC32 crc = new CRC32();
        crc.update(frame.nioBuffer(0, length));
        return (int) crc.getValue();
    }
}

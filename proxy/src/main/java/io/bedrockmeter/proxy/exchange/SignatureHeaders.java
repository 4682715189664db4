package io.bedrockmeter.proxy.exchange;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a frame that carries a caller's signature. Immutable.
 *
 * @param dateMillis when it was signed
 * @param signature 32 bytes, as they came
 */
record SignatureHeaders(long dateMillis, ByteBuf signature) {
    private static final String DATE = ":date";
    private static final String SIGNATURE = ":chunk-signature";
    private static final int BYTES = 6;
    private static final int TIMESTAMP = 8;
    private static final int SIGNATURE_BYTES = 32;

    /** Reads encoded headers; null if they are not these two and nothing else. The signature is a view of them. */
    static @Nullable SignatureHeaders of(ByteBuf headers) {
        long dateMillis = -1;
        ByteBuf signature = null;
        while (headers.isReadable()) {
            int nameBytes = headers.readUnsignedByte();
            if (headers.readableBytes() < nameBytes + 1) {
                return null;
            }
            String name = headers.readCharSequence(nameBytes, StandardCharsets.US_ASCII)
                    .toString();
            int type = headers.readByte();
            if (name.equals(DATE) && type == TIMESTAMP && headers.readableBytes() >= Long.BYTES) {
                dateMillis = headers.readLong();
            } else if (name.equals(SIGNATURE)
                    && type == BYTES
                    && headers.readableBytes() >= Short.BYTES + SIGNATURE_BYTES
                    && headers.readUnsignedShort() == SIGNATURE_BYTES) {
                signature = headers.readSlice(SIGNATURE_BYTES);
            } else {
                return null;
            }
        }
        return dateMillis < 0 || signature == null ? null : new SignatureHeaders(dateMillis, signature);
    }
}

package io.bedrockmeter.proxy.signing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * Frames in frames, each signed on top of the one before; the first on top of the request's signature. Confined to one event
 * loop.
 *
 * <pre>
 * | total | headers | CRC | :date, :chunk-signature | the frame | CRC |
 * </pre>
 *
 * <p>The last has no payload. The frame inside is not copied. Source: the event-stream signing of AWS SDKs; a test compares
 * the bytes with theirs.
 */
final class SignedFrames implements FrameSigner {
    private static final int PRELUDE_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;
    private static final int SIGNATURE_BYTES = 32;
    private static final byte[] DATE = nameAndType(":date", 8);
    private static final byte[] SIGNATURE = nameAndType(":chunk-signature", 6);
    private static final int DATE_BYTES = DATE.length + Long.BYTES;
    private static final int HEADER_BYTES = DATE_BYTES + SIGNATURE.length + Short.BYTES + SIGNATURE_BYTES;

    private final SigV4Signer signer;
    private final CredentialsSnapshot who;
    private String prior;

    /** Frames that follow a request with this signature, in hex. */
    SignedFrames(SigV4Signer signer, CredentialsSnapshot who, String signatureOfRequest) {
        this.signer = signer;
        this.who = who;
        this.prior = signatureOfRequest;
    }

    @Override
    public ByteBuf sign(ByteBuf frame, Instant now, ByteBufAllocator allocator) {
        ByteBuf head = allocator.buffer(PRELUDE_BYTES + HEADER_BYTES);
        head.writeInt(PRELUDE_BYTES + HEADER_BYTES + frame.readableBytes() + CHECKSUM_BYTES);
        head.writeInt(HEADER_BYTES);
        CRC32 checksum = new CRC32();
        checksum.update(head.nioBuffer());
        head.writeInt((int) checksum.getValue());
        head.writeBytes(DATE).writeLong(now.toEpochMilli());
        byte[] signature = signer.ofFrame(who, now, prior, head.slice(PRELUDE_BYTES, DATE_BYTES), frame);
        head.writeBytes(SIGNATURE).writeShort(SIGNATURE_BYTES).writeBytes(signature);
        checksum.update(head.nioBuffer(PRELUDE_BYTES - CHECKSUM_BYTES, CHECKSUM_BYTES + HEADER_BYTES));
        for (ByteBuffer view : frame.nioBuffers()) {
            checksum.update(view);
        }
        ByteBuf tail = allocator.buffer(CHECKSUM_BYTES).writeInt((int) checksum.getValue());
        prior = HexFormat.of().formatHex(signature);
        return Unpooled.wrappedBuffer(head, frame, tail);
    }

    @Override
    public ByteBuf end(Instant now, ByteBufAllocator allocator) {
        return sign(Unpooled.EMPTY_BUFFER, now, allocator);
    }

    private static byte[] nameAndType(String name, int type) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(text.length + 2)
                .put((byte) text.length)
                .put(text)
                .put((byte) type)
                .array();
    }
}

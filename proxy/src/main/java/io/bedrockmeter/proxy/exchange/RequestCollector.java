package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.json.MemberFinder;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.RequestReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request body as it arrives: its bytes, their running SHA-256 and what the meter reads in them. Confined to one event
 * loop.
 *
 * <p>The body must be whole before anything is sent, because its hash is part of the signature. It is hashed piece by piece,
 * so a body of 25 MB never holds up the loop.
 */
final class RequestCollector {
    private static final int COMPONENTS_MAX = 1024;
    private static final int WINDOW_BYTES = 8 * 1024;

    /** Never fed, only cloned, which is four times as fast as asking the platform for another. */
    private static final MessageDigest SHA256 = newSha256();

    private static final FastThreadLocal<byte[]> WINDOW = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[WINDOW_BYTES];
        }
    };

    private final ByteBufAllocator allocator;
    private final BodyRoom room;
    private final long bytesMax;
    private final RequestReader reader;
    private final @Nullable MemberFinder finder;
    private final MessageDigest sha256;

    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private long bytes;
    private @Nullable String hash;

    /**
     * @param finder looks for one member of the body; null if there is none to look for
     */
    RequestCollector(
            ByteBufAllocator allocator,
            BodyRoom room,
            long bytesMax,
            RequestReader reader,
            @Nullable MemberFinder finder) {
        this.allocator = allocator;
        this.room = room;
        this.bytesMax = bytesMax;
        this.reader = reader;
        this.finder = finder;
        this.sha256 = fresh();
    }

    /** What came of a piece. */
    enum Added {
        OK,
        /** The body exceeds what one request may have. */
        TOO_LARGE,
        /** There is no room for it, see {@link BodyRoom#shortage}. */
        NO_ROOM
    }

    /** Adds a piece; owns it, also when it is refused. */
    Added add(ByteBuf piece) {
        int length = piece.readableBytes();
        if (length == 0) {
            piece.release();
            return Added.OK;
        }
        if (bytes + length > bytesMax) {
            piece.release();
            return Added.TOO_LARGE;
        }
        if (!room.tryTake(length)) {
            piece.release();
            return Added.NO_ROOM;
        }
        bytes += length;
        look(piece);
        append(piece);
        return Added.OK;
    }

    /** Shows a piece to the meter and to the hash; both want it in the heap, so it is copied there once for both. */
    private void look(ByteBuf piece) {
        byte[] window = WINDOW.get();
        int end = piece.writerIndex();
        for (int from = piece.readerIndex(); from < end; from += WINDOW_BYTES) {
            int length = Math.min(WINDOW_BYTES, end - from);
            piece.getBytes(from, window, 0, length);
            reader.read(ByteBuffer.wrap(window, 0, length));
            sha256.update(window, 0, length);
            if (finder != null) {
                finder.feed(window, 0, length);
            }
        }
    }

    /** Which room was lacking; of a piece that had none. */
    BodyRoom.Shortage shortage() {
        return Objects.requireNonNull(room.shortage(), "there was room for all pieces");
    }

    /** Its caller has proved who it is. */
    void verified() {
        room.verified();
    }

    /** Length so far, in bytes. */
    long bytes() {
        return bytes;
    }

    /** SHA-256 of the body as lower-case hex. Called when the body is whole. */
    String sha256Hex() {
        String known = hash;
        if (known == null) {
            known = HexFormat.of().formatHex(sha256.digest());
            hash = known;
        }
        return known;
    }

    /** Whether the body, when it is whole, has these bytes anywhere. */
    boolean contains(byte[] wanted) {
        return ByteBufUtil.indexOf(Unpooled.wrappedBuffer(wanted), body) >= 0;
    }

    /**
     * Puts a member in front of the others of the JSON object that the whole body is, and hashes it anew.
     *
     * @param member a member and the comma behind it
     * @return whether it was done; not if the body is no object
     */
    boolean insertMember(byte[] member) {
        int brace = body.forEachByte(value -> value == ' ' || value == '\n' || value == '\r' || value == '\t');
        if (brace < 0 || body.getByte(brace) != '{') {
            return false;
        }
        int first = brace + 1 - body.readerIndex();
        replace(first, first, member);
        return true;
    }

    /** What was found of the member that was looked for; null if none was looked for. Called once, when the body is whole. */
    MemberFinder.@Nullable Found found() {
        return finder == null ? null : finder.finish();
    }

    /** A part of the body, when it is whole, as UTF-8. */
    String text(long from, long to) {
        return body.toString(
                body.readerIndex() + Math.toIntExact(from), Math.toIntExact(to - from), StandardCharsets.UTF_8);
    }

    /** Replaces a part behind the first byte of the body, when it is whole, and hashes it anew. */
    void replace(long from, long to, byte[] by) {
        int removed = Math.toIntExact(to - from);
        ByteBuf whole = body;
        body = Unpooled.EMPTY_BUFFER;
        append(whole.readRetainedSlice(Math.toIntExact(from)));
        append(Unpooled.wrappedBuffer(by));
        append(whole.skipBytes(removed));
        bytes += by.length - removed;
        room.grow(by.length - removed);
        hash = null;
        sha256.reset();
        for (ByteBuffer view : body.nioBuffers()) {
            sha256.update(view);
        }
    }

    /** What the request says about the usage to come. Called once, when the body is whole. */
    RequestFacts facts() {
        return reader.finish();
    }

    /** Hands the body over; the receiver releases it. It counts as held until {@link #release}: it is still in memory. */
    ByteBuf take() {
        ByteBuf taken = body;
        body = Unpooled.EMPTY_BUFFER;
        return taken;
    }

    /** Lets go of the body, if it is still here, and of the room that it took. May be called again. */
    void release() {
        body.release();
        body = Unpooled.EMPTY_BUFFER;
        room.giveBack();
        bytes = 0;
    }

    private void append(ByteBuf piece) {
        if (!body.isReadable()) {
            body = piece;
        } else if (body instanceof CompositeByteBuf composite) {
            composite.addComponent(true, piece);
        } else {
            body = allocator
                    .compositeBuffer(COMPONENTS_MAX)
                    .addComponent(true, body)
                    .addComponent(true, piece);
        }
    }

    private static MessageDigest fresh() {
        try {
            return (MessageDigest) SHA256.clone();
        } catch (CloneNotSupportedException e) {
            return newSha256();
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

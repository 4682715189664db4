package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.proxy.auth.FrameVerifier;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one caller's stream: put together from pieces cut anywhere, checked, and taken out of the frames with the
 * caller's signatures where there are any. Confined to one event loop.
 *
 * <p>A frame must be whole to be hashed, so one is held, and whatever came with it: at most {@link #FRAME_BYTES_MAX} and a
 * window of HTTP/2. Until {@link #forget}, the first that were given out are held too, so that they can be sent once more. All
 * of it counts as held in the budget of bodies.
 */
final class CallerFrames {
    /** Longest frame: two thirds of a millisecond to check and hash. Real ones, a piece of sound or of text, are a hundredth of it. */
    static final int FRAME_BYTES_MAX = 1 << 20;

    /** What is kept to be sent once more: as much as an upstream that takes nothing is sent, a window and what waits behind it. */
    static final int KEPT_BYTES_MAX = 128 * 1024;

    private static final int PRELUDE_BYTES = 12;
    private static final int FRAME_BYTES_MIN = 16;
    private static final int CHECKSUM_BYTES = 4;

    private final ByteBufAllocator allocator;
    private final BodyBudget budget;
    private final boolean signed;
    private final @Nullable FrameVerifier verifier;

    private final ArrayDeque<ByteBuf> kept = new ArrayDeque<>();
    private final ArrayDeque<ByteBuf> again = new ArrayDeque<>();
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    private int keptBytes;
    private boolean keeps = true;
    private boolean ended;
    private boolean properlyEnded;
    private boolean closed;
    private boolean noRoom;

    /**
     * Frames at the beginning of a stream.
     *
     * @param signed whether each is in a frame with its caller's signature
     * @param verifier what verifies those; null if they are believed
     */
    CallerFrames(ByteBufAllocator allocator, BodyBudget budget, boolean signed, @Nullable FrameVerifier verifier) {
        this.allocator = allocator;
        this.budget = budget;
        this.signed = signed;
        this.verifier = verifier;
    }

    /** What comes next. */
    sealed interface Next {
        /** Nothing yet. */
        record Nothing() implements Next {}

        /** A frame as its sender meant it; owned by whoever asked. */
        record Frame(ByteBuf bytes) implements Next {}

        /** The proper end. */
        record End() implements Next {}

        /** Nothing that can be believed, and nothing more ever. */
        record Broken(String why) implements Next {}
    }

    /** Adds a piece, and owns it. */
    void add(ByteBuf piece) {
        if (closed || noRoom) {
            piece.release();
        } else if (budget.tryTake(piece.readableBytes())) {
            bytes = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, bytes, piece);
        } else {
            piece.release();
            noRoom = true;
        }
    }

    /** There are no more pieces. */
    void end() {
        ended = true;
    }

    /**
     * Starts again at the first frame. Can be done once.
     *
     * @return whether all that was given out will be given out again; if not, it is no longer here
     */
    boolean rewind() {
        if (!keeps) {
            return false;
        }
        keeps = false;
        again.addAll(kept);
        kept.clear();
        return true;
    }

    /** There will be no need to start again. */
    void forget() {
        keeps = false;
        letGo(kept);
    }

    /** The next frame, if it is whole. Not asked again after an end, proper or not, but to start again after a proper one. */
    Next next() {
        ByteBuf repeated = again.poll();
        if (repeated != null) {
            budget.giveBack(repeated.readableBytes());
            return new Next.Frame(repeated);
        }
        if (properlyEnded) {
            return new Next.End();
        }
        if (noRoom) {
            return broken("The proxy holds as many request bodies as it may (limits.bodies-total). Try again.");
        }
        if (!bytes.isReadable() && ended) {
            return signed ? broken("The stream ended without the signed frame that ends it.") : close();
        }
        if (bytes.readableBytes() < PRELUDE_BYTES) {
            return lacking();
        }
        String fault = faultOfPrelude(bytes);
        if (fault != null) {
            return broken(fault);
        }
        int length = bytes.getInt(bytes.readerIndex());
        if (bytes.readableBytes() < length) {
            return lacking();
        }
        ByteBuf frame = bytes.readRetainedSlice(length);
        budget.giveBack(length);
        if (!isIntact(frame)) {
            frame.release();
            return broken("A frame's checksum does not hold.");
        }
        return signed ? unwrapped(frame) : given(frame);
    }

    private Next given(ByteBuf frame) {
        int length = frame.readableBytes();
        if (keeps && keptBytes + length <= KEPT_BYTES_MAX && budget.tryTake(length)) {
            keptBytes += length;
            kept.add(frame.retainedDuplicate());
        } else if (keeps) {
            forget();
        }
        return new Next.Frame(frame);
    }

    /** Takes a frame out of the one with its signature. */
    private Next unwrapped(ByteBuf outer) {
        int headerBytes = outer.getInt(outer.readerIndex() + Integer.BYTES);
        ByteBuf payload = outer.slice(
                outer.readerIndex() + PRELUDE_BYTES + headerBytes,
                outer.readableBytes() - headerBytes - FRAME_BYTES_MIN);
        SignatureHeaders headers = SignatureHeaders.of(outer.slice(outer.readerIndex() + PRELUDE_BYTES, headerBytes));
        if (headers == null) {
            outer.release();
            return broken("A frame has no :date and :chunk-signature, which a signed request's frames must have.");
        }
        String fault = verifier == null
                ? null
                : verifier.fault(headers.dateMillis(), ByteBufUtil.getBytes(headers.signature()), payload.nioBuffers());
        if (fault != null) {
            outer.release();
            return broken(fault);
        }
        if (!payload.isReadable()) {
            outer.release();
            return close();
        }
        boolean oneFrame = payload.readableBytes() >= FRAME_BYTES_MIN
                && faultOfPrelude(payload) == null
                && payload.getInt(payload.readerIndex()) == payload.readableBytes()
                && isIntact(payload);
        if (!oneFrame) {
            outer.release();
            return broken("A signed frame holds something else than one whole frame.");
        }
        // The slice shares the reference count of the frame around it.
        return given(payload);
    }

    /** Lets go of everything. */
    void release() {
        releaseUntaken();
        forget();
        letGo(again);
    }

    private void letGo(ArrayDeque<ByteBuf> frames) {
        while (!frames.isEmpty()) {
            ByteBuf frame = frames.remove();
            budget.giveBack(frame.readableBytes());
            frame.release();
        }
    }

    private void releaseUntaken() {
        budget.giveBack(bytes.readableBytes());
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
        closed = true;
    }

    private Next lacking() {
        return ended ? broken("The stream ended in the middle of a frame.") : new Next.Nothing();
    }

    private Next close() {
        releaseUntaken();
        properlyEnded = true;
        return new Next.End();
    }

    private Next broken(String why) {
        release();
        return new Next.Broken(why);
    }

    private static @Nullable String faultOfPrelude(ByteBuf frame) {
        int at = frame.readerIndex();
        if (crc(frame, at, PRELUDE_BYTES - CHECKSUM_BYTES) != frame.getInt(at + PRELUDE_BYTES - CHECKSUM_BYTES)) {
            return "The checksum of a frame's lengths does not hold.";
        }
        int length = frame.getInt(at);
        int headerBytes = frame.getInt(at + Integer.BYTES);
        if (length < FRAME_BYTES_MIN || headerBytes < 0 || headerBytes > length - FRAME_BYTES_MIN) {
            return "A frame's lengths are impossible.";
        }
        return length > FRAME_BYTES_MAX
                ? "A frame of " + length + " bytes is longer than " + FRAME_BYTES_MAX + "; send smaller ones."
                : null;
    }

    private static boolean isIntact(ByteBuf frame) {
        int checked = frame.readableBytes() - CHECKSUM_BYTES;
        return crc(frame, frame.readerIndex(), checked) == frame.getInt(frame.readerIndex() + checked);
    }

    private static int crc(ByteBuf bytes, int from, int length) {
        CRC32 crc = new CRC32();
        for (ByteBuffer view : bytes.nioBuffers(from, length)) {
            crc.update(view);
        }
        return (int) crc.getValue();
    }
}

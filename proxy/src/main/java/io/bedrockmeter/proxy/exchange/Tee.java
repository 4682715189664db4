package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.usage.UsageReader;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.proxy.jobs.Review;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where an answer forks: the meter sees each piece, then the caller gets the same buffer, unless the answer is held for review.
 * Confined to one event loop.
 *
 * <p>Released by {@link #finish} and by whatever the relay ends with.
 */
final class Tee {
    private final UsageReader reader;
    private final ResponseRelay relay;
    private final @Nullable StreamUsage streamUsage;
    private final @Nullable JobCall held;

    /**
     * A fork at the beginning of an answer.
     *
     * @param streamUsage what keeps from the caller what it has not asked for; null if nothing need be kept
     * @param held what holds the answer until it is known whom it is about; null if it passes as it comes
     */
    Tee(UsageReader reader, ResponseRelay relay, @Nullable StreamUsage streamUsage, @Nullable JobCall held) {
        this.reader = reader;
        this.relay = relay;
        this.streamUsage = streamUsage;
        this.held = held;
    }

    /** Shows a piece to the meter and passes it on; owns it. */
    void piece(ByteBuf piece) {
        if (piece.nioBufferCount() == 1) {
            reader.read(piece.nioBuffer());
        } else {
            for (ByteBuffer view : piece.nioBuffers()) {
                reader.read(view);
            }
        }
        if (held != null) {
            held.add(piece);
        } else if (streamUsage == null) {
            relay.piece(piece);
        } else {
            pass(streamUsage.withoutAnswer(piece));
        }
    }

    /** Passes on what is left of a piece, if anything is: a client may take empty frames for an attack. */
    private void pass(ByteBuf left) {
        if (left.isReadable()) {
            relay.piece(left);
        } else {
            left.release();
        }
    }

    /** Sends what was passed on since the last time. */
    void flush() {
        relay.flush();
    }

    /** The last piece has come. It need not wait for the disk; the end that follows does. */
    void end() {
        if (streamUsage != null) {
            pass(streamUsage.rest());
        }
        relay.flush();
    }

    /** What holds the answer until it is known whom it is about; null if it passes as it comes. */
    @Nullable
    JobCall held() {
        return held;
    }

    /**
     * Passes on what a review lets pass of the answer that was held.
     *
     * @return what its caller is told instead; null if something passes
     */
    @Nullable
    FullHttpResponse passOn(Review review, ErrorAnswers answers) {
        return switch (review) {
            case Review.Passes passes -> {
                relay.piece(Unpooled.wrappedBuffer(passes.body()));
                yield null;
            }
            case Review.OfAnother no -> answers.conflict(JobCall.TOKEN_IS_TAKEN);
            case Review.Unreadable no -> answers.badGateway(JobCall.UNREADABLE);
            case Review.Unknown no -> answers.unavailable(JobCall.OWNER_UNKNOWN);
        };
    }

    /** Whether another piece can be taken without anything piling up. */
    boolean wantsMore() {
        return relay.wantsMore();
    }

    /** The caller is gone: only the meter sees what is still to come. */
    void discard() {
        relay.discard();
    }

    /** Where the stream stands, see {@link UsageReader#bytesToFrameEnd}. */
    int bytesToFrameEnd() {
        return reader.bytesToFrameEnd();
    }

    /**
     * What the meter read. Called once; nothing can be passed on any more.
     *
     * @param whole whether the answer came to its end
     */
    UsageReading finish(boolean whole) {
        if (streamUsage != null) {
            streamUsage.rest().release();
        }
        return reader.finish(whole);
    }

    /** The caller's side of the fork. */
    ResponseRelay relay() {
        return relay;
    }
}

package io.bedrockmeter.proxy.signing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Instant;

/**
 * Puts the proof of who sends it on each frame of one stream to Bedrock, in the order in which they are sent. Sealed like
 * {@link RequestSigner}, whose {@link RequestSigner#signStream} makes one. Confined to one event loop.
 */
public sealed interface FrameSigner permits SignedFrames, PlainFrames {
    /** What is to be sent for a whole frame. Owns the frame; the receiver owns the answer. */
    ByteBuf sign(ByteBuf frame, Instant now, ByteBufAllocator allocator);

    /** What is to be sent last, so that an end can be told from a cut; may be nothing. Called once. */
    ByteBuf end(Instant now, ByteBufAllocator allocator);
}

package io.bedrockmeter.proxy.signing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Instant;

/** Frames as they are: an API key on the request proves all that follows. */
enum PlainFrames implements FrameSigner {
    PLAIN;

    @Override
    public ByteBuf sign(ByteBuf frame, Instant now, ByteBufAllocator allocator) {
        return frame;
    }

    @Override
    public ByteBuf end(Instant now, ByteBufAllocator allocator) {
        return Unpooled.EMPTY_BUFFER;
    }
}

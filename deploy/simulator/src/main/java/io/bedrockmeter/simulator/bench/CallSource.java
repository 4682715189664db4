package io.bedrockmeter.simulator.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The calls that a load makes. Confined to one event loop. */
interface CallSource {
    /** The next call; the caller's to release. */
    ByteBuf next(ByteBufAllocator allocator);
}

package io.bedrockmeter.simulator.bedrock;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Request ids that look random, never repeat, and are the same for the same seed. Thread-safe. */
final class RequestIds {
    private static final long VERSION_4 = 0x4000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final long high;
    private final AtomicLong next = new AtomicLong(1);

    RequestIds(long seed) {
        this.high = (seed & ~0xF000L) | VERSION_4;
    }

    String next() {
        // Multiplying by an odd number spreads neighbours and cannot make two of them equal within 62 bits.
        long low = ((next.getAndIncrement() * 0x9E3779B97F4A7C15L) & ~(3L << 62)) | VARIANT;
        return new UUID(high, low).toString();
    }
}

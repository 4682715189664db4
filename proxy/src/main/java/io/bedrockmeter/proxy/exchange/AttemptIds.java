package io.bedrockmeter.proxy.exchange;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes attempt ids: UUIDs of version 7 (RFC 9562), whose text sorts by time. Thread-safe if its source of randomness is.
 */
public final class AttemptIds {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final InstantSource clock;
    private final RandomGenerator random;

    /** Ids of this clock and this randomness. */
    public AttemptIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** The next id. */
    public String next() {
        long high = (clock.millis() << 16) | 0x7000 | (random.nextLong() & 0xfff);
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        char[] text = new char[36];
        int at = 0;
        for (int i = 0; i < 32; i++) {
            if (i == 8 || i == 12 || i == 16 || i == 20) {
                text[at++] = '-';
            }
            long half = i < 16 ? high : low;
            text[at++] = HEX[(int) (half >>> (60 - 4 * (i & 15))) & 15];
        }
        return new String(text);
    }
}

package io.bedrockmeter.metering.ledger;

import java.nio.file.Path;

/**
 * How a ledger is kept. Immutable.
 *
 * @param path the SQLite file; its folder must exist
 * @param slots calls that may be open at once
 * @param reserveBytes disk space held back, from which calls in flight are settled when the disk is full
 */
public record LedgerOptions(Path path, int slots, long reserveBytes) {
    private static final int DEFAULT_SLOTS = 10_000;
    private static final long DEFAULT_RESERVE_BYTES = 16L << 20;

    public LedgerOptions {
        if (slots < 1) {
            throw new IllegalArgumentException("a ledger needs at least one slot, not " + slots);
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("a ledger cannot hold back " + reserveBytes + " bytes");
        }
    }

    /** 10,000 slots and a reserve of 16 MiB. */
    public static LedgerOptions at(Path path) {
        return new LedgerOptions(path, DEFAULT_SLOTS, DEFAULT_RESERVE_BYTES);
    }
}

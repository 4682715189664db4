package io.bedrockmeter.metering.ledger;

import java.nio.file.Path;

/**
 * How a ledger is kept. Immutable.
 *
 * @param path the SQLite file; its folder must exist
 * @param slots calls that may be open at once
 * @param reserveBytes disk space held back for calls in flight when the disk is full
 */
public record LedgerOptions(Path path, int slots, long reserveBytes) {
    /** Records of one transaction, at most. */
    static final int BATCH_MAX = 256;

    public LedgerOptions {
        if (slots < 1) {
            throw new IllegalArgumentException("ledger slots must be at least 1: " + slots);
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("the ledger's reserve cannot be negative: " + reserveBytes);
        }
    }

    /** 10,000 slots and a reserve of 16 MiB. */
    public static LedgerOptions at(Path path) {
        return new LedgerOptions(path, 10_000, 16 << 20);
    }
}

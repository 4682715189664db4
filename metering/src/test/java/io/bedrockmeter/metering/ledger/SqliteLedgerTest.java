package io.bedrockmeter.metering.ledger;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

final class SqliteLedgerTest extends LedgerContract {
    private static final InstantSource CLOCK = InstantSource.fixed(Records.NOON);

    @TempDir
    private Path folder;

    @Override
    Ledger open() {
        return SqliteLedger.open(new LedgerOptions(file(), SLOTS, 1 << 20), CLOCK, () -> {
            throw new AssertionError("nothing failed here");
        });
    }

    @Override
    Kept kept() {
        return new LedgerFile(file()).kept();
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }
}

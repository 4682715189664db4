package io.bedrockmeter.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Space held back beside a ledger. */
class DiskReserveTest {
    @TempDir
    private Path folder;

    @Test
    void takesItsSpaceAndGivesItBack() throws IOException {
        DiskReserve reserve = reserveOf(1 << 20);

        boolean taken = reserve.take();

        assertThat(taken).isTrue();
        assertThat(Files.size(file())).isEqualTo(1 << 20);
        reserve.release();
        assertThat(file()).doesNotExist();
    }

    @Test
    void leavesADiskAloneThatItWouldAlmostFill() throws IOException {
        long most = Files.getFileStore(folder).getUsableSpace() / 4 * 3;

        boolean taken = reserveOf(most).take();

        assertThat(taken).isFalse();
        assertThat(file()).doesNotExist();
    }

    @Test
    void writesAnewWhatIsThereOnlyInPart() throws IOException {
        Files.write(file(), new byte[1_000]);

        boolean taken = reserveOf(1 << 17).take();

        assertThat(taken).isTrue();
        assertThat(Files.size(file())).isEqualTo(1 << 17);
    }

    private DiskReserve reserveOf(long bytes) {
        return new DiskReserve(new LedgerOptions(folder.resolve("ledger.db"), 1, bytes));
    }

    private Path file() {
        return folder.resolve("ledger.db.reserve");
    }
}

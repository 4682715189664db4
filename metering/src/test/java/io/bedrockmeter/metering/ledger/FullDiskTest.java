package io.bedrockmeter.metering.ledger;

import static io.bedrockmeter.metering.ledger.Records.entry;
import static io.bedrockmeter.metering.ledger.Records.intent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bedrockmeter.metering.meters.InstalledProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger on a real file system that fills up; skipped where a test may not mount one. */
final class FullDiskTest {
    private static final int IN_FLIGHT = 500;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path disk;

    private boolean mounted;

    @BeforeEach
    void mountASmallDisk() throws Exception {
        InstalledProgram mount = InstalledProgram.orSkip("mount");
        mounted = mount.run("", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString())
                        .exitCode()
                == 0;
        assumeTrue(mounted, "this user may not mount a file system");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            // Lazy: a test that failed has the ledger open, and must not leave a file system behind all the same.
            assertThat(InstalledProgram.orSkip("umount")
                            .run("", "--lazy", disk.toString())
                            .exitCode())
                    .isZero();
        }
    }

    @Test
    void settlesWhatIsInFlightWhenTheDiskFillsUpAndGoesOnWhenThereIsRoom() throws IOException {
        LedgerOptions options = new LedgerOptions(disk.resolve("ledger.db"), 2 * IN_FLIGHT, 6 << 20);
        SqliteLedger ledger = SqliteLedger.open(options, InstantSource.fixed(Records.NOON), () -> {});
        long calls = 0;
        while (calls < IN_FLIGHT) {
            start(ledger, calls++);
        }

        fillTheDisk();
        long refused = startUntilRefused(ledger, calls);
        for (long call = 0; call < IN_FLIGHT; call++) {
            LedgerContract.await(ledger.recordEntry(entry(call, 1)));
        }
        LedgerHealth healthWhileFull = ledger.health();
        Files.delete(disk.resolve("filler"));
        await().atMost(LIMIT).until(() -> ledger.health() == LedgerHealth.OK);
        start(ledger, refused);
        ledger.close();

        assertThat(healthWhileFull).isEqualTo(LedgerHealth.DISK_FULL);
        LedgerContract.Kept kept = new LedgerFile(options.path()).kept();
        assertThat(kept.entries()).isEqualTo(IN_FLIGHT);
        assertThat(kept.open()).isEqualTo(refused + 1 - IN_FLIGHT);
    }

    private void fillTheDisk() {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("space");
        }
    }

    /** Goes on calling until a call is refused for want of space, and returns its number. */
    private static long startUntilRefused(SqliteLedger ledger, long first) {
        for (long call = first; call < first + IN_FLIGHT; call++) {
            if (!ledger.tryTakeSlot()) {
                return call;
            }
            CompletionStage<Boolean> started =
                    ledger.recordIntent(intent(call)).handle((durable, failure) -> failure == null);
            if (!started.toCompletableFuture().join()) {
                return call;
            }
        }
        throw new AssertionError("the disk did not fill up");
    }

    private static void start(SqliteLedger ledger, long call) {
        assertThat(ledger.tryTakeSlot()).isTrue();
        LedgerContract.await(ledger.recordIntent(intent(call)));
    }
}

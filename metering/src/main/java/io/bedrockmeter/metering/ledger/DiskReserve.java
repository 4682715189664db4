package io.bedrockmeter.metering.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Disk space held back beside the ledger, so that calls in flight can still be settled when the disk is full. Confined to the
 * writer's thread.
 */
final class DiskReserve {
    private static final int BLOCK = 1 << 16;

    private final Path file;
    private final long bytes;
    private boolean held;

    DiskReserve(Path ledger, long bytes) {
        this.file = ledger.resolveSibling(ledger.getFileName() + ".reserve");
        this.bytes = bytes;
    }

    /** Takes the space, by writing it: a sparse file would promise nothing. Whether there was enough. */
    boolean take() {
        if (held) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
            for (long written = 0; written < bytes; written += BLOCK) {
                block.clear().limit((int) Math.min(BLOCK, bytes - written));
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
            channel.force(true);
            held = true;
        } catch (IOException e) {
            release();
        }
        return held;
    }

    /** Gives the space to whoever writes next. */
    void release() {
        held = false;
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The disk stays as full as it was, and the next write will say so.
            return;
        }
    }
}

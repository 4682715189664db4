package io.bedrockmeter.metering.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Disk space held back beside the ledger, so that calls in flight can still be settled when the disk is full. Confined to one
 * thread at a time.
 */
final class DiskReserve {
    private static final int BLOCK_BYTES = 1 << 16;
    private static final long ROOM_BYTES_MIN = 1 << 20;

    private final Path file;
    private final long bytes;

    DiskReserve(LedgerOptions options) {
        Path ledger = options.path();
        this.file = ledger.resolveSibling(ledger.getFileName() + ".reserve");
        this.bytes = options.reserveBytes();
    }

    /**
     * Takes the space, if it is not held yet and the disk has as much again: a disk that it would fill has no room for calls.
     * Written, not merely claimed, and with noise: a sparse or compressed file would promise nothing.
     *
     * @return whether it is held now
     */
    boolean take() {
        try {
            if (Files.exists(file) && Files.size(file) == bytes) {
                return true;
            }
            release();
            if (freeBytes() - bytes < Math.max(bytes, ROOM_BYTES_MIN)) {
                return false;
            }
            fill();
            return true;
        } catch (IOException e) {
            release();
            return false;
        }
    }

    /** Gives the space up if the disk has little beside it: what was open when a process died must be settled from it. */
    void releaseIfDiskIsFull() {
        try {
            if (freeBytes() < bytes) {
                release();
            }
        } catch (IOException e) {
            release();
        }
    }

    /** Gives the space to whoever writes next. */
    void release() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The disk stays as full as it was, and the next write will say so.
            return;
        }
    }

    private long freeBytes() throws IOException {
        return Files.getFileStore(file.toAbsolutePath().resolveSibling(".")).getUsableSpace();
    }

    private void fill() throws IOException {
        byte[] noise = new byte[BLOCK_BYTES];
        new Random(BLOCK_BYTES).nextBytes(noise);
        ByteBuffer block = ByteBuffer.wrap(noise);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long written = 0; written < bytes; written += block.position()) {
                block.clear().limit((int) Math.min(BLOCK_BYTES, bytes - written));
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
            channel.force(true);
        }
    }
}

package io.bedrockmeter.metering.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The right to write a ledger: one process at a time. The operating system gives it back when a process dies. */
final class LedgerLock implements AutoCloseable {
    private final FileChannel channel;

    private LedgerLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock beside a ledger.
     *
     * @throws LedgerException if another process has it, or the file cannot be made
     */
    static LedgerLock take(Path ledger) {
        Path file = ledger.resolveSibling(ledger.getFileName() + ".lock");
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new OverlappingFileLockException();
            }
            return new LedgerLock(channel);
        } catch (OverlappingFileLockException e) {
            closeQuietly(channel);
            throw new LedgerException(
                    "the ledger " + ledger + " is being written by another proxy; stop that one, or set ledger.path.",
                    e);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new LedgerException(
                    "the lock " + file + " cannot be made: " + e.getMessage()
                            + ". Check that the folder exists and is writable, or set ledger.path.",
                    e);
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // The process ends or opens anew; the lock goes with the descriptor either way.
                return;
            }
        }
    }
}

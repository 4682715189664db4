package io.bedrockmeter.metering.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to write a ledger, held by one process at a time. The operating system takes it back when a process dies.
 *
 * <p>It is a file of its own: closing any descriptor of the database file would drop SQLite's locks on it.
 */
final class LedgerLock implements AutoCloseable {
    private final FileChannel channel;

    private LedgerLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock beside a ledger.
     *
     * @throws LedgerInUseException if another ledger has it
     * @throws LedgerException if the file cannot be made
     */
    static LedgerLock take(Path ledger) {
        Path file = ledger.resolveSibling(ledger.getFileName() + ".lock");
        LedgerLock lock = null;
        try {
            lock = new LedgerLock(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
            if (!lock.acquire()) {
                lock.close();
                throw new LedgerInUseException("the ledger " + ledger + " is being written by another process;"
                        + " stop that one, or give this one a ledger.path of its own");
            }
            return lock;
        } catch (IOException e) {
            if (lock != null) {
                lock.close();
            }
            throw new LedgerException(
                    "the ledger's lock " + file + " cannot be made: " + e
                            + "; check that its folder exists and is writable, or set ledger.path",
                    e);
        }
    }

    private boolean acquire() throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing to do: the lock goes with the descriptor, whatever close said.
            return;
        }
    }
}

package io.bedrockmeter.proxy.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A file of keys. It is replaced whole and durably, so that a reader and a crash see one book or the other; a lock file beside
 * it keeps two writers apart. Thread-safe.
 */
public final class KeyFile implements KeyStore {
    private static final long BYTES_MAX = 64 << 20;

    /** A lock of a file keeps out other processes only. */
    private static final ReentrantLock WRITERS = new ReentrantLock();

    private final Path path;

    /** The file of this name, which need not be there. */
    public KeyFile(Path path) {
        this.path = path;
    }

    /** Its path. */
    public Path path() {
        return path;
    }

    @Override
    public String name() {
        return "the key file " + path;
    }

    @Override
    public KeyBook read() throws IOException {
        if (!Files.exists(path)) {
            throw new IOException(name() + " does not exist; make the first key with"
                    + " 'bedrock-meter keys create --account TEAM/APP'");
        }
        if (Files.size(path) > BYTES_MAX) {
            throw new IOException(name() + " is larger than 64 MiB; is it the right one?");
        }
        try {
            return KeyJson.read(Files.readAllBytes(path));
        } catch (IllegalArgumentException e) {
            throw new IOException(name() + " " + e.getMessage(), e);
        }
    }

    /** A file that cannot be looked at is as good as none: who reads it is told why. */
    @Override
    public @Nullable Object stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public KeyBook change(UnaryOperator<KeyBook> change) throws IOException {
        WRITERS.lock();
        try {
            return changeAlone(change);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            WRITERS.unlock();
        }
    }

    @Override
    public void close() {
        // Nothing is open between two calls.
    }

    private KeyBook changeAlone(UnaryOperator<KeyBook> change) throws IOException {
        // Behind a symbolic link the file is replaced, not the link.
        Path real = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        Path lock = real.resolveSibling(real.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            KeyBook before = Files.exists(real) ? read() : KeyBook.empty();
            KeyBook after = change.apply(before);
            if (held.isValid()) {
                replace(real, KeyJson.write(after));
            }
            return after;
        }
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        Path draft = posix
                ? Files.createTempFile(
                        folder,
                        file.getFileName() + ".",
                        ".new",
                        PosixFilePermissions.asFileAttribute(
                                Files.exists(file)
                                        ? Files.getPosixFilePermissions(file)
                                        : PosixFilePermissions.fromString("rw-r-----")))
                : Files.createTempFile(folder, file.getFileName() + ".", ".new");
        try {
            try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        if (posix) {
            try (FileChannel ofFolder = FileChannel.open(folder, StandardOpenOption.READ)) {
                ofFolder.force(true);
            }
        }
    }

    /** What tells one file from the one that took its place. */
    private record Stamp(
            long modifiedNanos, long bytes, @Nullable Object id) {}
}

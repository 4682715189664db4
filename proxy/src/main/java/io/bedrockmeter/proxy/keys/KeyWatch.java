package io.bedrockmeter.proxy.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a file as they are now. One virtual thread looks whether the file was replaced, and brings the next book into
 * force whole, or not at all. {@link #ring} is for any thread.
 */
public final class KeyWatch implements AutoCloseable {
    private final KeyFile file;
    private final MasterSecret master;
    private final Semaphore closing = new Semaphore(0);

    private volatile KeyBook book;
    private volatile KeyRing ring;
    private @Nullable Stamp loaded;
    private @Nullable String refusal;
    private @Nullable Thread thread;

    private KeyWatch(KeyFile file, MasterSecret master, @Nullable Stamp loaded, KeyBook book) {
        this.file = file;
        this.master = master;
        this.loaded = loaded;
        this.book = book;
        this.ring = KeyRing.of(book, master);
    }

    /** Who is told what becomes of the keys. Called on the watch's thread. */
    public interface Listener {
        /** Other keys are in force. */
        void changed(KeyBook inForce, List<KeyChange> changes);

        /** The file was refused, and the keys before stay in force. */
        void refused(String why);
    }

    /**
     * Loads a file, and watches nothing yet.
     *
     * @throws IOException if it cannot be read, or belongs to another master secret; the message names it and the way out
     */
    public static KeyWatch open(KeyFile file, MasterSecret master) throws IOException {
        Stamp stamp = Stamp.of(file.path());
        return new KeyWatch(file, master, stamp, read(file, master));
    }

    /** Begins to watch. */
    public void start(Listener listener, Duration interval) {
        thread = Thread.ofVirtual().name("key-watch").start(() -> watch(listener, interval));
    }

    /** The keys in force, ready to verify with. */
    public KeyRing ring() {
        return ring;
    }

    /** The keys in force. */
    public KeyBook book() {
        return book;
    }

    @Override
    public void close() {
        closing.release();
        Thread watching = thread;
        try {
            if (watching != null) {
                watching.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(Listener listener, Duration interval) {
        try {
            while (!closing.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                look(listener);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Loads the file if it is another one than before. One that was refused is tried again at each look, because what kept it from
     * being read may pass, and a revoked key must not stay in force for that; why is told once.
     */
    void look(Listener listener) {
        Stamp now = Stamp.of(file.path());
        if (refusal == null && Objects.equals(now, loaded)) {
            return;
        }
        try {
            KeyBook before = book;
            KeyBook after = read(file, master);
            ring = ring.next(after, master);
            book = after;
            loaded = now;
            refusal = null;
            listener.changed(after, KeyChange.between(before, after));
        } catch (IOException | RuntimeException e) {
            refuse(String.valueOf(e.getMessage()), listener);
        }
    }

    private void refuse(String why, Listener listener) {
        if (!why.equals(refusal)) {
            refusal = why;
            listener.refused(why);
        }
    }

    private static KeyBook read(KeyFile file, MasterSecret master) throws IOException {
        KeyBook book = file.read();
        if (!book.belongsTo(master)) {
            throw new IOException("the keys in " + file.path()
                    + " belong to another master secret than auth.master-secret; use that one, or another file");
        }
        return book;
    }

    /** What tells one file from the one that took its place. Null stands for a file that cannot be looked at. */
    private record Stamp(
            long modifiedNanos, long bytes, @Nullable Object id) {
        static @Nullable Stamp of(Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return new Stamp(
                        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                        attributes.size(),
                        attributes.fileKey());
            } catch (IOException e) {
                return null;
            }
        }
    }
}

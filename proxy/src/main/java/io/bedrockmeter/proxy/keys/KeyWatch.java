package io.bedrockmeter.proxy.keys;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a store as they are now. One virtual thread looks whether there is another book, and brings it into force whole, or
 * not at all. {@link #ring} is for any thread.
 */
public final class KeyWatch implements AutoCloseable {
    private final KeyStore store;
    private final MasterSecret master;
    private final Semaphore closing = new Semaphore(0);

    private volatile KeyBook book;
    private volatile KeyRing ring;
    private @Nullable Object loaded;
    private @Nullable String refusal;
    private @Nullable Thread thread;

    private KeyWatch(KeyStore store, MasterSecret master, @Nullable Object loaded, KeyBook book) {
        this.store = store;
        this.master = master;
        this.loaded = loaded;
        this.book = book;
        this.ring = KeyRing.of(book, master);
    }

    /** Who is told what becomes of the keys. Called on the watch's thread. */
    public interface Listener {
        /** Other keys are in force, or the same ones after they could not be read for a while. */
        void changed(KeyBook inForce, List<KeyChange> changes);

        /** The store could not be read, or its book was refused; the keys before stay in force. */
        void refused(String why);
    }

    /**
     * Loads the keys of a store, and watches nothing yet. The store is this watch's from now on, also if it cannot be loaded.
     *
     * @throws IOException if it cannot be read, or belongs to another master secret; the message names it and the way out
     */
    public static KeyWatch open(KeyStore store, MasterSecret master) throws IOException {
        try {
            Object stamp = store.stamp();
            return new KeyWatch(store, master, stamp, read(store, master));
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
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
            store.close();
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
     * Loads the book if it is another one than before. One that was refused is tried again at each look, because what kept it from
     * being read may pass, and a revoked key must not stay in force for that; why is told once.
     */
    void look(Listener listener) {
        try {
            Object now = store.stamp();
            if (refusal == null && Objects.equals(now, loaded)) {
                return;
            }
            KeyBook before = book;
            KeyBook after = read(store, master);
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

    private static KeyBook read(KeyStore store, MasterSecret master) throws IOException {
        KeyBook book = store.read();
        if (!book.belongsTo(master)) {
            throw new IOException("the keys in " + store.name()
                    + " belong to another master secret than auth.master-secret; use that one, or keys of your own");
        }
        return book;
    }
}

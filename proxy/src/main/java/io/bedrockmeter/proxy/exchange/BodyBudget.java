package io.bedrockmeter.proxy.exchange;

import java.util.concurrent.atomic.AtomicLong;

/** Bound on the sum of request bodies held at one time, over all event loops. Thread-safe. */
public final class BodyBudget {
    private final AtomicLong held = new AtomicLong();
    private volatile long bytesMax;

    /** A bound of so many bytes. */
    public BodyBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Puts another bound in force. What is held stays held, even beyond it. */
    public void allow(long newBytesMax) {
        bytesMax = newBytesMax;
    }

    /** Takes room for so many bytes; false if there is none, and then nothing was taken. */
    boolean tryTake(long bytes) {
        if (held.addAndGet(bytes) > bytesMax) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Takes room for what a body that is held grows by, even beyond the bound; negative if it shrinks. */
    void grow(long bytes) {
        held.addAndGet(bytes);
    }

    /** Whether there is room for so many bytes at the moment. */
    boolean hasRoom(long bytes) {
        return held.get() + bytes <= bytesMax;
    }

    /** Gives room back. */
    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held now. */
    long heldBytes() {
        return held.get();
    }
}

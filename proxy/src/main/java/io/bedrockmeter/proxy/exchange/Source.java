package io.bedrockmeter.proxy.exchange;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** One source of connections, and what its callers use together. Thread-safe. */
public final class Source {
    /** The number of a window above, the calls given up within it below. */
    private static final int COUNT_BITS = 24;

    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    private final Sources all;
    private final long network;
    private final LongSupplier nanoClock;
    private final long createdAtNanos;
    private final AtomicLong strangersBytes = new AtomicLong();
    private final AtomicLong givenUp = new AtomicLong();

    /** Open ones. Guarded by {@link #all}. */
    int connections;

    Source(Sources all, long network, LongSupplier nanoClock) {
        this.all = all;
        this.network = network;
        this.nanoClock = nanoClock;
        this.createdAtNanos = nanoClock.getAsLong();
    }

    /** A connection of it is closed. To be called once for each. */
    public void disconnected() {
        all.disconnected(this);
    }

    long network() {
        return network;
    }

    /** Takes room for so many bytes of callers who have not proved who they are; false if there is none. */
    boolean tryHold(long bytes, long bytesMax) {
        if (strangersBytes.addAndGet(bytes) > bytesMax) {
            strangersBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Whether so many more would fit at the moment. */
    boolean hasRoom(long bytes, long bytesMax) {
        return strangersBytes.get() + bytes <= bytesMax;
    }

    /** Gives room back. */
    void giveBack(long bytes) {
        strangersBytes.addAndGet(-bytes);
    }

    /** A call was left by its caller after it had been admitted; at Bedrock it may go on, and cost. */
    void callGivenUp() {
        all.current(this).count();
    }

    private void count() {
        long window = window();
        givenUp.getAndUpdate(packed -> {
            long count = packed >>> COUNT_BITS == window ? packed & COUNT_MASK : 0;
            return window << COUNT_BITS | Math.min(count + 1, COUNT_MASK);
        });
    }

    /**
     * Whether another call may begin.
     *
     * @param givenUpMax calls that may be given up in one window; 0 for any number
     */
    boolean mayCall(int givenUpMax) {
        long packed = givenUp.get();
        return givenUpMax == 0 || packed >>> COUNT_BITS != window() || (packed & COUNT_MASK) < givenUpMax;
    }

    /** Whether calls that were given up still count. */
    boolean isRemembered() {
        return givenUp.get() >>> COUNT_BITS == window();
    }

    /** Numbered from 1 on, so that none is the window of nothing given up. */
    private long window() {
        return 1 + (nanoClock.getAsLong() - createdAtNanos) / Sources.WINDOW.toNanos();
    }
}

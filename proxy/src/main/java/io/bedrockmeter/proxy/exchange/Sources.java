package io.bedrockmeter.proxy.exchange;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where callers connect from, and what each of these sources uses. Of IPv6 a network of 64 bits is one source, because whoever
 * has one address of it has all. Thread-safe.
 *
 * <p>Bounded: a source is kept while it has connections, which are bounded themselves, and until its count of calls given up is
 * over; of those without a connection, {@value #REMEMBERED_MAX} at most.
 */
public final class Sources {
    /** A call that was given up counts for so long at most. */
    static final Duration WINDOW = Duration.ofSeconds(30);

    private static final int REMEMBERED_MAX = 16_384;

    /** Marks an address of IPv4 among the networks of IPv6: those that begin so are of multicast, from which nobody connects. */
    private static final long IPV4 = 0xff00L << 48;

    private static final int IPV4_BYTES = 4;
    private static final long UNSIGNED_INT = 0xffff_ffffL;

    private final LongSupplier nanoClock;
    private final Map<Long, Source> known = new HashMap<>();
    private long sweptAtNanos;

    /** None, by a clock of nanoseconds. */
    public Sources(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.sweptAtNanos = nanoClock.getAsLong();
    }

    /**
     * A connection has come.
     *
     * @param connectionsMax how many one source may have; 0 for any number
     * @return its source, to be told when the connection is closed; null if the source has as many as it may
     */
    public synchronized @Nullable Source connected(InetAddress from, int connectionsMax) {
        sweep();
        long network = networkOf(from);
        Source source = known.get(network);
        if (source == null) {
            source = new Source(this, network, nanoClock);
            known.put(network, source);
        } else if (connectionsMax > 0 && source.connections >= connectionsMax) {
            return null;
        }
        source.connections++;
        return source;
    }

    synchronized void disconnected(Source source) {
        source.connections--;
        if (source.connections == 0 && (!source.isRemembered() || known.size() > REMEMBERED_MAX)) {
            known.remove(source.network());
        }
    }

    /** A source itself; or, where it was forgotten with its last connection, whoever stands in its place, itself if nobody does. */
    synchronized Source current(Source source) {
        Source standing = known.get(source.network());
        if (standing != null) {
            return standing;
        }
        if (known.size() <= REMEMBERED_MAX) {
            known.put(source.network(), source);
        }
        return source;
    }

    /** How many sources take memory now. */
    synchronized int size() {
        return known.size();
    }

    private void sweep() {
        long now = nanoClock.getAsLong();
        if (now - sweptAtNanos >= WINDOW.toNanos()) {
            sweptAtNanos = now;
            known.values().removeIf(source -> source.connections == 0 && !source.isRemembered());
        }
    }

    private static long networkOf(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == IPV4_BYTES ? IPV4 | (bytes.getInt() & UNSIGNED_INT) : bytes.getLong();
    }
}

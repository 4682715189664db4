package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.metering.rate.Allowance;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of a book that are not revoked, ready to verify with. Immutable but for what it keeps; thread-safe. */
public final class KeyRing {
    private static final String NOBODY = KeyId.PREFIX + "A".repeat(KeyId.LENGTH - KeyId.PREFIX.length());

    private final Map<String, RingKey> keys;
    private final RingKey stranger;

    KeyRing(Map<String, RingKey> keys, RingKey stranger) {
        this.keys = keys;
        this.stranger = stranger;
    }

    /** The ring of a book. */
    static KeyRing of(KeyBook book, MasterSecret master) {
        Map<String, RingKey> keys = new HashMap<>();
        for (VirtualKey key : book.keys()) {
            if (key.revoked() == null) {
                keys.put(key.id(), RingKey.of(key, master));
            }
        }
        return new KeyRing(keys, stranger(master));
    }

    /** The ring of the next book; keys that did not change keep what they have computed. */
    KeyRing next(KeyBook book, MasterSecret master) {
        Map<String, RingKey> next = new HashMap<>();
        for (VirtualKey key : book.keys()) {
            if (key.revoked() == null) {
                RingKey known = keys.get(key.id());
                next.put(key.id(), known != null && known.key().equals(key) ? known : RingKey.of(key, master));
            }
        }
        return new KeyRing(next, stranger);
    }

    /** A key by its id; null if there is none, or it is revoked. */
    public @Nullable RingKey find(String id) {
        return keys.get(id);
    }

    /** What is verified with where there is no key, so that it takes as long as where there is one. Nobody has its secret. */
    public RingKey stranger() {
        return stranger;
    }

    private static RingKey stranger(MasterSecret master) {
        Generation first = new Generation(1, "0".repeat(64), Instant.EPOCH, null);
        return RingKey.of(
                new VirtualKey(
                        NOBODY,
                        "nobody",
                        "nobody",
                        "",
                        Instant.EPOCH,
                        null,
                        null,
                        List.of(first),
                        Permissions.ALL,
                        Allowance.UNLIMITED),
                master);
    }
}

package io.bedrockmeter.proxy.keys;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** All virtual keys of a store. Immutable; holds no secret. */
public final class KeyBook {
    private final @Nullable String masterFingerprint;
    private final Map<String, VirtualKey> keys;

    private KeyBook(@Nullable String masterFingerprint, Map<String, VirtualKey> keys) {
        this.masterFingerprint = masterFingerprint;
        this.keys = keys;
    }

    /** Without keys, for whichever master secret comes first. */
    public static KeyBook empty() {
        return new KeyBook(null, Map.of());
    }

    /**
     * A book as it was written.
     *
     * @throws IllegalArgumentException if two keys have one id
     */
    static KeyBook of(@Nullable String masterFingerprint, List<VirtualKey> keys) {
        Map<String, VirtualKey> byId = new LinkedHashMap<>();
        for (VirtualKey key : keys) {
            if (byId.put(key.id(), key) != null) {
                throw new IllegalArgumentException("key " + key.id() + " is there twice");
            }
        }
        return new KeyBook(masterFingerprint, byId);
    }

    /** The keys, the oldest first. */
    public SequencedCollection<VirtualKey> keys() {
        return List.copyOf(keys.values());
    }

    /** A key by its id. */
    public Optional<VirtualKey> find(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    @Nullable
    String masterFingerprint() {
        return masterFingerprint;
    }

    /** Whether its secrets can be derived from a master secret. */
    public boolean belongsTo(MasterSecret master) {
        return masterFingerprint == null || masterFingerprint.equals(master.fingerprint());
    }

    /** With another key, of keys that belong to this master secret. */
    KeyBook with(VirtualKey key, MasterSecret master) {
        Map<String, VirtualKey> more = new LinkedHashMap<>(keys);
        more.put(key.id(), key);
        return new KeyBook(master.fingerprint(), more);
    }

    /** With keys revoked; what is not there, or revoked already, stays as it is. */
    KeyBook withRevoked(List<String> ids, Instant now) {
        return withEach(key -> ids.contains(key.id()) ? key.revokedAt(now) : key);
    }

    private KeyBook withEach(UnaryOperator<VirtualKey> change) {
        Map<String, VirtualKey> changed = new LinkedHashMap<>();
        keys.forEach((id, key) -> changed.put(id, change.apply(key)));
        return new KeyBook(masterFingerprint, changed);
    }
}

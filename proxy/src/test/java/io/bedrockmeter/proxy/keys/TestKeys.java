package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.metering.rate.Allowance;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keys whose secrets a test chooses, of ids that need not be ours: requests that were recorded are signed with others. */
public final class TestKeys {
    /** An id of the form of ours. */
    public static final String ID = "BMKATESTTESTTESTTEST";

    private static final MasterSecret MASTER = new MasterSecret("m".repeat(MasterSecret.LENGTH_MIN));

    private TestKeys() {}

    /** A ring of keys without restrictions. */
    public static KeyRing ring(Map<String, String> secretsById) {
        Map<String, RingKey> keys = secretsById.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, key -> ringKey(key(null, Permissions.ALL), key.getValue())));
        return new KeyRing(keys, RingKey.of(key(null, Permissions.ALL), MASTER));
    }

    /** A ring of one key. */
    public static KeyRing ring(VirtualKey key, String secret) {
        return new KeyRing(Map.of(key.id(), ringKey(key, secret)), RingKey.of(key, MASTER));
    }

    /** A key of team search, app ranking. */
    public static VirtualKey key(@Nullable Instant expires, Permissions permissions) {
        return new VirtualKey(
                ID,
                "search",
                "ranking",
                "",
                Instant.EPOCH,
                expires,
                null,
                List.of(generation()),
                permissions,
                Allowance.UNLIMITED);
    }

    private static RingKey ringKey(VirtualKey key, String secret) {
        return new RingKey(key, List.of(new SigningSecret(generation(), secret)));
    }

    private static Generation generation() {
        return new Generation(1, "0".repeat(64), Instant.EPOCH, null);
    }
}

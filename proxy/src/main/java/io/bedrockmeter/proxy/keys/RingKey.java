package io.bedrockmeter.proxy.keys;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A key that is not revoked, ready to verify with. Thread-safe.
 *
 * @param key the key
 * @param secrets its secrets, the newest first
 */
public record RingKey(VirtualKey key, List<SigningSecret> secrets) {
    public RingKey {
        secrets = List.copyOf(secrets);
    }

    /** Whether a secret that the key had at an earlier time is valid at an instant. */
    public boolean hasSecretOf(RingKey earlier, Instant now) {
        int newest = earlier.secrets().get(0).generation().number();
        return secrets.stream().anyMatch(secret -> secret.generation().number() <= newest && secret.isValidAt(now));
    }

    static RingKey of(VirtualKey key, MasterSecret master) {
        List<SigningSecret> secrets = new ArrayList<>();
        for (Generation generation : key.generations().reversed()) {
            secrets.add(new SigningSecret(generation, master.secretAccessKey(key.id(), generation.number())));
        }
        return new RingKey(key, secrets);
    }
}

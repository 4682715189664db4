package io.bedrockmeter.proxy.keys;

/**
 * A key together with what its owner is told once. Prints without the secrets.
 *
 * @param key the key
 * @param secretAccessKey what signatures are made with
 * @param bearerKey what is sent instead of a signature
 */
public record IssuedKey(VirtualKey key, String secretAccessKey, String bearerKey) {
    @Override
    public String toString() {
        return "IssuedKey[" + key.id() + "]";
    }
}

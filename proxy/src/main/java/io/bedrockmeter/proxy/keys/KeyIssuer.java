package io.bedrockmeter.proxy.keys;

import io.bedrockmeter.metering.rate.Allowance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes, rotates and revokes the keys of a store. Each change is in there, durably, before it is told. Thread-safe. */
public final class KeyIssuer {
    private final KeyStore store;
    private final InstantSource clock;
    private final RandomGenerator secrets;

    /**
     * An issuer.
     *
     * @param secrets a source that cannot be predicted
     */
    public KeyIssuer(KeyStore store, InstantSource clock, RandomGenerator secrets) {
        this.store = store;
        this.clock = clock;
        this.secrets = secrets;
    }

    /**
     * What a key is asked to be.
     *
     * @param expires when it ceases to be valid; null if it does not
     */
    public record Wish(
            String team,
            String app,
            String label,
            @Nullable Instant expires,
            Permissions permissions,
            Allowance allowance) {}

    /**
     * Makes a key.
     *
     * @throws IOException if the store cannot be written, or its keys belong to another master secret
     */
    public IssuedKey create(Wish wish, MasterSecret master) throws IOException {
        Instant now = now();
        String id = KeyId.next(secrets);
        String bearer = BearerKey.next(id, secrets);
        VirtualKey key = new VirtualKey(
                id,
                wish.team(),
                wish.app(),
                wish.label(),
                now,
                wish.expires(),
                null,
                List.of(new Generation(1, BearerKey.hashHex(bearer), now, null)),
                wish.permissions(),
                wish.allowance());
        store.change(book -> checked(book, master).with(key, master));
        return new IssuedKey(key, master.secretAccessKey(id, 1), bearer);
    }

    /**
     * Gives a key new secrets; those it had are valid a while longer.
     *
     * @throws IOException if there is no such key that can be rotated, or the store cannot be written
     */
    public IssuedKey rotate(String id, Duration overlap, MasterSecret master) throws IOException {
        Instant now = now();
        String bearer = BearerKey.next(id, secrets);
        KeyBook after = store.change(book -> {
            VirtualKey key = existing(checked(book, master), id);
            if (!key.stateAt(now).equals("active")) {
                throw refusal("key " + id + " is " + key.stateAt(now) + " and cannot be rotated; make another one");
            }
            Generation next = new Generation(key.newest().number() + 1, BearerKey.hashHex(bearer), now, null);
            return book.with(key.rotated(next, now.plus(overlap)), master);
        });
        VirtualKey key = existing(after, id);
        return new IssuedKey(key, master.secretAccessKey(id, key.newest().number()), bearer);
    }

    /**
     * Revokes keys for good.
     *
     * @throws IOException if one of them is not there, and then none was revoked; or the store cannot be written
     */
    public void revoke(List<String> ids) throws IOException {
        Instant now = now();
        store.change(book -> {
            ids.forEach(id -> existing(book, id));
            return book.withRevoked(ids, now);
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private VirtualKey existing(KeyBook book, String id) {
        return book.find(id)
                .orElseThrow(() -> refusal(
                        "there is no key '" + id + "' in " + store.name() + "; 'bedrock-meter keys list' shows them"));
    }

    private KeyBook checked(KeyBook book, MasterSecret master) {
        if (!book.belongsTo(master)) {
            throw refusal("the keys in " + store.name()
                    + " belong to another master secret; use that one, or keys of their own");
        }
        return book;
    }

    private static UncheckedIOException refusal(String message) {
        return new UncheckedIOException(new IOException(message));
    }
}

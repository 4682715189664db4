package io.bedrockmeter.proxy.world;

import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.keys.KeyFile;
import io.bedrockmeter.proxy.keys.KeyIssuer;
import io.bedrockmeter.proxy.keys.KeyStore;
import io.bedrockmeter.proxy.keys.MasterSecret;
import io.bedrockmeter.proxy.keys.Permissions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Virtual keys of a world, in a folder of the test. */
public final class Keys {
    /** What their secrets are derived from. */
    public static final String MASTER = "the-master-secret-of-a-test-0123456789";

    private final Path file;
    private final String place;
    private final KeyIssuer issuer;
    private final MasterSecret master = new MasterSecret(MASTER);

    /** None yet. */
    public Keys(Path folder) {
        this.file = folder.resolve("keys.json");
        this.place = "file: " + file;
        this.issuer = issuer(new KeyFile(file));
    }

    private Keys(Path file, String place, KeyStore store) {
        this.file = file;
        this.place = place;
        this.issuer = issuer(store);
    }

    private static KeyIssuer issuer(KeyStore store) {
        return new KeyIssuer(store, InstantSource.system(), new SecureRandom());
    }

    /** None yet, in a database. */
    public static Keys in(Postgres.Database database) {
        return new Keys(
                Path.of("none"),
                "store: '" + database.url() + "', store-user: " + Postgres.USER + ", store-password: "
                        + Postgres.PASSWORD,
                database.keys());
    }

    /** The file that they are in. */
    public Path file() {
        return file;
    }

    /** The section of a configuration that wants them. */
    public String section() {
        return section("");
    }

    /** The same with further entries. */
    public String section(String more) {
        return "auth: {mode: keys, " + place + ", master-secret: " + MASTER + more + "}";
    }

    /** A key of team search, app ranking. */
    public IssuedKey create() {
        return create(null, Permissions.ALL);
    }

    /** The same until a time, and within bounds. */
    public IssuedKey create(@Nullable Instant expires, Permissions permissions) {
        return create(new KeyIssuer.Wish("search", "ranking", "", expires, permissions, Allowance.UNLIMITED));
    }

    /** The same with limits of its own. */
    public IssuedKey create(Allowance allowance) {
        return create(new KeyIssuer.Wish("search", "ranking", "", null, Permissions.ALL, allowance));
    }

    private IssuedKey create(KeyIssuer.Wish wish) {
        try {
            return issuer.create(wish, master);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Gives a key another secret. */
    public IssuedKey rotate(IssuedKey key, Duration overlap) {
        try {
            return issuer.rotate(key.key().id(), overlap, master);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Revokes a key. */
    public void revoke(IssuedKey key) {
        try {
            issuer.revoke(List.of(key.key().id()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package io.bedrockmeter.proxy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bedrockmeter.metering.rate.Allowance;
import io.bedrockmeter.proxy.world.Postgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys in a real PostgreSQL. Skipped where that is not installed. */
final class PostgresKeysTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final MasterSecret MASTER = new MasterSecret("m".repeat(44));
    private static final MasterSecret OTHER = new MasterSecret("n".repeat(44));
    private static final Permissions SOME = new Permissions(
            List.of("anthropic.claude-*"),
            List.of("us-east-1"),
            List.of("Converse"),
            List.of("gr-1"),
            List.of(Network.parse("10.0.0.0/8")));

    private static @Nullable Postgres server;

    @BeforeAll
    static void start() {
        assumeTrue(Postgres.isInstalled(), "postgresql is not installed");
        server = Postgres.start();
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void readsWhatItWroteInTheOrderOfItsMakingAndWritesNoSecret() throws IOException {
        Postgres.Database database = database();
        try (KeyStore store = database.keys();
                KeyStore other = database.keys()) {
            List<IssuedKey> issued = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                issued.add(issuer(store).create(wish(), MASTER));
            }
            IssuedKey full = issuer(store)
                    .create(
                            new KeyIssuer.Wish(
                                    "search", "ranking", "mine", NOW.plusSeconds(9), SOME, new Allowance(1, 2, 3)),
                            MASTER);

            IssuedKey rotated = issuer(store).rotate(issued.get(1).key().id(), Duration.ofHours(1), MASTER);

            assertThat(other.read().keys())
                    .containsExactly(
                            issued.get(0).key(),
                            rotated.key(),
                            issued.get(2).key(),
                            issued.get(3).key(),
                            issued.get(4).key(),
                            full.key());
            assertThat(other.read().belongsTo(MASTER)).isTrue();
            assertThat(everything(database)).doesNotContain(full.secretAccessKey(), full.bearerKey());
        }
    }

    @Test
    void losesNoKeyOfManyCommandsAtOnceOfWhichEachMayBeTheFirst() throws Exception {
        Postgres.Database database = database();
        List<Callable<String>> commands = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            commands.add(() -> {
                try (KeyStore store = database.keys()) {
                    return issuer(store).create(wish(), MASTER).key().id();
                }
            });
        }

        List<String> made = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<String> each : threads.invokeAll(commands)) {
                made.add(each.get());
            }
        }

        try (KeyStore store = database.keys()) {
            assertThat(store.read().keys()).extracting(VirtualKey::id).containsExactlyInAnyOrderElementsOf(made);
        }
    }

    @Test
    void leavesEverythingAsItWasWhereACommandIsRefused() throws IOException {
        try (KeyStore store = database().keys()) {
            IssuedKey issued = issuer(store).create(wish(), MASTER);
            Object before = store.stamp();

            assertThatThrownBy(() -> issuer(store).create(wish(), OTHER)).hasMessageContaining("another master secret");
            assertThatThrownBy(() -> issuer(store).revoke(List.of(issued.key().id(), "BMKA")))
                    .hasMessageContaining("no key 'BMKA' in the key store jdbc:postgresql://127.0.0.1:");
            assertThat(store.read().keys()).containsExactly(issued.key());
            assertThat(store.stamp()).isEqualTo(before);
            issuer(store).revoke(List.of(issued.key().id()));
            assertThat(store.stamp()).isNotEqualTo(before);
        }
    }

    @Test
    void makesNothingThatARefusedFirstCommandWouldHaveNeeded() {
        Postgres.Database database = database();
        try (KeyStore store = database.keys()) {
            assertThatThrownBy(() -> issuer(store).revoke(List.of("BMKA"))).hasMessageContaining("no key 'BMKA'");

            assertThatThrownBy(store::read)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has no keys; make the first with 'bedrock-meter keys create");
        }
    }

    @Test
    void needsNoMoreThanToReadForAProxyAndToWriteForACommand() throws IOException {
        Postgres.Database database = database();
        try (KeyStore store = database.keys()) {
            IssuedKey issued = issuer(store).create(wish(), MASTER);
            String reader = "reader_" + database.name();
            String writer = "writer_" + database.name();
            database.execute("CREATE ROLE " + reader + " LOGIN PASSWORD 'r'; CREATE ROLE " + writer
                    + " LOGIN PASSWORD 'w'; GRANT USAGE ON SCHEMA bedrock_meter TO " + reader + ", " + writer
                    + "; GRANT SELECT ON ALL TABLES IN SCHEMA bedrock_meter TO " + reader + ", " + writer
                    + "; GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA bedrock_meter TO " + writer);

            try (KeyStore reading = new PostgresKeys(database.url(), reader, "r");
                    KeyStore writing = new PostgresKeys(database.url(), writer, "w");
                    KeyWatch watch = KeyWatch.open(reading, MASTER)) {
                assertThat(watch.ring().find(issued.key().id())).isNotNull();
                assertThatThrownBy(() ->
                                issuer(reading).revoke(List.of(issued.key().id())))
                        .hasMessageContaining("refuses: ERROR: permission denied");
                issuer(writing).revoke(List.of(issued.key().id()));
                watch.look(new Told());
                assertThat(watch.ring().find(issued.key().id())).isNull();
            }
        }
    }

    @Test
    void saysWhyItCannotBeRead() throws IOException {
        Postgres.Database database = database();
        int nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        String elsewhere = "jdbc:postgresql://127.0.0.1:" + nobody + "/keys?sslmode=disable";

        assertThatThrownBy(() -> KeyWatch.open(new PostgresKeys(elsewhere, "me", "it"), MASTER))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "the key store jdbc:postgresql://127.0.0.1:" + nobody + "/keys cannot be reached: ")
                .hasMessageEndingWith("; see auth.store, auth.store-user and auth.store-password");
        assertThatThrownBy(() -> KeyWatch.open(new PostgresKeys(database.url(), Postgres.USER, "wrong"), MASTER))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refuses: FATAL: password authentication failed")
                .hasMessageNotContaining("wrong");
        assertThatThrownBy(() -> KeyWatch.open(new PostgresKeys(database.url() + "x", Postgres.USER, "wrong"), MASTER))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> KeyWatch.open(database.keys(), MASTER)).hasMessageContaining("has no keys");
    }

    @Test
    void refusesKeysOfALaterVersionAndOfAnotherMasterSecret() throws IOException {
        Postgres.Database database = database();
        try (KeyStore store = database.keys()) {
            issuer(store).create(wish(), MASTER);

            assertThatThrownBy(() -> KeyWatch.open(database.keys(), OTHER))
                    .hasMessageContaining("another master secret");
            database.execute("UPDATE bedrock_meter.key_book SET format = 2");
            assertThatThrownBy(store::read).hasMessageContaining("has format 2, and this version reads 1");
            assertThatThrownBy(() -> issuer(store).create(wish(), MASTER)).hasMessageContaining("has format 2");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"models\":[]} | 'models'",
                "{\"modles\":[\"x\"]} | modles",
                "{\"concurrent\":0} | 'concurrent'",
                "{\"expires\":\"soon\"} | 'expires'"
            })
    void neverTakesABrokenRestrictionForNone(String broken, String named) throws IOException {
        Postgres.Database database = database();
        try (KeyStore store = database.keys()) {
            issuer(store).create(wish(), MASTER);
            database.execute("UPDATE bedrock_meter.keys SET key = key || '" + broken + "'::jsonb");

            assertThatThrownBy(store::read)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("the key store ")
                    .hasMessageContaining(named);
        }
    }

    @Test
    void keepsTheKeysInForceWhileTheServerIsGoneAndTakesWhatChangedOnceItIsBack() throws IOException {
        try (Postgres own = Postgres.start();
                KeyStore store = own.database().keys()) {
            IssuedKey kept = issuer(store).create(wish(), MASTER);
            IssuedKey revoked = issuer(store).create(wish(), MASTER);
            Told told = new Told();
            try (KeyWatch watch = KeyWatch.open(new Postgres.Database(own, "d1").keys(), MASTER)) {
                own.stop();
                watch.look(told);
                watch.look(told);

                assertThat(told.refusals).isNotEmpty().allMatch(why -> why.contains("cannot be reached"));
                assertThat(watch.ring().find(revoked.key().id())).isNotNull();
                assertThat(told.changes).isEmpty();

                own.open();
                // The first connection of this store broke as well.
                assertThatThrownBy(store::read).isInstanceOf(IOException.class);
                issuer(store).revoke(List.of(revoked.key().id()));
                watch.look(told);

                assertThat(told.changes).extracting(KeyChange::what).containsExactly("revoked");
                assertThat(watch.ring().find(revoked.key().id())).isNull();
                assertThat(watch.ring().find(kept.key().id())).isNotNull();
            }
        }
    }

    private static Postgres.Database database() {
        if (server == null) {
            throw new IllegalStateException("there is no server");
        }
        return server.database();
    }

    private static KeyIssuer issuer(KeyStore store) {
        return new KeyIssuer(store, InstantSource.fixed(NOW), new SecureRandom());
    }

    private static KeyIssuer.Wish wish() {
        return new KeyIssuer.Wish("search", "ranking", "", null, Permissions.ALL, Allowance.UNLIMITED);
    }

    private static String everything(Postgres.Database database) throws IOException {
        try (KeyStore store = database.keys()) {
            return store.read().keys().stream().map(KeyJson::writeKey).collect(Collectors.joining());
        }
    }

    /** What a watch tells. */
    private static final class Told implements KeyWatch.Listener {
        private final List<KeyChange> changes = new ArrayList<>();
        private final List<String> refusals = new ArrayList<>();

        @Override
        public void changed(KeyBook inForce, List<KeyChange> more) {
            changes.addAll(more);
        }

        @Override
        public void refused(String why) {
            refusals.add(why);
        }
    }
}

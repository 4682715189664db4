package io.bedrockmeter.proxy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.rate.Allowance;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as they are made, written and read again. */
final class KeyFileTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final MasterSecret MASTER = new MasterSecret("m".repeat(40));
    private static final Permissions SOME = new Permissions(
            List.of("anthropic.*"),
            List.of("us-east-1"),
            List.of("Converse"),
            List.of("gr-1"),
            List.of(Network.parse("10.0.0.0/8"), Network.parse("2001:db8::/32")));

    private static final Allowance LIMITS = new Allowance(60, 100_000, 8);

    @TempDir
    private Path folder;

    @Test
    void readsWhatItWroteAndWritesNoSecret() throws IOException {
        KeyFile file = file();
        IssuedKey issued = issuer(file)
                .create(new KeyIssuer.Wish("search", "ranking", "mine", NOW.plusSeconds(9), SOME, LIMITS), MASTER);

        assertThat(file.read().keys()).containsExactly(issued.key());
        assertThat(Files.readString(file.path())).doesNotContain(issued.secretAccessKey(), issued.bearerKey());
        assertThat(issued.toString()).doesNotContain(issued.secretAccessKey(), issued.bearerKey());
    }

    @Test
    void keepsTheLimitsOfAKeyThatIsRotatedAndRevoked() throws IOException {
        KeyFile file = file();
        IssuedKey issued =
                issuer(file).create(new KeyIssuer.Wish("search", "ranking", "", null, Permissions.ALL, LIMITS), MASTER);

        IssuedKey rotated = issuer(file).rotate(issued.key().id(), Duration.ofHours(1), MASTER);
        issuer(file).revoke(List.of(issued.key().id()));

        assertThat(rotated.key().allowance()).isEqualTo(LIMITS);
        assertThat(file.read().keys()).singleElement().returns(LIMITS, VirtualKey::allowance);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "\"9\"", "null", "3000000000"})
    void refusesALimitThatIsNoNumberToLimitBy(String limit) throws IOException {
        KeyFile file = file();
        issuer(file).create(new KeyIssuer.Wish("search", "ranking", "", null, Permissions.ALL, LIMITS), MASTER);
        Files.writeString(
                file.path(),
                Files.readString(file.path()).replaceFirst("\"concurrent\" : 8", "\"concurrent\" : " + limit));

        assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining("'concurrent'");
    }

    @Test
    void makesKeysOfTheFormOfAws() throws IOException {
        IssuedKey issued = issuer(file()).create(wish(), MASTER);

        assertThat(issued.key().id()).matches("BMKA[A-Z2-7]{16}");
        assertThat(issued.secretAccessKey()).matches("[A-Za-z0-9/+]{40}");
        assertThat(issued.bearerKey()).matches("bmk_BMKA[A-Z2-7]{16}_[A-Za-z0-9_-]{43}");
        assertThat(BearerKey.keyId(issued.bearerKey())).isEqualTo(issued.key().id());
        assertThat(MASTER.secretAccessKey(issued.key().id(), 1)).isEqualTo(issued.secretAccessKey());
        assertThat(new MasterSecret("n".repeat(40)).secretAccessKey(issued.key().id(), 1))
                .isNotEqualTo(issued.secretAccessKey());
    }

    @Test
    void keepsOldSecretsForTheOverlapAndDropsThemAtTheNextRotation() throws IOException {
        KeyFile file = file();
        IssuedKey first = issuer(file).create(wish(), MASTER);
        String id = first.key().id();
        IssuedKey second = issuer(file).rotate(id, Duration.ofHours(1), MASTER);

        assertThat(second.key().generations())
                .extracting(Generation::expires)
                .containsExactly(NOW.plusSeconds(3600), null);
        KeyIssuer later = new KeyIssuer(file, InstantSource.fixed(NOW.plusSeconds(3600)), new SplittableRandom(8));
        IssuedKey third = later.rotate(id, Duration.ZERO, MASTER);

        assertThat(third.key().generations()).extracting(Generation::number).containsExactly(2, 3);
        assertThat(third.secretAccessKey()).isNotEqualTo(first.secretAccessKey());
    }

    @Test
    void losesNoKeyOfWritersAtTheSameTime() throws Exception {
        KeyFile file = file();
        Set<String> made = new HashSet<>();
        try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
            List<Future<IssuedKey>> results = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                KeyIssuer issuer =
                        new KeyIssuer(new KeyFile(file.path()), InstantSource.fixed(NOW), new SplittableRandom(i));
                results.add(writers.submit(() -> issuer.create(wish(), MASTER)));
            }
            for (Future<IssuedKey> result : results) {
                made.add(result.get().key().id());
            }
        }

        assertThat(file.read().keys()).extracting(VirtualKey::id).containsExactlyInAnyOrderElementsOf(made);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("keys.json", "keys.json.lock");
        }
    }

    /** A disk that fails for a moment must not leave a revoked key in force, though the file looks as it did then. */
    @Test
    void readsAFileThatWasRefusedAgainAndTellsWhyOnce() throws IOException {
        KeyFile file = file();
        String id = issuer(file).create(wish(), MASTER).key().id();
        KeyWatch watch = KeyWatch.open(file, MASTER);
        issuer(file).revoke(List.of(id));
        byte[] revoked = Files.readAllBytes(file.path());
        FileTime modified = Files.getLastModifiedTime(file.path());
        List<String> refusals = new ArrayList<>();
        KeyWatch.Listener listener = new KeyWatch.Listener() {
            @Override
            public void changed(KeyBook inForce, List<KeyChange> changes) {
                assertThat(changes).hasSize(1);
            }

            @Override
            public void refused(String why) {
                refusals.add(why);
            }
        };

        Files.write(file.path(), new byte[revoked.length]);
        Files.setLastModifiedTime(file.path(), modified);
        watch.look(listener);
        watch.look(listener);
        boolean stayed = watch.ring().find(id) != null;
        Files.write(file.path(), revoked);
        Files.setLastModifiedTime(file.path(), modified);
        watch.look(listener);

        assertThat(stayed).isTrue();
        assertThat(refusals).hasSize(1);
        assertThat(watch.ring().find(id)).isNull();
    }

    @Test
    void refusesAnotherMasterSecretAndKeysThatAreNotThere() throws IOException {
        KeyFile file = file();
        IssuedKey issued = issuer(file).create(wish(), MASTER);
        MasterSecret other = new MasterSecret("n".repeat(40));

        assertThatThrownBy(() -> issuer(file).create(wish(), other)).hasMessageContaining("another master secret");
        assertThatThrownBy(() -> KeyWatch.open(file, other)).hasMessageContaining("another master secret");
        assertThatThrownBy(() -> issuer(file).revoke(List.of(issued.key().id(), "BMKA")))
                .hasMessageContaining("no key 'BMKA'");
        assertThat(file.read().keys()).containsExactly(issued.key());
        issuer(file).revoke(List.of(issued.key().id()));
        assertThatThrownBy(() -> issuer(file).rotate(issued.key().id(), Duration.ZERO, MASTER))
                .hasMessageContaining("is revoked");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"format\":2,\"keys\":[]}",
                "{\"format\":1}",
                "{\"format\":1,\"keys\":[],\"modles\":[]}",
                "{\"format\":1,\"keys\":[],\"keys\":[]}",
                "{\"format\":1,\"keys\":[{\"id\":\"BMKATESTTESTTESTTEST\"}]}"
            })
    void saysWhatIsWrongWithABrokenFile(String content) throws IOException {
        Path path = Files.writeString(folder.resolve("broken.json"), content);

        assertThatThrownBy(() -> new KeyFile(path).read())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the key file " + path + " ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"models\":[]",
                "\"modles\":[\"x\"]",
                "\"models\":[\"\"]",
                "\"networks\":[\"10.0.0.1/8\"]",
                "\"expires\":\"soon\""
            })
    void neverTakesABrokenRestrictionForNone(String restriction) throws IOException {
        KeyFile file = file();
        issuer(file).create(wish(), MASTER);
        String good = Files.readString(file.path());
        Files.writeString(file.path(), good.replaceFirst("\"generations\"", restriction + ",\"generations\""));

        assertThatThrownBy(file::read).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "0.0.0.0/0, 192.0.2.1, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/33, 2001:db8:ffff::1, false",
        "10.0.0.0/8, ::ffff:10.0.0.1, true"
    })
    void knowsTheAddressesOfANetwork(String network, String address, boolean contained) throws IOException {
        assertThat(Network.parse(network).contains(InetAddress.getByName(address)))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.1/8", "localhost"})
    void refusesWhatIsNoNetwork(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAMasterSecretThatCouldBeGuessed() {
        assertThatThrownBy(() -> new MasterSecret("short")).hasMessageContaining("openssl rand");
    }

    private KeyFile file() {
        return new KeyFile(folder.resolve("keys.json"));
    }

    private static KeyIssuer issuer(KeyFile file) {
        return new KeyIssuer(file, InstantSource.fixed(NOW), new SplittableRandom(7));
    }

    private static KeyIssuer.Wish wish() {
        return new KeyIssuer.Wish("search", "ranking", "", null, Permissions.ALL, Allowance.UNLIMITED);
    }
}

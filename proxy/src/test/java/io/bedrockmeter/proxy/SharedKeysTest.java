package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bedrockmeter.proxy.cli.Commands;
import io.bedrockmeter.proxy.cli.Console;
import io.bedrockmeter.proxy.cli.ExitCode;
import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.keys.IssuedKey;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Keys;
import io.bedrockmeter.proxy.world.Postgres;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;

/** Virtual keys that two proxies share, in a real PostgreSQL. Skipped where that is not installed. */
final class SharedKeysTest {
    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    @BeforeEach
    void isInstalled() {
        assumeTrue(Postgres.isInstalled(), "postgresql is not installed");
    }

    @Test
    void revokesAKeyInEveryProxyWithinASecondAndTakesNewOnes() {
        try (Postgres server = Postgres.start()) {
            Keys keys = Keys.in(server.database());
            IssuedKey revoked = keys.create();
            try (World one = World.open(keys.section());
                    World other = World.open(keys.section())) {
                Calls.converse(client(one, revoked));
                Calls.converse(client(other, revoked));

                BedrockRuntimeClient lateAtOne = client(one, revoked);
                BedrockRuntimeClient lateAtTheOther = client(other, revoked);
                keys.revoke(revoked);
                IssuedKey made = keys.create();

                await().atMost(A_SECOND).untilAsserted(() -> {
                    assertThat(refusal(lateAtOne)).isEqualTo("UnrecognizedClientException");
                    assertThat(refusal(lateAtTheOther)).isEqualTo("UnrecognizedClientException");
                });
                await().atMost(A_SECOND).ignoreExceptions().untilAsserted(() -> Calls.converse(client(one, made)));
                await().atMost(A_SECOND).ignoreExceptions().untilAsserted(() -> Calls.converse(client(other, made)));
                Conservation.holdsExactly(one);
                Conservation.holdsExactly(other);
            }
        }
    }

    @Test
    void letsTheKeysInForceStayWhileTheDatabaseIsGoneAndSaysSo() throws IOException {
        try (Postgres server = Postgres.start()) {
            Keys keys = Keys.in(server.database());
            IssuedKey key = keys.create();
            try (World world = World.open(keys.section());
                    Warnings warnings = new Warnings()) {
                assertThat(metrics(world)).contains("bedrock_meter_keys_stale 0.0");

                server.stop();

                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(metrics(world)).contains("bedrock_meter_keys_stale 1.0"));
                assertThat(warnings.lines())
                        .anyMatch(line -> line.contains("keys refused; those before stay in force"));
                Calls.converse(client(world, key));

                server.open();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(metrics(world)).contains("bedrock_meter_keys_stale 0.0"));
                assertThatThrownBy(() -> keys.revoke(key))
                        .as("its connection broke")
                        .isInstanceOf(AssertionError.class);
                keys.revoke(key);
                BedrockRuntimeClient late = client(world, key);
                await().atMost(A_SECOND)
                        .untilAsserted(() -> assertThat(refusal(late)).isEqualTo("UnrecognizedClientException"));
            }
        }
    }

    @Test
    void movesFromAFileToADatabaseByAReloadAndStaysWhereItIsIfThatCannotBeRead() throws IOException {
        Keys inFile = new Keys(folder);
        IssuedKey before = inFile.create();
        try (Postgres server = Postgres.start();
                World world = World.open(inFile.section())) {
            Keys inDatabase = Keys.in(server.database());

            assertThatThrownBy(() -> reload(world, inFile.section(), inDatabase.section()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has no keys");
            Calls.converse(client(world, before));
            IssuedKey after = inDatabase.create();
            reload(world, inFile.section(), inDatabase.section());

            Calls.converse(client(world, after));
            assertThat(refusal(client(world, before))).isEqualTo("UnrecognizedClientException");
        }
    }

    @Test
    void doesNotStartWithoutItsDatabase() {
        String section = "auth: {mode: keys, master-secret: " + Keys.MASTER
                + ", store: 'jdbc:postgresql://127.0.0.1:1/keys', store-user: me, store-password: it}";

        assertThatThrownBy(() -> World.open(section))
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the key store jdbc:postgresql://127.0.0.1:1/keys cannot be reached: ");
    }

    @Test
    void makesListsRotatesAndRevokesKeysByTheSameCommands() {
        try (Postgres server = Postgres.start()) {
            Keys keys = Keys.in(server.database());
            keys.create();
            try (World world = World.open(keys.section())) {
                Command command = new Command(world.configFile().toString());

                assertThat(command.run("create", "--account", "support/chat", "--concurrent", "3"))
                        .isEqualTo(ExitCode.OK);
                String id = command.line("AWS_ACCESS_KEY_ID=");
                assertThat(command.run("rotate", id)).isEqualTo(ExitCode.OK);
                String secret = command.line("AWS_SECRET_ACCESS_KEY=");
                await().atMost(A_SECOND).ignoreExceptions().untilAsserted(() -> Calls.converse(world.sync(id, secret)));
                assertThat(command.run("list")).isEqualTo(ExitCode.OK);
                assertThat(command.out.toString()).contains(id, "support/chat", "3 at once", "search/ranking");
                assertThat(command.run("revoke", "--account", "support/chat")).isEqualTo(ExitCode.OK);
                await().atMost(A_SECOND)
                        .untilAsserted(() ->
                                assertThat(refusal(world.sync(id, secret))).isEqualTo("UnrecognizedClientException"));
                server.stop();
                assertThat(command.run("list")).isEqualTo(ExitCode.REFUSED);
                assertThat(command.err.toString()).contains("cannot be reached").doesNotContain(Postgres.PASSWORD);
            }
        }
    }

    private static void reload(World world, String before, String after) throws IOException {
        Files.writeString(
                world.configFile(), Files.readString(world.configFile()).replace(before, after));
        switch (new ConfigLoader(Map.of()).load(world.configFile())) {
            case LoadedConfig.Valid valid -> world.proxy().reload(valid.config());
            case LoadedConfig.Invalid invalid ->
                throw new AssertionError(invalid.problems().toString());
        }
    }

    private static BedrockRuntimeClient client(World world, IssuedKey key) {
        return world.sync(key.key().id(), key.secretAccessKey());
    }

    private static String refusal(BedrockRuntimeClient client) {
        BedrockRuntimeException no = catchThrowableOfType(BedrockRuntimeException.class, () -> Calls.converse(client));
        assertThat(no).as("the call is refused").isNotNull();
        return no.awsErrorDetails().errorCode();
    }

    private static String metrics(World world) throws IOException {
        URI url = URI.create("http://127.0.0.1:" + world.proxy().adminPort() + "/metrics");
        try (var in = url.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A command {@code keys} with a configuration. */
    private static final class Command {
        private final String config;
        private StringWriter out = new StringWriter();
        private StringWriter err = new StringWriter();

        Command(String config) {
            this.config = config;
        }

        int run(String... arguments) {
            out = new StringWriter();
            err = new StringWriter();
            List<String> all = Stream.concat(
                            Stream.concat(Stream.of("keys"), Arrays.stream(arguments)), Stream.of("--config", config))
                    .toList();
            return new Commands(
                            Map.of(),
                            InstantSource.system(),
                            new SplittableRandom(),
                            new SecureRandom(),
                            new Console(new PrintWriter(out, true), new PrintWriter(err, true)),
                            (loaded, file) -> 0)
                    .run(all);
        }

        String line(String name) {
            return out.toString()
                    .lines()
                    .filter(line -> line.startsWith(name))
                    .findFirst()
                    .orElseThrow()
                    .substring(name.length());
        }
    }
}

package io.bedrockmeter.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.config.ConfigLoader;
import io.bedrockmeter.proxy.config.LoadedConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key of the admin port of a proxy that runs, and the command that shows it. */
final class AdminKeyTest {
    private static final String KEY = "the-key-of-an-admin-port-1";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void comesIntoForceByAReloadAndIsTakenFromTheConfigurationByCommands() throws Exception {
        try (World world = World.open()) {
            Calls.converse(world.sync(World.SEARCH_KEY));
            Conservation.settled(world);
            assertThat(status(world, "/v1/usage?group-by=team", "")).isEqualTo(200);

            world.proxy().reload(withKey(world));

            assertThat(status(world, "/v1/usage?group-by=team", "")).isEqualTo(401);
            assertThat(status(world, "/metrics", "")).isEqualTo(401);
            assertThat(status(world, "/health/ready", "")).isEqualTo(200);
            assertThat(status(world, "/metrics", KEY)).isEqualTo(200);
            assertThat(world.refusals("admin_key")).isEqualTo(2);
            assertThat(rerate(world, "${ADMIN_KEY}")).isEqualTo(ExitCode.OK);
            assertThat(out.toString()).contains("total");
            assertThat(rerate(world, "another-key-of-an-admin-port")).isEqualTo(ExitCode.REFUSED);
            assertThat(err.toString()).contains("refused: the key shown is not the one of admin.key");
        }
    }

    private int rerate(World world, String key) throws IOException {
        Path config = Files.writeString(
                folder.resolve("meter.yaml"), """
                upstream: {region: us-east-1}
                admin: {port: %d, key: "%s"}
                ledger: {path: %s}
                """.formatted(world.proxy().adminPort(), key, world.ledger()));
        Commands commands = new Commands(
                Map.of("ADMIN_KEY", KEY),
                InstantSource.system(),
                new Random(1),
                new Random(2),
                new Console(new PrintWriter(out, true), new PrintWriter(err, true)),
                (loaded, file) -> 0);
        return commands.run(List.of(
                "prices",
                "rerate",
                "--config",
                config.toString(),
                "--from=2026-01-01",
                "--to=2100-01-01",
                "--dry-run"));
    }

    private static ProxyConfig withKey(World world) throws IOException {
        String text = Files.readString(world.configFile());
        Files.writeString(world.configFile(), text.replace("admin: {port: 0}", "admin: {port: 0, key: " + KEY + "}"));
        return ((LoadedConfig.Valid) new ConfigLoader(Map.of()).load(world.configFile())).config();
    }

    private static int status(World world, String path, String key) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + world.proxy().adminPort() + path));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}

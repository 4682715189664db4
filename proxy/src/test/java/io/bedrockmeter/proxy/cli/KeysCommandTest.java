package io.bedrockmeter.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands about virtual keys, from the outside. */
final class KeysCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    @TempDir
    private Path folder;

    private Path file;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void begin() {
        file = folder.resolve("keys.json");
    }

    @Test
    void printsASecretOnceAndNeverAgain() {
        assertThat(run("create", "--account", "search/ranking", "--label", "nightly"))
                .isEqualTo(ExitCode.OK);
        String secret = line("AWS_SECRET_ACCESS_KEY=");
        String bearer = line("AWS_BEARER_TOKEN_BEDROCK=");
        String id = line("AWS_ACCESS_KEY_ID=");

        assertThat(run("list")).isEqualTo(ExitCode.OK);

        assertThat(secret).hasSize(40);
        assertThat(out.toString())
                .contains(id, "search/ranking", "active", "nightly", "never")
                .doesNotContain(secret, bearer);
    }

    @Test
    void takesEveryRestriction() throws Exception {
        int code = run(
                "create",
                "--account",
                "search/ranking",
                "--expires",
                "30d",
                "--models",
                "anthropic.*,amazon.nova-lite-v1:0",
                "--regions",
                "us-east-1",
                "--operations",
                "Converse,ConverseStream",
                "--guardrails",
                "gr-1",
                "--networks",
                "10.0.0.0/8",
                "--json");

        JsonNode key = JsonMapper.shared().readTree(out.toString());
        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(key.path("expires").asString()).isEqualTo("2026-12-25T12:00:00Z");
        assertThat(key.path("permissions").toString())
                .isEqualTo("{\"models\":[\"anthropic.*\",\"amazon.nova-lite-v1:0\"],\"regions\":[\"us-east-1\"],"
                        + "\"operations\":[\"Converse\",\"ConverseStream\"],\"guardrails\":[\"gr-1\"],"
                        + "\"networks\":[\"10.0.0.0/8\"]}");
        assertThat(key.path("secret_access_key").asString()).hasSize(40);
    }

    @Test
    void takesLimitsShowsThemAndKeepsThemWhereTheKeyIsRotated() throws Exception {
        run(
                "create",
                "--account",
                "search/ranking",
                "--requests-per-minute",
                "60",
                "--tokens-per-minute",
                "100000",
                "--concurrent",
                "8");
        String id = line("AWS_ACCESS_KEY_ID=");
        run("rotate", id, "--json");
        JsonNode rotated = JsonMapper.shared().readTree(out.toString());

        run("list");

        assertThat(rotated.path("limits").toString())
                .isEqualTo("{\"requests_per_minute\":60,\"tokens_per_minute\":100000,\"concurrent\":8}");
        assertThat(out.toString()).contains("60 requests/min, 100000 tokens/min, 8 at once");
    }

    @Test
    void rotatesAndRevokesByIdAndByAccount() {
        run("create", "--account", "search/ranking");
        String id = line("AWS_ACCESS_KEY_ID=");
        String before = line("AWS_SECRET_ACCESS_KEY=");
        run("create", "--account", "support");

        assertThat(run("rotate", id, "--overlap", "12h")).isEqualTo(ExitCode.OK);
        assertThat(line("AWS_ACCESS_KEY_ID=")).isEqualTo(id);
        assertThat(line("AWS_SECRET_ACCESS_KEY=")).isNotEqualTo(before);
        assertThat(run("revoke", id)).isEqualTo(ExitCode.OK);
        assertThat(run("revoke", "--account", "support/default")).isEqualTo(ExitCode.OK);

        run("list", "--json");
        assertThat(out.toString()).contains("\"revoked\"").doesNotContain("\"active\"");
        assertThat(run("revoke", "--account", "support/default")).isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void takesFileAndMasterSecretFromTheConfiguration() throws Exception {
        Path config = Files.writeString(
                folder.resolve("config.yaml"),
                "upstream: {region: us-east-1}\nauth: {mode: keys, file: " + file + ", master-secret-file: "
                        + Files.writeString(folder.resolve("master"), "x".repeat(44) + "\n") + "}\n");

        int code = execute(Map.of(), List.of("keys", "create", "--account", "a/b", "--config", config.toString()));

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(file).exists();
    }

    @Test
    void saysHowToMakeAMasterSecret() {
        int code = execute(Map.of(), List.of("keys", "create", "--account", "a/b", "--file", file.toString()));

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("openssl rand -base64 32");
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create",
                "create --account a/b/c!",
                "create --account a/b --expires soon",
                "create --account a/b --operations Convers",
                "create --account a/b --networks 10.0.0.1/8",
                "create --account a/b --concurrent 0",
                "create --account a/b --tokens-per-minute 1e6",
                "rotate",
                "rotate BMKA --overlap long",
                "revoke",
                ""
            })
    void refusesAWrongCommandLine(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
                .isEqualTo(ExitCode.USAGE);
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("keys"));
        all.addAll(List.of(arguments));
        if (arguments.length > 0) {
            all.addAll(List.of("--file", file.toString()));
        }
        return execute(Map.of("BEDROCK_METER_MASTER_SECRET", "m".repeat(44)), all);
    }

    private int execute(Map<String, String> environment, List<String> arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return new Commands(
                        environment,
                        InstantSource.fixed(NOW),
                        new Random(1),
                        new Random(arguments.hashCode()),
                        new Console(new PrintWriter(out, true), new PrintWriter(err, true)),
                        (config, served) -> 0)
                .run(arguments);
    }

    private String line(String name) {
        return out.toString()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow()
                .substring(name.length());
    }
}

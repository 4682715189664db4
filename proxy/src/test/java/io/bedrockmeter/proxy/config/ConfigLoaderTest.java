package io.bedrockmeter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person is told whose file is wrong. */
class ConfigLoaderTest {
    private static final String REGION = "upstream: {region: us-east-1}\n";

    @Test
    void reportsEveryProblemAtOnceInTheOrderOfTheFile() {
        String yaml = """
                listen:
                  port: abc
                  adress: 127.0.0.1
                limits:
                  head-timeout: 10
                  body: 25 megabytes
                  body: 1MB
                metering: [1]
                """;

        assertThat(Configs.problems(yaml))
                .containsExactly(
                        "meter.yaml:1:1: upstream.region: is required; for example 'region: us-east-1'",
                        "meter.yaml:2:9: listen.port: 'abc' is not a port; give a whole number from 0 to 65535",
                        "meter.yaml:3:3: listen.adress: is not a key of this configuration; did you mean"
                                + " 'listen.address'?",
                        "meter.yaml:5:17: limits.head-timeout: '10' is not a duration; write a number with a unit:"
                                + " 250ms, 30s, 5m, 1h",
                        "meter.yaml:6:9: limits.body: '25 megabytes' is not a size; write bytes or a unit: 25000000,"
                                + " 64KiB, 25MB",
                        "meter.yaml:7:3: limits.body: is given twice; keep one of them",
                        "meter.yaml:8:11: metering: must be a section of 'key: value' lines");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "port: 1                   | port                   | listen.port",
                "Listen: {port: 1}         | Listen                 | listen",
                "limits: {headTimeout: 1s} | limits.headTimeout     | limits.head-timeout",
                "ledger: {slot: 1}         | ledger.slot            | ledger.slots",
                "metering: {drain: 1s}     | metering.drain         | limits.drain",
            })
    void guessesWhichKeyWasMeant(String yaml, String key, String guess) {
        assertThat(Configs.problems(REGION + yaml))
                .singleElement()
                .asString()
                .contains(": " + key + ": is not a key")
                .endsWith("did you mean '" + guess + "'?");
    }

    @Test
    void guessesNothingWhereNothingIsNear() {
        assertThat(Configs.problems(REGION + "zebra: 1"))
                .containsExactly(
                        "meter.yaml:2:1: zebra: is not a key of this configuration; remove it, or see the table of"
                                + " keys in README.md");
    }

    @Test
    void pointsAtTheSyntaxErrorOfAFileThatIsNotYaml() {
        assertThat(Configs.problems("listen: [a\nadmin: {}\n"))
                .singleElement()
                .asString()
                .startsWith("meter.yaml:2:6: is not YAML here: ");
    }

    @Test
    void refusesAKeyWithoutAValue() {
        assertThat(Configs.problems("upstream:\n  region:\n"))
                .containsExactly("meter.yaml:2:10: upstream.region: has no value; give one or remove the key");
    }

    @Test
    void treatsAnEmptySectionAsNotGiven() {
        assertThat(Configs.valid(REGION + "listen:\nbudgets:\nadmin: {}\n")
                        .config()
                        .listen()
                        .port())
                .isEqualTo(8080);
    }

    @Test
    void tellsThatAnEmptyFileLacksItsRegion() {
        assertThat(Configs.problems("# nothing\n"))
                .containsExactly("meter.yaml:1:1: upstream.region: is required; for example 'region: us-east-1'");
    }

    @Test
    void refusesOpenAccessOnAnAddressThatOthersCanReach() {
        assertThat(Configs.problems(REGION + "listen:\n  address: 0.0.0.0\n"))
                .containsExactly(
                        "meter.yaml:3:3: listen.address: must be a loopback address while auth.mode is open, because"
                                + " everybody who can connect may spend; write 127.0.0.1 or ::1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "endpoint: 'http://bedrock.example'          | upstream.endpoint      | must be https unless",
                "endpoint: 'https://bedrock.example/base'    | upstream.endpoint      | must be scheme, host and port",
                "endpoint: bedrock.example                   | upstream.endpoint      | is not a URL of a host",
                "total-timeout: 1s                           | upstream.total-timeout | is shorter than first-byte",
                "auth: {scheme: bearer}                      | upstream.auth.token    | is required with scheme bearer",
                "auth: {token: abc}                          | upstream.auth.token    | belongs to scheme bearer",
                "auth: {access-key-id: abc}       | upstream.auth.secret-access-key  | is required with access-key-id",
                "auth: {secret-access-key: abc}   | upstream.auth.access-key-id      | is required with secret-access",
                "auth: {scheme: basic}                       | upstream.auth.scheme   | 'basic' is none of: sigv4, bearer",
                "pool-idle: 500ms                            | upstream.pool-idle     | is out of range; choose from 1s",
                "mantle-endpoint: 'http://mantle.example'     | upstream.mantle-endpoint | must be https",
                "allow-plaintext: yes                        | upstream.allow-plaintext | 'yes' is neither true nor",
            })
    void refusesWhatCannotWork(String line, String key, String message) {
        assertThat(Configs.problems("upstream:\n  region: us-east-1\n  " + line + "\n"))
                .singleElement()
                .asString()
                .startsWith("meter.yaml:3:")
                .contains(": " + key + ": ")
                .contains(message);
    }

    @Test
    void allowsPlaintextToThisMachine() {
        ProxyConfig config = Configs.valid("upstream: {region: us-east-1, endpoint: 'http://127.0.0.1:9000'}")
                .config();

        assertThat(config.upstream().endpoint()).isEqualTo(URI.create("http://127.0.0.1:9000"));
    }

    @Test
    void sendsNothingToThePublicEndpointsWhereAnotherOneIsSet() {
        ProxyConfig config = Configs.valid("upstream: {region: us-east-1, endpoint: 'http://127.0.0.1:9000'}")
                .config();

        assertThat(config.upstream().mantleEndpoint()).isEqualTo(URI.create("http://127.0.0.1:9000"));
    }

    @Test
    void refusesOneAddressForCallersAndOperators() {
        assertThat(Configs.problems(REGION + "admin: {port: 8080}"))
                .containsExactly("meter.yaml:2:9: admin.port: is the same as listen.port; choose another");
    }

    @Test
    void namesTheVariableThatIsNotSet() {
        assertThat(Configs.problems(REGION + "listen: {port: '${PORT}'}"))
                .containsExactly(
                        "meter.yaml:2:16: listen.port: '${PORT}' needs the environment variable PORT, which is not set;"
                                + " set it or write ${PORT:-default}");
    }

    @Test
    void takesTheDefaultOfAVariableThatIsNotSet() {
        assertThat(Configs.valid(REGION + "listen: {port: '${PORT:-9000}'}")
                        .config()
                        .listen()
                        .port())
                .isEqualTo(9000);
    }

    @Test
    void doesNotShowWhatAVariableStoodFor() {
        assertThat(Configs.problems(REGION + "listen: {port: '${PORT}'}", Map.of("PORT", "hunter2")))
                .singleElement()
                .asString()
                .contains("'${PORT}' is not a port")
                .doesNotContain("hunter2");
    }

    @Test
    void doesNotShowASecretThatItRefuses() {
        assertThat(Configs.problems("upstream: {region: us-east-1, auth: {scheme: bearer, token: '  '}}"))
                .containsExactly("meter.yaml:1:61: upstream.auth.token: the value is empty");
    }

    @Test
    void keepsControlCharactersOfAFileOutOfTheTerminal() {
        assertThat(Configs.problems(REGION + "listen: {port: \"\\e[31m\"}"))
                .singleElement()
                .asString()
                .contains("'?[31m' is not a port");
    }

    @Test
    void needsATeamForEveryListedKey() {
        assertThat(Configs.problems(
                        REGION + "accounts:\n  keys:\n    AKIAONE: {app: ranker}\n    AKIATWO: {team: 'a b'}\n"))
                .containsExactly(
                        "meter.yaml:4:5: accounts.keys.AKIAONE.team: is required; for example 'team: search'",
                        "meter.yaml:5:21: accounts.keys.AKIATWO.team: 'a b' is not a name; use 1 to 63 letters, digits"
                                + " and . _ / @ -, the first a letter or a digit");
    }

    @Test
    void tellsThatAFileDoesNotExist(@TempDir Path directory) {
        Path file = directory.resolve("none.yaml");

        assertThat(new ConfigLoader(Map.of()).load(file))
                .isInstanceOfSatisfying(
                        LoadedConfig.Invalid.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(ConfigProblem::toString)
                                .containsExactly(file + ": does not exist; start from deploy/bedrock-meter.yaml"));
    }

    @Test
    void tellsThatAFileIsNotText(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThat(new ConfigLoader(Map.of()).load(file))
                .isInstanceOfSatisfying(
                        LoadedConfig.Invalid.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(ConfigProblem::message)
                                .containsExactly("is not UTF-8 text"));
    }

    @Test
    void loadsAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("meter.yaml"), REGION);

        assertThat(new ConfigLoader(Map.of()).load(file)).isInstanceOf(LoadedConfig.Valid.class);
    }
}

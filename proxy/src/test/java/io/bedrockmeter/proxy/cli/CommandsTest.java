package io.bedrockmeter.proxy.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.usage.UsageUnit;
import java.io.IOException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line as a person or a script meets it. */
class CommandsTest {
    private static final String NOVA_LITE = "amazon.nova-lite-v1:0";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> served = new ArrayList<>();
    private final Commands commands = new Commands(
            Map.of("TOKEN", "hush"),
            InstantSource.fixed(Instant.parse("2026-11-25T00:00:00Z")),
            new Random(1),
            new Random(2),
            new Console(new PrintWriter(out, true), new PrintWriter(err, true)),
            (loaded, file) -> {
                served.add(
                        file.getFileName() + " in " + loaded.config().upstream().region());
                return 0;
            });

    @TempDir
    Path directory;

    @Test
    void servesAFileThatIsRight() throws IOException {
        assertThat(run("serve", "--config", file("upstream: {region: us-east-1}")))
                .isEqualTo(ExitCode.OK);
        assertThat(run("serve", "--config=" + file("upstream: {region: us-east-2}")))
                .isEqualTo(ExitCode.OK);

        assertThat(served).containsExactly("meter.yaml in us-east-1", "meter.yaml in us-east-2");
    }

    @Test
    void servesNothingFromAFileThatIsWrong() throws IOException {
        int code = run("serve", "--config", file("upstream: {regoin: us-east-1}"));

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(served).isEmpty();
        assertThat(err.toString()).contains("did you mean 'upstream.region'?").contains("upstream.region: is required");
    }

    @Test
    void explainsServeWhenAsked() {
        assertThat(run("serve", "--help")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("--config");
    }

    @Test
    void startsServingWithoutLoadingTheParserOfTheOtherCommands() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xlog:class+load:stdout",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServeOnce.class.getName(),
                        file("upstream: {region: us-east-1}"))
                .redirectErrorStream(true)
                .start();

        String log = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(log).contains("io.bedrockmeter.proxy.cli.ServeCommand ").doesNotContain(" picocli.");
    }

    @Test
    void tellsThatAConfigurationIsRight() throws IOException {
        String file = file("upstream: {region: us-east-1}");

        assertThat(run("check-config", file)).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).isEqualTo(file + ": valid\n");
    }

    @Test
    void tellsEverythingThatIsWrongWithAConfiguration() throws IOException {
        String file = file("listen: {port: x}\nledger: {slots: 0}\n");

        assertThat(run("check-config", file)).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString().lines())
                .hasSize(4)
                .allMatch(line -> line.startsWith(file))
                .last()
                .isEqualTo(file + ": 3 problems");
    }

    @Test
    void printsTheEffectiveConfigurationWithoutItsSecrets() throws IOException {
        String file = file("upstream: {region: us-east-1, auth: {scheme: bearer, token: '${TOKEN}'}}");

        assertThat(run("check-config", "--print", file)).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .containsPattern("upstream.auth.token +\\*\\*\\*\n")
                .containsPattern("limits.drain +5m\n")
                .doesNotContain("hush");
    }

    @Test
    void pricesACallLineByLine() {
        int code = run("price", "--model", NOVA_LITE, "--region", "us-east-1", "--input", "1000", "--output", "200");

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(out.toString().lines().skip(1))
                .satisfiesExactly(
                        header -> assertThat(header).startsWith("unit "),
                        input -> assertThat(input).matches("input .* 1000 +0\\.00000006 +0\\.00006"),
                        output -> assertThat(output).matches("output .* 200 +0\\.00000024 +0\\.000048"),
                        total -> assertThat(total).isEqualTo("total 0.000108 USD  status priced"));
    }

    @Test
    void pricesACallForPrograms() {
        int code = run(
                "price",
                "--json",
                "--model",
                "us." + NOVA_LITE,
                "--region",
                "us-east-1",
                "--input",
                "1000",
                "--output",
                "200");

        JsonNode answer = JsonMapper.shared().readTree(out.toString());
        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(answer.path("model").asString()).isEqualTo(NOVA_LITE);
        assertThat(answer.path("cost_usd").asString()).isEqualTo("0.000108");
        assertThat(answer.path("lines").path(1).path("source").asString()).isNotEmpty();
    }

    @Test
    void listsThePricesThatApplyWhenNoCountIsGiven() {
        int code = run("price", "--model", NOVA_LITE, "--region", "us-east-1", "--mode", "batch");

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).containsPattern("input .* 0\\.00000003 +0\\.03\n");
    }

    @ParameterizedTest
    @EnumSource(
            value = UsageUnit.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"MODEL_UNIT_MICROHOUR", "CUSTOM_MODEL_UNIT_MICROMINUTE"})
    void hasAnOptionForEveryUnitThatCallsConsume(UsageUnit unit) {
        run("price", "--help");

        assertThat(out.toString()).contains("--" + unit.label().replace('_', '-') + "=N");
    }

    @Test
    void suggestsModelsWhenItDoesNotKnowOne() {
        int code = run("price", "--model", "amazon.nova-lit-v1:0", "--region", "us-east-1", "--input", "1");

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("no model 'amazon.nova-lit-v1:0'; did you mean " + NOVA_LITE);
    }

    @Test
    void suggestsFirstWhatContinuesTheNameGiven() {
        run("price", "--model", "anthropic.claude-sonnet-4-5-2025", "--region", "us-east-1");

        assertThat(err.toString()).contains("did you mean anthropic.claude-sonnet-4-5-20250929-v1:0");
    }

    @Test
    void saysOfANewModelByWhichPricesItIsPerhapsBilled() {
        int code = run("price", "--model", "anthropic.claude-opus-5-6", "--region", "us-east-1", "--input", "1");

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains("perhaps it is billed as one of these", "anthropic.claude-opus-5-5 (the same line of models");
    }

    @Test
    void refusesToPriceWhatCostsMoreThanCanBeTold() {
        int code = run("price", "--model", NOVA_LITE, "--region", "us-east-1", "--input", "999999999999999999");

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("9.2 million USD");
    }

    @Test
    void tellsPrepaidFromUnpriced() {
        int code = run("price", "--model", NOVA_LITE, "--region", "us-east-1", "--mode", "provisioned", "--input", "1");

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("prepaid  prepaid\n").endsWith("status prepaid\n");
    }

    @Test
    void refusesToPriceWhatOnlyAwsCanResolve() {
        String profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";

        assertThat(run("price", "--model", profile, "--region", "us-east-1")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("give the id of the model");
    }

    @Test
    void doesNotPassAPartOfACostForTheWhole() {
        int code = run("price", "--model", NOVA_LITE, "--region", "us-east-1", "--input", "1000", "--image", "2");

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).contains("status unpriced_unit");
        assertThat(err.toString()).contains("has no price for " + NOVA_LITE).endsWith(" of image\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--input=-1", "--input=many", "--mode=fastest", "--inptu=1"})
    void refusesAWrongOption(String option) {
        int code = run("price", "--model", NOVA_LITE, "--region", "us-east-1", option);

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("see: bedrock-meter price --help");
    }

    @Test
    void needsACommandAndKnowsNoOthers() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(run("serv")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains("Missing required subcommand").contains("bedrock-meter serve");
    }

    @Test
    void tellsItsVersion() {
        assertThat(run("--version")).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .startsWith("bedrock-meter ")
                .contains("Java " + Runtime.version().feature());
    }

    private int run(String... arguments) {
        return commands.run(List.of(arguments));
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("meter.yaml"), yaml).toString();
    }

    /** A program that serves nothing, by the way that a server starts. */
    static final class ServeOnce {
        private ServeOnce() {}

        public static void main(String[] arguments) {
            Commands commands = new Commands(
                    Map.of(),
                    InstantSource.system(),
                    new Random(1),
                    new Random(2),
                    Console.ofProcess(),
                    (config, file) -> 0);
            System.exit(commands.run(List.of("serve", "--config", arguments[0])));
        }
    }
}

package io.bedrockmeter.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.SmallLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code usage}. */
class UsageCommandTest {
    @TempDir
    private static Path folder;

    private static Path ledger;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Commands commands = new Commands(
            Map.of(),
            InstantSource.system(),
            new Random(1),
            new Random(2),
            new Console(new PrintWriter(out, true), new PrintWriter(err, true)),
            (config, file) -> 0);

    @BeforeAll
    static void record() {
        ledger = SmallLedger.in(folder);
    }

    @Test
    void showsATableByTeamAndModel() {
        int code = run("usage", "--ledger", ledger.toString());

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).isEqualTo("""
                team      model                   calls  open_calls  input  output  cost_usd  estimated_usd  unpriced_calls
                checkout  amazon.nova-micro-v1:0      2           1   1000      10    0.0031              0               0
                """);
    }

    @Test
    void findsTheLedgerThatAConfigurationNames() throws IOException {
        Path config = Files.writeString(
                folder.resolve("meter.yaml"), "upstream: {region: us-east-1}\nledger: {path: " + ledger + "}\n");

        int code = run("usage", "--config", config.toString(), "--group-by", "day", "--format", "csv");

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("2026-11-25,2,1,1000,10,0.0031,0,0\r\n");
    }

    @Test
    void takesOffTheDiscountsThatAConfigurationNames() throws IOException {
        Path config = Files.writeString(folder.resolve("discounts.yaml"), """
                upstream: {region: us-east-1}
                ledger: {path: %s}
                prices:
                  discounts:
                    later: {percent: 50, from: 2026-11-26}
                    edp: {percent: 7.5, model: amazon.nova-*, until: 2026-11-26}
                """.formatted(ledger));

        int code = run("usage", "--config", config.toString(), "--group-by", "model", "--format", "csv");

        assertThat(code).as(err.toString()).isEqualTo(ExitCode.OK);
        assertThat(out.toString().lines())
                .containsExactly(
                        "model,calls,open_calls,input,output,cost_usd,net_usd,estimated_usd,unpriced_calls",
                        "amazon.nova-micro-v1:0,2,1,1000,10,0.0031,0.0028675,0,0");
    }

    @Test
    void refusesDiscountsThatMakeNoSense() throws IOException {
        Path config = Files.writeString(folder.resolve("wrong-discounts.yaml"), """
                upstream: {region: us-east-1}
                prices:
                  discounts:
                    a: {percent: 101}
                    b: {percent: 5, from: 2026-12-01, until: 2026-12-01}
                    c: {percent: 5, from: yesterday}
                    d: {percent: 5, mode: on-demand}
                """);

        int code = run("usage", "--config", config.toString());

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString().lines())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line)
                                .contains("prices.discounts.a.percent")
                                .contains("0 to 100"),
                        line -> assertThat(line)
                                .contains("prices.discounts.b.until")
                                .contains("is not after 'from'"),
                        line -> assertThat(line)
                                .contains("prices.discounts.c.from")
                                .contains("'yesterday' is not a date"),
                        line -> assertThat(line)
                                .contains("prices.discounts.d.mode")
                                .contains("on_demand"));
    }

    @Test
    void givesProgramsTheUnitsOfEachModelAndMode() {
        run("usage", "--ledger", ledger.toString(), "--group-by", "model,mode,type", "--format", "json");

        JsonNode first = JsonMapper.shared().readTree(out.toString()).path(0);
        assertThat(first.path("model").asString()).isEqualTo("amazon.nova-micro-v1:0");
        assertThat(first.path("mode").asString()).isEqualTo("on_demand");
        assertThat(first.path("type").asString()).isEqualTo("input");
        assertThat(first.path("count").asLong()).isEqualTo(1_000);
        assertThat(first.path("cost_usd").asString()).isEqualTo("0.003");
    }

    @Test
    void addsUpEverythingWhereNothingIsGroupedBy() {
        run("usage", "--ledger", ledger.toString(), "--group-by", "", "--format", "csv");

        assertThat(out.toString().lines()).last().isEqualTo("2,1,1000,10,0.0031,0,0");
    }

    @Test
    void takesOnlyTheCallsOfATime() {
        run("usage", "--ledger", ledger.toString(), "--from=2026-11-26", "--to=2026-11-27", "--format=json");

        assertThat(JsonMapper.shared().readTree(out.toString()).isEmpty()).isTrue();
    }

    @Test
    void saysThatThereIsNoSuchLedger() {
        int code = run("usage", "--ledger", folder.resolve("missing.db").toString());

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("there is no ledger " + folder.resolve("missing.db"));
    }

    @Test
    void explainsAConfigurationThatIsWrong() throws IOException {
        Path config = Files.writeString(folder.resolve("wrong.yaml"), "ledger: {pth: x}\n");

        int code = run("usage", "--config", config.toString());

        assertThat(code).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("did you mean 'ledger.path'?");
    }

    @ParameterizedTest
    @CsvSource({
        "--group-by, tea,       usage cannot be grouped by 'tea'",
        "--format,   xml,       expected one of",
        "--from,     yesterday, is no date such as",
        "--config,   meter,     mutually exclusive",
        "--frmo,     x,         Unknown option",
    })
    void refusesAWrongOption(String option, String value, String complaint) {
        int code = run("usage", "--ledger", ledger.toString(), option, value);

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(complaint).contains("see: bedrock-meter usage --help");
    }

    @Test
    void needsToKnowWhichLedger() {
        assertThat(run("usage")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--ledger=FILE").contains("--config=FILE");
    }

    private int run(String... arguments) {
        return commands.run(List.of(arguments));
    }
}

package io.bedrockmeter.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.ledger.LedgerHealth;
import io.bedrockmeter.metering.ledger.LedgerOptions;
import io.bedrockmeter.metering.ledger.SqliteLedger;
import io.bedrockmeter.proxy.SmallLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Price books as an operator handles them: a file of AWS becomes a book, and a book says what it changes. */
class PricesCommandsTest {
    private static final String OFFER = """
            "FormatVersion","v1.0"
            "Disclaimer","none"
            "Publication Date","2026-11-28T10:00:00Z"
            "Version","20261128100000"
            "OfferCode","AmazonBedrock"
            "SKU","TermType","EffectiveDate","StartingRange","EndingRange","Unit","PricePerUnit","Currency","usageType","Region Code","model"
            "A1","OnDemand","2026-11-01","0","Inf","1K tokens","0.00007","USD","USE1-NovaMicro-input-tokens","us-east-1","Nova Micro"
            "A2","OnDemand","2026-11-01","0","Inf","1K tokens","0.00014","USD","USE1-NovaMicro-output-tokens","us-east-1","Nova Micro"
            "A3","OnDemand","2026-11-01","0","Inf","1K tokens","0.0001","USD","USE1-NovaMicros-input-tokens","us-east-1","Nova Micros"
            "A4","OnDemand","2026-11-01","0","Inf","1K Requests","0.035","USD","USE1-Flows-NodeTransitions","us-east-1",""
            """;

    private Instant now = Instant.parse("2026-11-30T00:00:00Z");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Commands commands = new Commands(
            Map.of(),
            () -> now,
            new Random(1),
            new Random(2),
            new Console(new PrintWriter(out, true), new PrintWriter(err, true)),
            (loaded, file) -> 0);

    @TempDir
    Path directory;

    @Test
    void makesABookOfAnOfferFileAndSaysWhatItLeavesOut() throws IOException {
        assertThat(imported()).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("2 prices of 1 models, version book-2026-11-28-");
        assertThat(err.toString())
                .contains("1 unknown name")
                .contains("AmazonBedrock A3 USE1-NovaMicros-input-tokens")
                .contains("'Nova Micros' is perhaps")
                .contains("amazon.nova-micro-v1:0")
                .contains("1 of something else")
                .doesNotContain("Flows");
        assertThat(run("prices", "list", book())).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("AWS Price List, offer AmazonBedrock, version 20261128100000");
        assertThat(run("prices", "show", "amazon.nova-micro-v1:0", "--book", book()))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("0.00000007").contains("aws-AmazonBedrock-2026-11-28/A1");
    }

    @Test
    void saysWhatABookChanges() throws IOException {
        imported();
        assertThat(run("prices", "diff", book())).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("0.000000035")
                .contains("+100.0 %")
                .contains("1 of the prices that decide differ");
        StringWriter before = new StringWriter();
        before.append(out.toString());
        assertThat(run("prices", "diff", "--json", book())).isEqualTo(ExitCode.OK);
        JsonNode document = JsonMapper.shared()
                .readTree(out.toString().substring(before.toString().length()));
        assertThat(document.path("changes")).hasSize(1);
        assertThat(document.path("changes").path(0).path("usd_after").asString())
                .isEqualTo("0.00000007");
        assertThat(run("prices", "diff", book(), book())).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("0 of the prices that decide differ");
    }

    @Test
    void refusesWhatIsNoBookAndNoPriceFile() throws IOException {
        Path text = Files.writeString(directory.resolve("notes.txt"), "hello");
        assertThat(run("prices", "import", text.toString(), "--out", book())).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("is no price file of AWS");
        assertThat(Path.of(book())).doesNotExist();
        assertThat(run("prices", "list", directory.resolve("none").toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("has no prices.tsv");
        assertThat(run("prices", "show", "amazon.nova-micros")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("did you mean amazon.nova-micro-v1:0");
        assertThat(run("prices")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("import, fetch, approve, list, show, diff, coverage or rerate");
    }

    @Test
    void showsWhereABookHasNoPrice() throws IOException {
        imported();
        out.getBuffer().setLength(0);

        assertThat(run("prices", "coverage", "--book", book())).isEqualTo(ExitCode.OK);
        assertThat(out.toString().lines().toList())
                .element(1)
                .asString()
                .matches("amazon.nova-micro-v1:0 +in_region_or_geo +on_demand +input +- +1 +0 +0");
        assertThat(out.toString()).endsWith(": 2 prices by region, 0 of them doubtful, 0 missing\n");

        out.getBuffer().setLength(0);
        assertThat(run("prices", "coverage", "--model", "amazon.nova-canvas-v1:0", "--gaps", "--json"))
                .isEqualTo(ExitCode.OK);
        assertThat(JsonMapper.shared().readTree(out.toString()).path("lines").valueStream())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.path("missing").size()
                                + line.path("doubtful").size())
                        .isPositive());
        assertThat(run("prices", "coverage", "--model", "amazon.nova-canva")).isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void pricesRecordedCallsAnewOnceAndShowsWhatThatChanges() throws IOException {
        String config = configOf(SmallLedger.in(directory));

        assertThat(run("prices", "rerate", "--config", config, "--from=2026-11-25", "--to=2026-11-26"))
                .isEqualTo(ExitCode.OK);

        assertThat(err.toString()).isEmpty();
        // The call that died is charged at what was reserved for it, which no book changes.
        assertThat(out.toString().lines().toList()).startsWith("""
                model                   calls  changed  left  USD before  USD after  difference
                amazon.nova-micro-v1:0      2        1     0      0.5031  0.5000364  -0.0030636
                total                       2        1     0      0.5031  0.5000364  -0.0030636
                """.lines().toArray(String[]::new));
        out.getBuffer().setLength(0);
        now = now.plusMillis(1);
        run("prices", "rerate", "--config", config, "--from=2026-11-25", "--to=2026-11-26", "--json");
        JsonNode again = JsonMapper.shared().readTree(out.toString());
        assertThat(again.at("/total/changed").asLong()).isZero();
        assertThat(again.at("/total/usd_before").asString()).isEqualTo("0.5000364");
    }

    @Test
    void wantsBothBoundsAndATimeInThem() throws IOException {
        String config = configOf(SmallLedger.in(directory));

        assertThat(run("prices", "rerate", "--config", config, "--from=2026-11-25"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--to");
        assertThat(run("prices", "rerate", "--config", config, "--from=2026-11-25", "--to=2026-11-25"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("ends after it begins");
    }

    @Test
    void asksTheProxyThatWritesTheLedgerAndSaysWhenItCannot() throws IOException {
        Path ledger = SmallLedger.in(directory);
        String config = configOf(ledger);
        try (SqliteLedger writing =
                SqliteLedger.open(new LedgerOptions(ledger, 10, 0), InstantSource.system(), () -> {})) {
            assertThat(writing.health()).isEqualTo(LedgerHealth.OK);

            assertThat(run("prices", "rerate", "--config", config, "--from=2026-11-25", "--to=2026-11-26"))
                    .isEqualTo(ExitCode.REFUSED);
            assertThat(run(
                            "prices",
                            "rerate",
                            "--config",
                            config,
                            "--from=2026-11-25",
                            "--to=2026-11-26",
                            "--book=bundled"))
                    .isEqualTo(ExitCode.REFUSED);
        }

        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("admin.port is 0"),
                        line -> assertThat(line)
                                .contains("prices by its own books")
                                .contains("prices.books"));
    }

    private String configOf(Path ledger) throws IOException {
        return Files.writeString(
                        directory.resolve("meter.yaml"),
                        "upstream: {region: us-east-1}\nadmin: {port: 0}\nledger: {path: " + ledger + "}\n")
                .toString();
    }

    private int imported() throws IOException {
        Path offer = Files.writeString(directory.resolve("index.csv"), OFFER);
        return run("prices", "import", offer.toString(), "--out", book());
    }

    private String book() {
        return directory.resolve("book").toString();
    }

    private int run(String... arguments) {
        return commands.run(List.of(arguments));
    }
}

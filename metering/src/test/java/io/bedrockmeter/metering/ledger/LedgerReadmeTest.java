package io.bedrockmeter.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.usage.UsageGap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README says of the ledger what the file says of itself. */
class LedgerReadmeTest {
    private static final Pattern FIRST_CELL = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE);

    @TempDir
    private static Path folder;

    private static String readme;

    @BeforeAll
    static void makeALedger() throws IOException {
        readme = Files.readString(Path.of(System.getProperty("bedrockmeter.root"), "metering", "README.md"));
        SqliteLedger.open(
                        new LedgerOptions(folder.resolve("ledger.db"), 1, 0),
                        InstantSource.fixed(Records.NOON),
                        () -> {})
                .close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"usage_entries", "usage_units", "usage_batch_jobs", "usage_batch_entries"})
    void listsTheColumnsOfAViewInTheirOrder(String view) {
        List<String> columns = new LedgerFile(folder.resolve("ledger.db"))
                .rows("SELECT name FROM pragma_table_info('" + view + "') ORDER BY cid");

        assertThat(firstCells("### View `" + view + "`")).isEqualTo(columns);
    }

    @Test
    void listsEveryState() {
        List<String> states = Arrays.stream(EntryState.values()).map(Enum::name).toList();

        assertThat(firstCells("### States")).isEqualTo(states);
    }

    @Test
    void listsEveryReason() {
        Stream<String> reasons = Stream.concat(
                Arrays.stream(Ending.values()).map(Ending::label),
                Arrays.stream(UsageGap.values()).map(UsageGap::label));

        assertThat(reasons).allMatch(reason -> section("### Reasons").contains('`' + reason + '`'));
    }

    @Test
    void listsEveryCostStatus() {
        assertThat(CostStatus.values())
                .allMatch(status -> section("### Cost status").contains('`' + status.label() + '`'));
    }

    private static List<String> firstCells(String heading) {
        return FIRST_CELL
                .matcher(section(heading))
                .results()
                .map((MatchResult cell) -> cell.group(1))
                .toList();
    }

    private static String section(String heading) {
        int start = readme.indexOf("\n" + heading);
        assertThat(start).as(heading).isNotNegative();
        int end = readme.indexOf("\n##", start + 1);
        return readme.substring(start, end < 0 ? readme.length() : end);
    }
}

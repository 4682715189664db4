package io.bedrockmeter.metering.ledger;

import static io.bedrockmeter.metering.ledger.Records.entry;
import static io.bedrockmeter.metering.ledger.Records.intent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.meters.InstalledProgram;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

final class SqliteLedgerTest extends LedgerContract {
    private static final InstantSource CLOCK = InstantSource.fixed(Records.NOON);

    @TempDir
    private Path folder;

    @Override
    Ledger open() {
        return open(file("ledger.db"));
    }

    @Override
    Kept kept() {
        return new LedgerFile(file("ledger.db")).kept();
    }

    @Test
    void chargesACallAtItsReservationIfTheProcessDiedMeanwhile() {
        Path file = file("other.db");
        try (SqliteLedger dying = open(file)) {
            start(dying, 1);
            start(dying, 2);
            await(dying.recordEntry(entry(2, 1)));
        }

        SqliteLedger next = open(file);

        assertThat(next.recovered()).singleElement().satisfies(entry -> {
            assertThat(entry.intent()).isEqualTo(intent(1));
            assertThat(entry.state()).isEqualTo(EntryState.UNKNOWN_AFTER_CRASH);
            assertThat(entry.reason()).isEqualTo("process_died");
            assertThat(entry.charge().cost()).isEqualTo(Records.RESERVED);
            assertThat(entry.charge().status()).isEqualTo(CostStatus.ESTIMATED);
        });
        assertThat(next.chargedPicos()).isEqualTo(BigInteger.valueOf(Records.RESERVED.picos()));
        next.close();
        assertThat(new LedgerFile(file).kept().open()).isZero();
    }

    @Test
    void recoversACallOnce() {
        Path file = file("other.db");
        try (SqliteLedger dying = open(file)) {
            start(dying, 1);
        }
        open(file).close();

        SqliteLedger third = open(file);

        assertThat(third.recovered()).isEmpty();
        third.close();
    }

    @Test
    void isWrittenByOneProcessAtATime() {
        Path file = file("other.db");
        SqliteLedger first = open(file);

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("another process");

        first.close();
        open(file).close();
    }

    @Test
    void refusesAFileOfAnotherProgram() {
        Path file = file("other.db");
        execute(file, "CREATE TABLE holidays (day TEXT)");

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("another program")
                .hasMessageContaining("ledger.path");
        assertThat(new LedgerFile(file).rows("SELECT name FROM sqlite_master")).containsExactly("holidays");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws IOException {
        Path file = Files.writeString(file("other.db"), "no database, but a text that is long enough\n".repeat(100));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("not an SQLite file");
    }

    @Test
    void refusesALedgerOfANewerProgram() {
        Path file = file("other.db");
        open(file).close();
        execute(file, "PRAGMA user_version = 99");

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("version 99")
                .hasMessageContaining("newer");
    }

    @Test
    void refusesALedgerMadeByAnotherScript() {
        Path file = file("other.db");
        open(file).close();
        execute(file, "UPDATE schema_migrations SET sha256 = 'another'");

        assertThatThrownBy(() -> open(file)).isInstanceOf(LedgerException.class).hasMessageContaining("1-calls.sql");
    }

    @Test
    void refusesADamagedFileAndNamesTheWayOut() throws IOException {
        Path file = file("other.db");
        try (SqliteLedger ledger = open(file)) {
            for (int call = 0; call < 50; call++) {
                start(ledger, call);
            }
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            // Over the start of every page but the first: the kinds of the pages.
            for (long page = 1; page < channel.size() / 4096; page++) {
                channel.write(ByteBuffer.wrap(new byte[] {99, 99, 99, 99}), page * 4096);
            }
        }

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining(".recover");
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        Path file = folder.resolve("nowhere").resolve("ledger.db");

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("folder");
    }

    @Test
    void showsEveryFieldOfACallInItsView() {
        Path file = file("other.db");
        try (SqliteLedger ledger = open(file)) {
            start(ledger, 1);
            await(ledger.recordEntry(entry(1, 100)));
        }

        List<String> rows = new LedgerFile(file).rows("SELECT * FROM usage_entries");

        assertThat(rows)
                .containsExactly(String.join(
                        "|",
                        Records.attemptId(1),
                        "2026-11-25T12:00:00.001Z",
                        "2026-11-25T12:00:01.235Z",
                        "checkout",
                        "web",
                        "AKIDEXAMPLE",
                        "Converse",
                        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                        "anthropic.claude-sonnet-4-5-20250929-v1:0",
                        "us-east-1",
                        "in_region_or_geo",
                        "on_demand",
                        "on_demand",
                        "EXACT",
                        "complete",
                        "priced",
                        "1980000000",
                        "0.00198",
                        "bundled-2026-11-25",
                        "b6d1c1f0-5a0e-4f61-9a0c-1b2c3d4e5f60",
                        "6f1c9f7e-8f5b-4b9e-9d52-0f3a5b8f1c11",
                        "200",
                        "1024",
                        "4096",
                        "",
                        "250000000000",
                        "1980000000",
                        "1"));
    }

    @Test
    void namesTheColumnsOfItsViewsAsPromised() {
        LedgerFile file = new LedgerFile(file("ledger.db"));

        List<String> entries = file.rows("SELECT name FROM pragma_table_info('usage_entries') ORDER BY cid");
        List<String> units = file.rows("SELECT name FROM pragma_table_info('usage_units') ORDER BY cid");

        assertThat(String.join(", ", entries))
                .startsWith("attempt_id, started_at, ended_at, team, app, key_id, operation, model_requested, model,"
                        + " region, routing, mode_requested, mode, state, reason, cost_status, cost_picousd, cost_usd,"
                        + " price_book, upstream_request_id, sdk_invocation_id, http_status, bytes_in, bytes_out,"
                        + " corrects");
        assertThat(units).containsExactly("attempt_id", "unit", "count", "rate_picousd", "cost_picousd", "attributes");
    }

    @Test
    void showsEveryLineOfAChargeInItsView() {
        Path file = file("other.db");
        ChargeLine unpriced = new ChargeLine(UsageUnit.SEARCH_UNIT, 3, null, Money.ZERO, Money.ZERO);
        List<ChargeLine> lines = List.of(Records.line(UsageUnit.INPUT, 100, Records.INPUT_RATE), unpriced);
        try (SqliteLedger ledger = open(file)) {
            start(ledger, 1);
            await(ledger.recordEntry(
                    Records.entry(intent(1), EntryState.EXACT, "complete", CostStatus.UNPRICED_UNIT, lines)));
        }

        List<String> rows =
                new LedgerFile(file).rows("SELECT unit, count, rate_picousd, cost_picousd FROM usage_units");

        assertThat(rows).containsExactly("input|100|3300000|330000000", "search_unit|3||0");
    }

    @Test
    void showsWhatNarrowedALineDownToItsPrice() {
        Path file = file("other.db");
        List<ChargeLine> images = List.of(Records.line(UsageUnit.IMAGE, 2, Money.parseUsd("0.06")));
        try (SqliteLedger ledger = open(file)) {
            start(ledger, 1);
            await(ledger.recordEntry(Records.entry(intent(1), EntryState.EXACT, "complete", CostStatus.PRICED, images)
                    .withAttributes(Map.of("quality", "premium", "resolution", "1024"))));
            start(ledger, 2);
            await(ledger.recordEntry(entry(2, 1)));
        }

        List<String> rows = new LedgerFile(file)
                .rows("SELECT unit, json_extract(attributes, '$.quality'), json_extract(attributes, '$.resolution')"
                        + " FROM usage_units ORDER BY attempt_id, unit");

        assertThat(rows).startsWith("image|premium|1024").hasSizeGreaterThan(1);
        assertThat(rows.subList(1, rows.size()))
                .allSatisfy(row -> assertThat(row).endsWith("||"));
    }

    @Test
    void showsMoneyInTheViewAsMoneyShowsItself() {
        Path file = file("other.db");
        List<String> amounts = List.of(
                "0",
                "0.000000000001",
                "0.01",
                "1",
                "10",
                "12.5",
                "9223372.036854775807",
                "-0.5",
                "-9223372.036854775808");
        try (SqliteLedger ledger = open(file)) {
            for (int call = 0; call < amounts.size(); call++) {
                Money rate = Money.parseUsd(amounts.get(call));
                start(ledger, call);
                await(ledger.recordEntry(Records.entry(
                        intent(call),
                        EntryState.EXACT,
                        "complete",
                        CostStatus.PRICED,
                        List.of(Records.line(UsageUnit.INPUT, 1, rate)))));
            }
        }

        List<String> rows = new LedgerFile(file).rows("SELECT cost_usd FROM usage_entries ORDER BY attempt_id");

        assertThat(rows).isEqualTo(amounts);
    }

    @Test
    void canBeReadWhileItIsWritten() {
        Path file = file("other.db");
        SqliteLedger ledger = open(file);
        start(ledger, 1);

        List<String> rows = new LedgerFile(file).rows("SELECT state, cost_usd FROM usage_entries");

        assertThat(rows).containsExactly("OPEN|");
        await(ledger.recordEntry(entry(1, 1)));
        ledger.close();
    }

    @Test
    void canBeReadByTheProgramOfSqliteWhileItIsWritten() throws Exception {
        InstalledProgram sqlite = InstalledProgram.orSkip("sqlite3");
        Path file = file("other.db");
        try (SqliteLedger ledger = open(file)) {
            start(ledger, 1);
            await(ledger.recordEntry(entry(1, 100)));
            start(ledger, 2);

            InstalledProgram.Ended ended = sqlite.run(
                    "SELECT state, cost_usd FROM usage_entries ORDER BY attempt_id; SELECT unit, count FROM usage_units;",
                    file.toString());

            assertThat(ended).isEqualTo(new InstalledProgram.Ended(0, """
                    EXACT|0.00198
                    OPEN|
                    input|100
                    output|100
                    """));
        }
    }

    @Test
    void tellsTheProcessOnceThatItMustEndAfterAFailedSync() throws InterruptedException {
        AtomicInteger told = new AtomicInteger();
        CountDownLatch wasTold = new CountDownLatch(1);
        AtomicInteger commits = new AtomicInteger();
        // The second commit is the first that anybody waits for; recovery made the one before it.
        SqliteLedger ledger = SqliteLedger.open(
                new LedgerOptions(file("other.db"), SLOTS, 0),
                CLOCK,
                () -> {
                    told.incrementAndGet();
                    wasTold.countDown();
                },
                () -> failAt(commits.incrementAndGet(), 2));
        assertThat(ledger.tryTakeSlot()).isTrue();
        assertThat(ledger.tryTakeSlot()).isTrue();

        CompletableFuture<Void> durable = ledger.recordIntent(intent(1)).toCompletableFuture();

        assertThatThrownBy(() -> durable.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(LedgerException.class);
        assertThat(wasTold.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ledger.health()).isEqualTo(LedgerHealth.FAILED);
        assertThat(ledger.tryTakeSlot()).isFalse();
        assertThatThrownBy(() -> await(ledger.recordIntent(intent(2)))).isInstanceOf(CompletionException.class);
        ledger.close();
        assertThat(told).hasValue(1);
        assertThat(new LedgerFile(file("other.db")).kept()).isEqualTo(new Kept(0, 0, BigInteger.ZERO));
    }

    @Test
    void tellsHowLongTheOldestRecordHasWaited() throws InterruptedException {
        CountDownLatch syncing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger commits = new AtomicInteger();
        MovingClock clock = new MovingClock();
        SqliteLedger ledger = SqliteLedger.open(new LedgerOptions(file("other.db"), SLOTS, 0), clock, () -> {}, () -> {
            if (commits.incrementAndGet() == 2) {
                syncing.countDown();
                awaitLatch(goOn);
            }
        });
        assertThat(ledger.lag()).isZero();
        assertThat(ledger.tryTakeSlot()).isTrue();

        CompletableFuture<Void> durable = ledger.recordIntent(intent(1)).toCompletableFuture();
        assertThat(syncing.await(30, TimeUnit.SECONDS)).isTrue();
        clock.now = Records.NOON.plusSeconds(3);

        assertThat(ledger.lag()).isEqualTo(Duration.ofSeconds(3));
        goOn.countDown();
        await(durable);
        ledger.close();
        assertThat(ledger.lag()).isZero();
    }

    private static void failAt(int commit, int failing) throws SQLException {
        if (commit == failing) {
            throw new SQLiteException("injected", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(Ledger ledger, long call) {
        assertThat(ledger.tryTakeSlot()).isTrue();
        await(ledger.recordIntent(intent(call)));
    }

    private static void execute(Path file, String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static SqliteLedger open(Path file) {
        return SqliteLedger.open(new LedgerOptions(file, SLOTS, 1 << 20), CLOCK, () -> {
            throw new AssertionError("nothing failed here");
        });
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    /** A clock that a test moves. */
    private static final class MovingClock implements InstantSource {
        private volatile Instant now = Records.NOON;

        @Override
        public Instant instant() {
            return now;
        }
    }
}

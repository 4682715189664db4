package io.bedrockmeter.metering.ledger;

import static io.bedrockmeter.metering.ledger.LedgerContract.await;
import static io.bedrockmeter.metering.ledger.Records.intent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What corrections are in the file of a ledger. */
final class SqliteCorrectionsTest {
    private static final String PROFILE =
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";
    private static final String MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0";

    @TempDir
    private Path folder;

    private final AtomicBoolean diskIsFull = new AtomicBoolean();

    @Test
    void mirrorsWhatIsCorrectedWithEveryNumberNegated() {
        LedgerEntry call = unpriced(1);

        try (SqliteLedger ledger = open()) {
            record(ledger, call);
            await(ledger.recordCorrection(correction(call, 2)));
        }

        assertThat(rows("SELECT attempt_id, corrects, calls, model, cost_status, cost_picousd, cost_usd, bytes_in,"
                        + " bytes_out, reserved_picousd, started_at FROM usage_entries ORDER BY attempt_id"))
                .containsExactly(
                        Records.attemptId(1) + "||1|" + PROFILE
                                + "|unpriced_model|16500000|0.0000165|1024|4096|250000000000|2026-11-25T12:00:00.001Z",
                        Records.attemptId(2) + "|" + Records.attemptId(1) + "|-1|" + PROFILE
                                + "|unpriced_model|-16500000|-0.0000165|-1024|-4096|-250000000000|2026-11-25T12:00:00.001Z",
                        Records.attemptId(3) + "|" + Records.attemptId(1) + "|1|" + MODEL
                                + "|priced|181500000|0.0001815|1024|4096|250000000000|2026-11-25T12:00:00.001Z");
        assertThat(rows("SELECT attempt_id, unit, count, rate_picousd, cost_picousd FROM usage_units ORDER BY 1, 2"))
                .containsExactly(
                        Records.attemptId(1) + "|input|50||0",
                        Records.attemptId(1) + "|output|1|16500000|16500000",
                        Records.attemptId(2) + "|input|-50||0",
                        Records.attemptId(2) + "|output|-1|16500000|-16500000",
                        Records.attemptId(3) + "|input|50|3300000|165000000",
                        Records.attemptId(3) + "|output|1|16500000|16500000");
    }

    @Test
    void countsWhatACorrectionAddsToTheCharge() {
        LedgerEntry call = unpriced(1);

        try (SqliteLedger ledger = open()) {
            record(ledger, call);
            await(ledger.recordCorrection(correction(call, 2)));

            assertThat(ledger.chargedPicos()).isEqualTo(BigInteger.valueOf(181_500_000));
        }
    }

    @Test
    void leavesNothingOfACorrectionWhoseIdsAreTaken() {
        LedgerEntry call = unpriced(1);
        LedgerEntry other = unpriced(3);

        try (SqliteLedger ledger = open()) {
            record(ledger, call);
            record(ledger, other);

            assertThatThrownBy(() -> await(ledger.recordCorrection(correction(call, 2))))
                    .hasCauseInstanceOf(LedgerException.class);
            await(ledger.recordCorrection(correction(call, 5)));
        }

        assertThat(rows("SELECT attempt_id FROM usage_entries ORDER BY attempt_id"))
                .containsExactly(
                        Records.attemptId(1), Records.attemptId(3), Records.attemptId(5), Records.attemptId(6));
    }

    @Test
    void leavesNothingOfACorrectionForWhichThereIsNoRoom() {
        LedgerEntry call = unpriced(1);

        try (SqliteLedger ledger = open()) {
            record(ledger, call);
            diskIsFull.set(true);

            assertThatThrownBy(() -> await(ledger.recordCorrection(correction(call, 2))))
                    .hasMessageContaining("full");
        }

        assertThat(rows("SELECT count(*) FROM intents")).containsExactly("1");
        assertThat(rows("SELECT count(*) FROM entries")).containsExactly("1");
        assertThat(rows("SELECT count(*) FROM corrections")).containsExactly("0");
    }

    @Test
    void survivesItsProcessAndIsNotMadeTwiceByTheNext() {
        LedgerEntry call = unpriced(1);
        try (SqliteLedger ledger = open()) {
            record(ledger, call);
            await(ledger.recordCorrection(correction(call, 2)));
        }

        try (SqliteLedger ledger = open()) {
            boolean isNew = ledger.recordCorrection(correction(call, 4))
                    .toCompletableFuture()
                    .join();

            assertThat(isNew).isFalse();
            assertThat(ledger.recovered()).isEmpty();
        }
    }

    @Test
    void findsTheCallsThatWaitForAModelAsTheyWereRecorded() {
        LedgerEntry first = unpriced(1).withAttributes(Map.of("quality", "premium", "resolution", "1024"));
        LedgerEntry second = unpriced(4);
        LedgerEntry corrected = unpriced(7);
        try (SqliteLedger ledger = open()) {
            record(ledger, first);
            record(ledger, second);
            record(ledger, corrected);
            record(ledger, Records.entry(20, 1));
            await(ledger.recordCorrection(correction(corrected, 8)));
        }

        try (LedgerReader reader = LedgerReader.open(file())) {
            assertThat(UnresolvedCalls.firstByIdentifier(reader)).isEqualTo(Map.of(PROFILE, Records.attemptId(1)));
            assertThat(UnresolvedCalls.of(reader, PROFILE, Records.attemptId(1), 10))
                    .extracting(StandingEntry::entry)
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("charge.lines.baseline")
                    .containsExactly(first, second);
            assertThat(UnresolvedCalls.of(reader, PROFILE, Records.attemptId(2), 10))
                    .extracting(StandingEntry::callId)
                    .containsExactly(Records.attemptId(4));
            assertThat(UnresolvedCalls.of(reader, PROFILE, "", 1)).hasSize(1);
        }
    }

    @Test
    void leavesACallAloneWhoseAnswerNamedItsModel() {
        LedgerEntry call = unpriced(1).billedAs(new ResolvedModel(MODEL, Routing.GLOBAL));
        try (SqliteLedger ledger = open()) {
            record(ledger, call);
        }

        assertThat(rows("SELECT model_requested, model, routing, sum(cost_picousd) FROM usage_entries"))
                .containsExactly(PROFILE + "|" + MODEL + "|global|16500000");
        try (LedgerReader reader = LedgerReader.open(file())) {
            assertThat(UnresolvedCalls.firstByIdentifier(reader)).isEmpty();
            assertThat(UnresolvedCalls.of(reader, PROFILE, "", 10)).isEmpty();
        }
    }

    @Test
    void mirrorsTheModelThatOnlyAnAnswerNamedToo() {
        LedgerEntry call = unpriced(1).billedAs(new ResolvedModel(MODEL, Routing.GLOBAL));
        try (SqliteLedger ledger = open()) {
            record(ledger, call);
            await(ledger.recordCorrection(correction(call, 2)));
        }

        assertThat(rows("SELECT model, routing, sum(calls), sum(cost_picousd) FROM usage_entries GROUP BY 1, 2"))
                .containsExactly(MODEL + "|global|0|0", MODEL + "|in_region_or_geo|1|181500000");
    }

    @Test
    void correctsWhatItReadsBack() {
        try (SqliteLedger ledger = open()) {
            record(ledger, unpriced(1).withAttributes(Map.of("quality", "premium")));
            StandingEntry standing;
            try (LedgerReader reader = LedgerReader.open(file())) {
                standing = UnresolvedCalls.of(reader, PROFILE, "", 1).get(0);
            }

            await(ledger.recordCorrection(new Correction(standing, Records.attemptId(2), priced(standing.entry(), 3))));
        }

        assertThat(rows("SELECT sum(calls), sum(cost_picousd) FROM usage_entries"))
                .containsExactly("1|181500000");
        try (LedgerReader reader = LedgerReader.open(file())) {
            assertThat(UnresolvedCalls.firstByIdentifier(reader)).isEmpty();
        }
    }

    @Test
    void findsCallsOfADeadProcessToo() {
        SqliteLedger dying = open();
        assertThat(dying.tryTakeSlot()).isTrue();
        await(dying.recordIntent(unpriced(1).intent()));
        dying.close();

        open().close();

        try (LedgerReader reader = LedgerReader.open(file())) {
            assertThat(UnresolvedCalls.of(reader, PROFILE, "", 10))
                    .extracting(standing -> standing.entry().state())
                    .containsExactly(EntryState.UNKNOWN_AFTER_CRASH);
        }
    }

    @Test
    void bringsALedgerOfBeforeCorrectionsUpToDate() throws Exception {
        writeALedgerOfBeforeCorrections();

        open().close();

        assertThat(rows("SELECT attempt_id, calls, cost_picousd, corrects FROM usage_entries"))
                .containsExactly("01|1|7|");
    }

    @Test
    void doesNotReadALedgerOfBeforeCorrectionsAndNamesTheWayOut() throws Exception {
        writeALedgerOfBeforeCorrections();

        assertThatThrownBy(() -> LedgerReader.open(file()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("older")
                .hasMessageContaining("start the proxy once");
    }

    private void writeALedgerOfBeforeCorrections() throws Exception {
        String script = script("1-calls.sql");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script
                    + "CREATE TABLE schema_migrations (version INTEGER NOT NULL PRIMARY KEY, script TEXT NOT NULL,"
                    + " sha256 TEXT NOT NULL, applied_at_millis INTEGER NOT NULL);"
                    + "INSERT INTO schema_migrations VALUES (1, '1-calls.sql', '" + sha256(script) + "', 0);"
                    + "INSERT INTO call_kinds VALUES (1,'t','a','k','Converse','m','m','us-east-1','global','on_demand','b');"
                    + "INSERT INTO ending_kinds VALUES (1,'on_demand','EXACT','complete','priced','b',200);"
                    + "INSERT INTO intents VALUES ('01', 5, 1, 9, null, 3);"
                    + "INSERT INTO entries VALUES ('01', 6, 1, 7, 7, null, 4, '[[\"input\",1,7,7]]', null);"
                    + "PRAGMA application_id=" + Schema.APPLICATION_ID + ";PRAGMA user_version=1;");
        }
    }

    private Path file() {
        return folder.resolve("ledger.db");
    }

    private SqliteLedger open() {
        return SqliteLedger.open(
                new LedgerOptions(file(), 10, 0), InstantSource.fixed(Records.NOON), () -> {}, this::failIfFull);
    }

    private void failIfFull() throws SQLException {
        if (diskIsFull.getAndSet(false)) {
            throw new SQLiteException("database or disk is full", SQLiteErrorCode.SQLITE_FULL);
        }
    }

    private List<String> rows(String query) {
        return new LedgerFile(file()).rows(query);
    }

    private static void record(SqliteLedger ledger, LedgerEntry entry) {
        assertThat(ledger.tryTakeSlot()).isTrue();
        await(ledger.recordIntent(entry.intent()));
        await(ledger.recordEntry(entry));
    }

    /** A call on an identifier that nobody knows; one of its units has a price all the same. */
    private static LedgerEntry unpriced(long number) {
        ChargeLine input = new ChargeLine(UsageUnit.INPUT, 50, null, Money.ZERO, Money.ZERO);
        ChargeLine output = Records.line(UsageUnit.OUTPUT, 1, Records.OUTPUT_RATE);
        return Records.entry(
                of(intent(number), PROFILE),
                EntryState.EXACT,
                "complete",
                CostStatus.UNPRICED_MODEL,
                List.of(input, output));
    }

    private static Correction correction(LedgerEntry call, long number) {
        return new Correction(StandingEntry.of(call), Records.attemptId(number), priced(call, number + 1));
    }

    private static LedgerEntry priced(LedgerEntry call, long number) {
        return Records.entry(
                of(call.intent().renamed(Records.attemptId(number)), MODEL),
                EntryState.EXACT,
                "complete",
                CostStatus.PRICED,
                List.of(
                        Records.line(UsageUnit.INPUT, 50, Records.INPUT_RATE),
                        Records.line(UsageUnit.OUTPUT, 1, Records.OUTPUT_RATE)));
    }

    private static LedgerIntent of(LedgerIntent plain, String model) {
        return new LedgerIntent(
                plain.attemptId(),
                plain.startedAt(),
                plain.account(),
                plain.operation(),
                PROFILE,
                model,
                plain.region(),
                plain.routing(),
                plain.modeRequested(),
                plain.reserved(),
                plain.priceBook(),
                plain.sdkInvocationId(),
                plain.bytesIn());
    }

    private static String script(String name) throws IOException {
        try (InputStream in = Schema.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}

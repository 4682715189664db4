package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is done at opening about the calls that were open when the last process died. */
final class Recovery {
    private static final String REASON = "process_died";

    private static final String OPEN_INTENTS = """
            SELECT i.* FROM intents i LEFT JOIN entries e USING (attempt_id) WHERE e.attempt_id IS NULL ORDER BY attempt_id
            """;

    private Recovery() {}

    /**
     * Gives every open intent its entry: state unknown, charged at its reservation. Never zero, because to under-count would be
     * the worse fault.
     *
     * @return the entries, durable
     */
    static List<LedgerEntry> run(LedgerDatabase database, Instant now) throws SQLException {
        List<LedgerEntry> entries = new ArrayList<>();
        try (Statement statement = database.connection().createStatement();
                ResultSet row = statement.executeQuery(OPEN_INTENTS)) {
            while (row.next()) {
                entries.add(unknown(intent(row), now));
            }
        }
        for (LedgerEntry entry : entries) {
            database.insert(entry);
        }
        database.commit();
        return entries;
    }

    private static LedgerEntry unknown(LedgerIntent intent, Instant now) {
        Charge charge = new Charge(
                PricingMode.of(intent.modeRequested()),
                CostStatus.ESTIMATED,
                intent.reserved(),
                List.of(),
                intent.priceBook());
        return new LedgerEntry(
                intent, now, EntryState.UNKNOWN_AFTER_CRASH, REASON, charge, intent.reserved(), null, 0, 0);
    }

    private static LedgerIntent intent(ResultSet row) throws SQLException {
        return new LedgerIntent(
                text(row, "attempt_id"),
                Instant.ofEpochMilli(row.getLong("started_at_millis")),
                new AccountId(text(row, "team"), text(row, "app"), text(row, "key_id")),
                text(row, "operation"),
                text(row, "model_requested"),
                text(row, "model"),
                text(row, "region"),
                text(row, "routing"),
                text(row, "mode_requested"),
                Money.ofPicos(row.getLong("reserved_picousd")),
                text(row, "price_book"),
                row.getString("sdk_invocation_id"),
                row.getLong("bytes_in"));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getString(column), column);
    }
}

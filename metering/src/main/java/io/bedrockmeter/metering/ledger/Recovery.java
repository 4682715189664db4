package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What happens at opening to calls that were open when the last process ended: each gets an entry, its state unknown, charged
 * at its reservation. Never at zero, because to count too little would be the worse fault.
 */
final class Recovery {
    private static final String PROCESS_DIED = "process_died";

    private static final String OPEN_INTENTS = "SELECT * FROM intents i JOIN call_kinds c ON c.kind = i.kind"
            + " WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.attempt_id = i.attempt_id) ORDER BY attempt_id";

    private Recovery() {}

    /** Settles the open calls in one transaction, and returns their entries, durable. */
    static List<LedgerEntry> settleOpen(LedgerDatabase database, Path path, Instant now) {
        try {
            return settleOpen(database, now);
        } catch (SQLException e) {
            throw new LedgerException(
                    "the calls that were open in the ledger " + path + " cannot be settled: " + e.getMessage()
                            + "; check that its disk has room and is sound",
                    e);
        }
    }

    private static List<LedgerEntry> settleOpen(LedgerDatabase database, Instant now) throws SQLException {
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
        return List.copyOf(entries);
    }

    private static LedgerEntry unknown(LedgerIntent intent, Instant now) {
        Charge charge = new Charge(
                PricingMode.of(intent.modeRequested()),
                CostStatus.ESTIMATED,
                intent.reserved(),
                List.of(),
                intent.priceBook());
        return new LedgerEntry(
                intent, now, EntryState.UNKNOWN_AFTER_CRASH, PROCESS_DIED, charge, intent.reserved(), null, 0, 0);
    }

    /** The intent of a row that has the columns of intents and of call kinds. */
    static LedgerIntent intent(ResultSet row) throws SQLException {
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

package io.bedrockmeter.metering.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Capacity that is paid by time, in the file of a ledger. Confined to one thread at a time. */
final class CapacityTable {
    private static final String PUT = "INSERT INTO holdings (arn, model, fine_tuned, units, commitment, region,"
            + " expires_at_millis, counted_from_millis, first_seen_millis, last_seen_millis)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (arn) DO UPDATE SET model = excluded.model,"
            + " fine_tuned = excluded.fine_tuned, units = excluded.units, commitment = excluded.commitment,"
            + " region = excluded.region, expires_at_millis = excluded.expires_at_millis,"
            + " last_seen_millis = max(last_seen_millis, excluded.last_seen_millis)";

    private final Connection connection;
    private final LedgerDatabase database;
    private @Nullable Statements statements;

    CapacityTable(Connection connection, LedgerDatabase database) {
        this.connection = connection;
        this.database = database;
    }

    /** Writes how provisioned throughput stands. */
    boolean put(Holding holding) throws SQLException {
        PreparedStatement row = statements().put;
        Holding.Terms terms = holding.terms();
        row.setString(1, holding.arn());
        row.setString(2, terms.model());
        row.setBoolean(3, terms.fineTuned());
        row.setInt(4, terms.units());
        row.setString(5, terms.commitment().label());
        row.setString(6, terms.region());
        Instant expiresAt = terms.expiresAt();
        if (expiresAt == null) {
            row.setNull(7, Types.INTEGER);
        } else {
            row.setLong(7, expiresAt.toEpochMilli());
        }
        row.setLong(8, holding.countedFrom().toEpochMilli());
        row.setLong(9, holding.firstSeen().toEpochMilli());
        row.setLong(10, holding.lastSeen().toEpochMilli());
        return row.executeUpdate() == 1;
    }

    /** Writes a window, unless it is there. Whether it was written; if not, nothing was. */
    boolean insert(CapacityWindow window) throws SQLException {
        Sql.run(connection, "SAVEPOINT capacity");
        PreparedStatement row = statements().window;
        bind(row, window);
        boolean isWhole = row.executeUpdate() == 1;
        for (LedgerEntry entry : window.entries()) {
            isWhole = isWhole && database.insert(entry.intent()) && database.insert(entry);
        }
        if (!isWhole) {
            Sql.run(connection, "ROLLBACK TO capacity");
            database.forgetKinds();
        }
        Sql.run(connection, "RELEASE capacity");
        return isWhole;
    }

    /** Whether a window is there, however it was shared out. */
    boolean holds(CapacityWindow window) throws SQLException {
        PreparedStatement query = statements().held;
        bind(query, window);
        return Sql.hasRow(query);
    }

    private static void bind(PreparedStatement statement, CapacityWindow window) throws SQLException {
        statement.setString(1, window.arn());
        statement.setLong(2, window.startedAt().toEpochMilli());
    }

    /** Few ledgers ever see capacity, so what they need is made when the first comes. */
    private Statements statements() throws SQLException {
        Statements made = statements;
        if (made == null) {
            made = new Statements(
                    connection.prepareStatement(PUT),
                    connection.prepareStatement(Sql.insertInto("capacity_windows", "arn,started_at_millis")),
                    connection.prepareStatement(Sql.selectFrom("1", "capacity_windows", "arn,started_at_millis")));
            statements = made;
        }
        return made;
    }

    /** Closed with the connection. */
    private record Statements(PreparedStatement put, PreparedStatement window, PreparedStatement held) {}
}

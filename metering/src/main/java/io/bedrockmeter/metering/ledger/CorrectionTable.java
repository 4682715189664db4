package io.bedrockmeter.metering.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What corrections are to the file of a ledger: five rows in three tables. Confined to one thread at a time. */
final class CorrectionTable {
    private static final String MIRROR_INTENT = "INSERT INTO intents (attempt_id, started_at_millis, kind,"
            + " reserved_picousd, sdk_invocation_id, bytes_in) SELECT ?, started_at_millis, kind, -reserved_picousd,"
            + " sdk_invocation_id, -bytes_in FROM intents WHERE attempt_id = ? ON CONFLICT DO NOTHING";
    private static final String MIRROR_UNITS = "(SELECT json_group_array(json_array(json_extract(value, '$[0]'),"
            + " -json_extract(value, '$[1]'), json_extract(value, '$[2]'), -json_extract(value, '$[3]')))"
            + " FROM json_each(units))";
    private static final String MIRROR_ENTRY = "INSERT INTO entries (attempt_id, ended_at_millis, kind, cost_picousd,"
            + " upper_bound_picousd, upstream_request_id, bytes_out, units, attributes, billed_as, calls, corrects)"
            + " SELECT ?, ended_at_millis, kind, -cost_picousd, -upper_bound_picousd, upstream_request_id, -bytes_out, "
            + MIRROR_UNITS
            + ", attributes, billed_as, -calls, ? FROM entries WHERE attempt_id = ? ON CONFLICT DO NOTHING";

    private final Connection connection;
    private final LedgerDatabase database;
    private @Nullable Statements statements;

    CorrectionTable(Connection connection, LedgerDatabase database) {
        this.connection = connection;
        this.database = database;
    }

    /** Writes a correction, unless what it corrects does not stand. Whether it was written; if not, nothing was. */
    boolean insert(Correction correction) throws SQLException {
        LedgerEntry corrected = correction.standing().entry();
        if (!database.holds(corrected) || !isOf(correction.standing().callId(), corrected)) {
            return false;
        }
        String id = corrected.intent().attemptId();
        Sql.run(connection, "SAVEPOINT correction");
        boolean isWhole = update(statements().link, id, correction.reversalId(), replacementId(correction))
                && update(statements().mirrorIntent, correction.reversalId(), id)
                && update(
                        statements().mirrorEntry,
                        correction.reversalId(),
                        correction.standing().callId(),
                        id)
                && database.insert(correction.replacement().intent())
                && database.insert(correction.replacement())
                && update(statements().mark, correction.standing().callId(), replacementId(correction));
        if (!isWhole) {
            Sql.run(connection, "ROLLBACK TO correction");
            database.forgetKinds();
        }
        Sql.run(connection, "RELEASE correction");
        return isWhole;
    }

    /** Whether this very correction, whatever its ids, is in the file. */
    boolean holds(Correction correction) throws SQLException {
        PreparedStatement find = statements().find;
        find.setString(1, correction.standing().entry().intent().attemptId());
        try (ResultSet row = find.executeQuery()) {
            return row.next()
                    && database.holds(correction.standing().entry())
                    && database.holds(correction.replacement().renamed(row.getString(1)));
        }
    }

    /** Whether an entry is a call's own, or a replacement of it. */
    private boolean isOf(String callId, LedgerEntry entry) throws SQLException {
        PreparedStatement query = statements().callOf;
        query.setString(1, entry.intent().attemptId());
        try (ResultSet row = query.executeQuery()) {
            return row.next() && row.getString(1).equals(callId);
        }
    }

    private static String replacementId(Correction correction) {
        return correction.replacement().intent().attemptId();
    }

    private static boolean update(PreparedStatement statement, String... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setString(i + 1, values[i]);
        }
        return statement.executeUpdate() == 1;
    }

    /** Corrections are rare, so what they need is made when the first one comes. */
    private Statements statements() throws SQLException {
        Statements made = statements;
        if (made == null) {
            made = new Statements(
                    connection.prepareStatement(Sql.insertInto("corrections", "corrected,reversal,replacement")),
                    connection.prepareStatement(MIRROR_INTENT),
                    connection.prepareStatement(MIRROR_ENTRY),
                    connection.prepareStatement("UPDATE entries SET corrects = ? WHERE attempt_id = ?"),
                    connection.prepareStatement("SELECT replacement FROM corrections WHERE corrected = ?"),
                    connection.prepareStatement(
                            "SELECT coalesce(corrects, attempt_id) FROM entries WHERE attempt_id = ? AND calls >= 0"));
            statements = made;
        }
        return made;
    }

    /** Closed with the connection. */
    private record Statements(
            PreparedStatement link,
            PreparedStatement mirrorIntent,
            PreparedStatement mirrorEntry,
            PreparedStatement mark,
            PreparedStatement find,
            PreparedStatement callOf) {}
}

package io.bedrockmeter.metering.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** How batch jobs stand and what they came to, in the file of a ledger. Confined to one thread at a time. */
final class BatchJobTable {
    private static final String CREATED = "SELECT 1 FROM async_jobs WHERE arn = ? AND attempt_id = ? AND counts = 1";

    /** A settled job stands as it was settled, whatever is heard of it later. */
    private static final String PUT = "INSERT INTO batch_jobs (arn, state, reserved_picousd, settled_at_millis)"
            + " VALUES (?, ?, ?, ?) ON CONFLICT (arn) DO UPDATE SET state = excluded.state,"
            + " reserved_picousd = excluded.reserved_picousd, settled_at_millis = excluded.settled_at_millis"
            + " WHERE settled_at_millis IS NULL";

    private final Connection connection;
    private final LedgerDatabase database;
    private @Nullable Statements statements;

    BatchJobTable(Connection connection, LedgerDatabase database) {
        this.connection = connection;
        this.database = database;
    }

    /** Writes how a job stands, unless it is settled or was not created here. Whether it was written. */
    boolean put(BatchJob job) throws SQLException {
        return isCreatedHere(job) && put(job, null);
    }

    /** Writes what a job came to, unless that is there or it was not created here. Whether it was written; if not, nothing was. */
    boolean settle(BatchSettlement settlement) throws SQLException {
        if (!isCreatedHere(settlement.job())) {
            return false;
        }
        Sql.run(connection, "SAVEPOINT settlement");
        boolean isWhole = put(settlement.job(), settlement.at().toEpochMilli());
        for (LedgerEntry entry : settlement.entries()) {
            isWhole = isWhole
                    && database.insert(entry.intent())
                    && database.insert(entry)
                    && link(settlement.job(), entry);
        }
        if (!isWhole) {
            Sql.run(connection, "ROLLBACK TO settlement");
            database.forgetKinds();
        }
        Sql.run(connection, "RELEASE settlement");
        return isWhole;
    }

    /** Whether a job is settled. */
    boolean isSettled(BatchJob job) throws SQLException {
        PreparedStatement query = statements().settled;
        query.setString(1, job.arn());
        return Sql.hasRow(query);
    }

    private boolean isCreatedHere(BatchJob job) throws SQLException {
        PreparedStatement query = statements().created;
        query.setString(1, job.arn());
        query.setString(2, job.call().attemptId());
        return Sql.hasRow(query);
    }

    private boolean put(BatchJob job, @Nullable Long settledAtMillis) throws SQLException {
        PreparedStatement row = statements().put;
        row.setString(1, job.arn());
        row.setString(2, job.state());
        row.setLong(3, job.reserved().picos());
        if (settledAtMillis == null) {
            row.setNull(4, Types.INTEGER);
        } else {
            row.setLong(4, settledAtMillis);
        }
        return row.executeUpdate() == 1;
    }

    private boolean link(BatchJob job, LedgerEntry entry) throws SQLException {
        PreparedStatement row = statements().link;
        row.setString(1, entry.intent().attemptId());
        row.setString(2, job.arn());
        return row.executeUpdate() == 1;
    }

    /** Few ledgers ever see a batch job, so what they need is made when the first one comes. */
    private Statements statements() throws SQLException {
        Statements made = statements;
        if (made == null) {
            made = new Statements(
                    connection.prepareStatement(CREATED),
                    connection.prepareStatement(PUT),
                    connection.prepareStatement(
                            "SELECT 1 FROM batch_jobs WHERE arn = ? AND settled_at_millis IS NOT NULL"),
                    connection.prepareStatement(Sql.insertInto("batch_entries", "attempt_id,arn")));
            statements = made;
        }
        return made;
    }

    /** Closed with the connection. */
    private record Statements(
            PreparedStatement created, PreparedStatement put, PreparedStatement settled, PreparedStatement link) {}
}

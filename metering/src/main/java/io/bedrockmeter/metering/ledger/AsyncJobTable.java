package io.bedrockmeter.metering.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Which asynchronous invocations belong to whom, in the file of a ledger. Confined to one thread at a time. */
final class AsyncJobTable {
    private static final String COLUMNS = "arn,team,app,key_id,attempt_id,begun_at_millis";

    private final Connection connection;
    private @Nullable PreparedStatement insert;

    AsyncJobTable(Connection connection) {
        this.connection = connection;
    }

    /** Writes to whom an invocation belongs, unless one of its ARN is there. Whether it was written. */
    boolean insert(AsyncJob job) throws SQLException {
        PreparedStatement row = insert();
        row.setString(1, job.arn());
        row.setString(2, job.owner().team());
        row.setString(3, job.owner().app());
        Sql.setNullable(row, 4, job.owner().keyId());
        row.setString(5, job.begunBy().attemptId());
        row.setLong(6, job.begunBy().startedAt().toEpochMilli());
        return row.executeUpdate() == 1;
    }

    /** Whether an invocation of its ARN is in the file, whoever owns it. */
    boolean holds(AsyncJob job) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(Sql.selectFrom("1", "async_jobs", "arn"))) {
            query.setString(1, job.arn());
            return Sql.hasRow(query);
        }
    }

    /** Few ledgers ever see a job, so what they need is made when the first one comes. */
    private PreparedStatement insert() throws SQLException {
        PreparedStatement made = insert;
        if (made == null) {
            made = connection.prepareStatement(Sql.insertInto("async_jobs", COLUMNS));
            insert = made;
        }
        return made;
    }
}

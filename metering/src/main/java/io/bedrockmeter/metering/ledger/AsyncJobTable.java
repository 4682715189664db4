package io.bedrockmeter.metering.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which asynchronous invocations were begun by which call and belong to whom, in the file of a ledger. Confined to one thread at
 * a time.
 */
final class AsyncJobTable {
    /*
     * Which call counts
     * -----------------
     * An invocation is charged once, whatever becomes of the answers. A call counts unless
     *
     *   - the invocation that its answer names is known: an earlier call has it;
     *   - an earlier call of the same operation and owner with the same token counts, or was open when its process died, which
     *     charges it; and it is not known to have begun another invocation, as after Bedrock has forgotten the token. If this
     *     call's answer names the invocation, the earlier call's row learns it.
     */
    private static final String COLUMNS = "attempt_id,team,app,key_id,token,begun_at_millis";

    private static final String EARLIER = "SELECT b.attempt_id, b.arn FROM async_jobs a"
            + " JOIN async_jobs b ON b.token = a.token AND b.team = a.team AND b.app = a.app AND b.key_id IS a.key_id"
            + " AND b.attempt_id <> a.attempt_id JOIN intents ai ON ai.attempt_id = a.attempt_id"
            + " JOIN call_kinds ac ON ac.kind = ai.kind JOIN intents bi ON bi.attempt_id = b.attempt_id"
            + " JOIN call_kinds bc ON bc.kind = bi.kind AND bc.operation = ac.operation LEFT JOIN entries e ON e.attempt_id = b.attempt_id"
            + " LEFT JOIN ending_kinds d ON d.kind = e.kind"
            + " WHERE a.attempt_id = ? AND (b.counts = 1 OR d.state = 'UNKNOWN_AFTER_CRASH')"
            + " ORDER BY b.attempt_id DESC LIMIT 1";

    private final Connection connection;
    private @Nullable Statements statements;

    AsyncJobTable(Connection connection) {
        this.connection = connection;
    }

    /** Writes a call that may begin an invocation, unless it is there. Whether it was written. */
    boolean insert(AsyncStart start) throws SQLException {
        PreparedStatement row = statements().insert;
        row.setString(1, start.call().attemptId());
        row.setString(2, start.owner().team());
        row.setString(3, start.owner().app());
        Sql.setNullable(row, 4, start.owner().keyId());
        Sql.setNullable(row, 5, start.token());
        row.setLong(6, start.call().startedAt().toEpochMilli());
        return row.executeUpdate() == 1;
    }

    /** Whether a call's start is in the file. */
    boolean holds(String attemptId) throws SQLException {
        PreparedStatement query = statements().started;
        query.setString(1, attemptId);
        return Sql.hasRow(query);
    }

    /**
     * Writes what a call began whose start is in the file.
     *
     * @param arn the invocation that its answer named; null if there was no answer
     * @return whether the call counts; if not, another is charged for the invocation
     */
    boolean claim(LedgerIntent call, @Nullable String arn) throws SQLException {
        if (arn != null && isKnown(arn)) {
            return false;
        }
        Earlier earlier = earlier(call);
        if (earlier == null || (arn != null && earlier.arn() != null)) {
            count(call.attemptId(), arn);
            return true;
        }
        if (arn != null) {
            count(earlier.attemptId(), arn);
        }
        return false;
    }

    private boolean isKnown(String arn) throws SQLException {
        PreparedStatement query = statements().known;
        query.setString(1, arn);
        return Sql.hasRow(query);
    }

    private @Nullable Earlier earlier(LedgerIntent call) throws SQLException {
        PreparedStatement query = statements().earlier;
        query.setString(1, call.attemptId());
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? new Earlier(Objects.requireNonNull(row.getString(1)), row.getString(2)) : null;
        }
    }

    private void count(String attemptId, @Nullable String arn) throws SQLException {
        PreparedStatement row = statements().count;
        Sql.setNullable(row, 1, arn);
        row.setString(2, attemptId);
        row.executeUpdate();
    }

    /** An earlier call of the same owner and token that is charged. */
    private record Earlier(String attemptId, @Nullable String arn) {}

    /** Few ledgers ever see a job, so what they need is made when the first one comes. */
    private Statements statements() throws SQLException {
        Statements made = statements;
        if (made == null) {
            made = new Statements(
                    connection.prepareStatement(Sql.insertInto("async_jobs", COLUMNS)),
                    connection.prepareStatement(Sql.selectFrom("1", "async_jobs", "attempt_id")),
                    connection.prepareStatement(Sql.selectFrom("1", "async_jobs", "arn")),
                    connection.prepareStatement(EARLIER),
                    connection.prepareStatement("UPDATE async_jobs SET counts = 1, arn = ? WHERE attempt_id = ?"));
            statements = made;
        }
        return made;
    }

    /** Closed with the connection. */
    private record Statements(
            PreparedStatement insert,
            PreparedStatement started,
            PreparedStatement known,
            PreparedStatement earlier,
            PreparedStatement count) {}
}

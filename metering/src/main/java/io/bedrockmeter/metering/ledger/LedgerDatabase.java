package io.bedrockmeter.metering.ledger;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The SQLite file of a ledger and the statements that write it. Confined to one thread at a time.
 *
 * <p>WAL with {@code synchronous=FULL}: a commit that returned is on the disk. The two tables are keyed by attempt ids, which
 * grow with time, so that an insert appends to the last page.
 */
final class LedgerDatabase implements AutoCloseable {
    private static final int BUSY_TIMEOUT_MILLIS = 1_000;

    /** What a reader that stayed too long may leave behind of the write-ahead log. */
    private static final int WAL_BYTES_KEPT = 64 << 20;

    private static final String INTENT_COLUMNS =
            "attempt_id,started_at_millis,kind,reserved_picousd,sdk_invocation_id,bytes_in";
    private static final String ENTRY_COLUMNS =
            "attempt_id,ended_at_millis,kind,cost_picousd,upper_bound_picousd,upstream_request_id,bytes_out,units,attributes,billed_as,calls";

    private final Connection connection;
    private final CommitHook hook;
    private final Kinds<CallKind> callKinds;
    private final Kinds<EndingKind> endingKinds;
    private final PreparedStatement insertIntent;
    private final PreparedStatement insertEntry;
    private final CorrectionTable corrections;
    private final AsyncJobTable asyncJobs;
    private final BatchJobTable batchJobs;
    private final CapacityTable capacity;

    private LedgerDatabase(Connection connection, CommitHook hook) throws SQLException {
        this.connection = connection;
        this.hook = hook;
        this.callKinds = new Kinds<>(connection, "call_kinds", CallKind.COLUMNS, CallKind::bind);
        this.endingKinds = new Kinds<>(connection, "ending_kinds", EndingKind.COLUMNS, EndingKind::bind);
        this.insertIntent = connection.prepareStatement(Sql.insertInto("intents", INTENT_COLUMNS));
        this.insertEntry = connection.prepareStatement(Sql.insertInto("entries", ENTRY_COLUMNS));
        this.corrections = new CorrectionTable(connection, this);
        this.asyncJobs = new AsyncJobTable(connection);
        this.batchJobs = new BatchJobTable(connection, this);
        this.capacity = new CapacityTable(connection, this);
    }

    /** What a test does between the writing of a transaction and its commit: fail, or look at the files. */
    @FunctionalInterface
    interface CommitHook {
        /** Does nothing. */
        CommitHook NONE = () -> {};

        void beforeCommit() throws SQLException;
    }

    /**
     * Opens the file, or makes it; checks that it is sound and brings its schema up to date.
     *
     * @throws LedgerException if it is damaged, not a ledger, or of a newer program; the message names the way out
     */
    @SuppressWarnings("MustBeClosed") // closed by the ledger that owns it, or below on failure
    static LedgerDatabase open(Path path, Instant now, CommitHook hook) {
        Connection connection = null;
        try {
            connection = configuration().createConnection("jdbc:sqlite:" + path);
            Schema.check(connection, path);
            checkSound(connection, path);
            // SQLite's own checkpoints ignore their failures; ours are asked for, and heard.
            Sql.run(
                    connection,
                    "PRAGMA journal_mode=WAL",
                    "PRAGMA synchronous=FULL",
                    "PRAGMA fullfsync=ON",
                    "PRAGMA wal_autocheckpoint=0",
                    "PRAGMA journal_size_limit=" + WAL_BYTES_KEPT);
            Schema.migrate(connection, now);
            connection.setAutoCommit(false);
            return new LedgerDatabase(connection, hook);
        } catch (SQLException e) {
            close(connection);
            throw cannotOpen(path, e);
        } catch (RuntimeException e) {
            close(connection);
            throw e;
        }
    }

    /** Writes an intent, unless one of its id is there. Whether it was written. */
    boolean insert(LedgerIntent intent) throws SQLException {
        bind(insertIntent, intent);
        return insertIntent.executeUpdate() == 1;
    }

    /** Writes an entry, unless one of its id is there. Whether it was written. */
    boolean insert(LedgerEntry entry) throws SQLException {
        bind(insertEntry, entry);
        return insertEntry.executeUpdate() == 1;
    }

    /** Writes a correction, unless what it corrects does not stand. Whether it was written; if not, nothing was. */
    boolean insert(Correction correction) throws SQLException {
        return corrections.insert(correction);
    }

    /** Whether this very correction, whatever its ids, is in the file. */
    boolean holds(Correction correction) throws SQLException {
        return corrections.holds(correction);
    }

    /** What it says of asynchronous invocations. */
    AsyncJobTable asyncJobs() {
        return asyncJobs;
    }

    /** What it says of batch jobs. */
    BatchJobTable batchJobs() {
        return batchJobs;
    }

    /** What it says of capacity that is paid by time. */
    CapacityTable capacity() {
        return capacity;
    }

    /** Whether this very intent is in the file. */
    boolean holds(LedgerIntent intent) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(Sql.selectFrom("1", "intents", INTENT_COLUMNS))) {
            bind(query, intent);
            return Sql.hasRow(query);
        }
    }

    /** Whether this very entry, and its very intent, are in the file. */
    boolean holds(LedgerEntry entry) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(Sql.selectFrom("1", "entries", ENTRY_COLUMNS))) {
            bind(query, entry);
            return Sql.hasRow(query) && holds(entry.intent());
        }
    }

    void commit() throws SQLException {
        hook.beforeCommit();
        connection.commit();
    }

    /** Takes back what was written since the last commit. */
    void rollback() throws SQLException {
        forgetKinds();
        try {
            connection.rollback();
        } catch (SQLiteException e) {
            if (e.getResultCode() != SQLiteErrorCode.SQLITE_ERROR) {
                throw e;
            }
            beginAfterSqliteRolledBack();
        }
    }

    /** Forgets the numbers of kinds, because some of them were taken back. */
    void forgetKinds() {
        callKinds.forget();
        endingKinds.forget();
    }

    /**
     * SQLite rolls back by itself when the disk is full, and the driver does not notice: it believes a transaction open, and
     * would commit each of the next statements alone.
     */
    private void beginAfterSqliteRolledBack() throws SQLException {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // There is no transaction to commit, which is the point; the driver has changed its mind by now.
            connection.setAutoCommit(false);
            return;
        }
        connection.setAutoCommit(false);
    }

    /**
     * Moves what is committed from the write-ahead log into the file, as far as readers allow. Between transactions only.
     */
    void checkpoint() throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
        } finally {
            connection.setAutoCommit(false);
        }
    }

    /** The connection itself, for what is asked once, at opening. */
    Connection connection() {
        return connection;
    }

    @Override
    public void close() {
        close(connection);
    }

    private static SQLiteConfig configuration() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setGetGeneratedKeys(false);
        return config;
    }

    private static void checkSound(Connection connection, Path path) throws SQLException {
        String verdict = Sql.text(connection, "PRAGMA quick_check(1)");
        if (!verdict.equals("ok")) {
            throw damaged(path, verdict, null);
        }
    }

    private static LedgerException cannotOpen(Path path, SQLException failure) {
        if (failure instanceof SQLiteException sqlite) {
            if (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_NOTADB) {
                return new LedgerException(
                        path + " is not an SQLite file; set ledger.path to another file, or move this one aside",
                        failure);
            }
            if ((sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_CORRUPT.code) {
                return damaged(path, String.valueOf(failure.getMessage()), failure);
            }
        }
        return new LedgerException(
                "the ledger " + path + " cannot be opened: " + failure.getMessage()
                        + "; check that its folder exists, is writable and has room, or set ledger.path",
                failure);
    }

    private static LedgerException damaged(Path path, String verdict, @Nullable SQLException cause) {
        return new LedgerException(
                "the ledger " + path + " is damaged: " + verdict
                        + "; move it aside together with its -wal file and start"
                        + " with an empty one, and get the records out of the old one with: sqlite3 " + path
                        + " .recover",
                cause);
    }

    private void bind(PreparedStatement row, LedgerIntent intent) throws SQLException {
        row.setString(1, intent.attemptId());
        row.setLong(2, intent.startedAt().toEpochMilli());
        row.setLong(3, callKinds.of(CallKind.of(intent)));
        row.setLong(4, intent.reserved().picos());
        Sql.setNullable(row, 5, intent.sdkInvocationId());
        row.setLong(6, intent.bytesIn());
    }

    private void bind(PreparedStatement row, LedgerEntry entry) throws SQLException {
        row.setString(1, entry.intent().attemptId());
        row.setLong(2, entry.endedAt().toEpochMilli());
        row.setLong(3, endingKinds.of(EndingKind.of(entry)));
        row.setLong(4, entry.charge().cost().picos());
        row.setLong(5, entry.upperBound().picos());
        Sql.setNullable(row, 6, entry.upstreamRequestId());
        row.setLong(7, entry.bytesOut());
        row.setString(8, EntryJson.units(entry.charge().lines()));
        Sql.setNullable(row, 9, EntryJson.attributes(entry.attributes()));
        if (entry.ran() == null) {
            row.setNull(10, Types.INTEGER);
        } else {
            row.setLong(10, callKinds.of(CallKind.of(entry.intent()).as(entry.ran())));
        }
        row.setInt(11, entry.calls());
    }

    private static void close(@Nullable Connection connection) {
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            // Every commit that returned is durable, and nothing else was promised.
            return;
        }
    }
}

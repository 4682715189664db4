package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.pricing.ChargeLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/**
 * The SQLite file: its schema and the statements that write it. Confined to one thread at a time.
 *
 * <p>WAL with {@code synchronous=FULL}: a commit that returned is on the disk. Two tables without rowid, keyed by attempt id,
 * whose ids grow with time, so that every insert appends.
 */
final class LedgerDatabase implements AutoCloseable {
    /** "BMTR" as a number: SQLite's mark of whose file this is. */
    private static final int APPLICATION_ID = 0x424d5452;

    private static final int SCHEMA_VERSION = 1;

    private static final String INTENT_COLUMNS =
            "attempt_id,started_at_millis,team,app,key_id,operation,model_requested,model,"
                    + "region,routing,mode_requested,reserved_picousd,price_book,sdk_invocation_id,bytes_in";
    private static final String ENTRY_COLUMNS = "attempt_id,ended_at_millis,mode,state,reason,cost_status,cost_picousd,"
            + "upper_bound_picousd,price_book,upstream_request_id,http_status,bytes_out,units";

    private final Connection connection;
    private final PreparedStatement insertIntent;
    private final PreparedStatement insertEntry;

    private LedgerDatabase(Connection connection) throws SQLException {
        this.connection = connection;
        this.insertIntent = connection.prepareStatement(insertInto("intents", INTENT_COLUMNS));
        this.insertEntry = connection.prepareStatement(insertInto("entries", ENTRY_COLUMNS));
    }

    /**
     * Opens or makes the file, and brings its schema up to date.
     *
     * @throws LedgerException if it is not a ledger, is damaged, or is of a newer version; the message names the way out
     */
    static LedgerDatabase open(Path path) {
        Connection connection = null;
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + path);
            check(connection, path);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode=WAL");
                statement.execute("PRAGMA synchronous=FULL");
                // An entry without its intent is refused by the file itself.
                statement.execute("PRAGMA foreign_keys=ON");
            }
            migrate(connection, path);
            connection.setAutoCommit(false);
            return new LedgerDatabase(connection);
        } catch (SQLException e) {
            closeQuietly(connection);
            throw new LedgerException(
                    "the ledger " + path + " cannot be opened: " + e.getMessage()
                            + ". Check that its folder exists and is writable, or set ledger.path.",
                    e);
        } catch (LedgerException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    void insert(LedgerIntent intent) throws SQLException {
        bind(insertIntent, intent);
        insertIntent.executeUpdate();
    }

    void insert(LedgerEntry entry) throws SQLException {
        bind(insertEntry, entry);
        insertEntry.executeUpdate();
    }

    /** Whether this very intent is in the file. */
    boolean holds(LedgerIntent intent) throws SQLException {
        try (PreparedStatement row = connection.prepareStatement(countIn("intents", INTENT_COLUMNS))) {
            bind(row, intent);
            return isOne(row);
        }
    }

    /** Whether this very entry is in the file. */
    boolean holds(LedgerEntry entry) throws SQLException {
        try (PreparedStatement row = connection.prepareStatement(countIn("entries", ENTRY_COLUMNS))) {
            bind(row, entry);
            return isOne(row);
        }
    }

    private static void bind(PreparedStatement row, LedgerIntent intent) throws SQLException {
        row.setString(1, intent.attemptId());
        row.setLong(2, intent.startedAt().toEpochMilli());
        row.setString(3, intent.account().team());
        row.setString(4, intent.account().app());
        row.setString(5, intent.account().keyId());
        row.setString(6, intent.operation());
        row.setString(7, intent.modelRequested());
        row.setString(8, intent.model());
        row.setString(9, intent.region());
        row.setString(10, intent.routing());
        row.setString(11, intent.modeRequested());
        row.setLong(12, intent.reserved().picos());
        row.setString(13, intent.priceBook());
        setNullable(row, 14, intent.sdkInvocationId());
        row.setLong(15, intent.bytesIn());
    }

    private static void bind(PreparedStatement row, LedgerEntry entry) throws SQLException {
        row.setString(1, entry.intent().attemptId());
        row.setLong(2, entry.endedAt().toEpochMilli());
        row.setString(3, entry.charge().mode().label());
        row.setString(4, entry.state().name());
        row.setString(5, entry.reason());
        row.setString(6, entry.charge().status().label());
        row.setLong(7, entry.charge().cost().picos());
        row.setLong(8, entry.upperBound().picos());
        row.setString(9, entry.charge().priceBook());
        setNullable(row, 10, entry.upstreamRequestId());
        row.setInt(11, entry.httpStatus());
        row.setLong(12, entry.bytesOut());
        row.setString(13, units(entry));
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    /** The connection itself, for recovery at opening. */
    Connection connection() {
        return connection;
    }

    @Override
    public void close() {
        closeQuietly(connection);
    }

    /** The lines of a charge as a JSON array of arrays; labels are plain words, so nothing needs escaping. */
    private static String units(LedgerEntry entry) {
        StringBuilder json = new StringBuilder(96).append('[');
        for (ChargeLine line : entry.charge().lines()) {
            json.append(json.length() == 1 ? "[\"" : ",[\"")
                    .append(line.unit().label())
                    .append("\",")
                    .append(line.count())
                    .append(',');
            if (line.rate() == null) {
                json.append("null");
            } else {
                json.append(line.rate().picos());
            }
            json.append(',').append(line.cost().picos()).append(']');
        }
        return json.append(']').toString();
    }

    private static String insertInto(String table, String columns) {
        String marks = columns.replaceAll("[a-z_]+", "?");
        return "INSERT INTO " + table + " (" + columns + ") VALUES (" + marks + ")";
    }

    private static String countIn(String table, String columns) {
        return "SELECT count(*) FROM " + table + " WHERE " + columns.replace(",", " IS ? AND ") + " IS ?";
    }

    private static boolean isOne(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            return row.next() && row.getLong(1) == 1;
        }
    }

    private static void setNullable(PreparedStatement row, int column, @Nullable String value) throws SQLException {
        if (value == null) {
            row.setNull(column, Types.VARCHAR);
        } else {
            row.setString(column, value);
        }
    }

    private static void check(Connection connection, Path path) throws SQLException {
        String verdict = text(connection, "PRAGMA quick_check");
        if (!verdict.equals("ok")) {
            throw new LedgerException("the ledger " + path + " is damaged: " + verdict
                    + ". Move it aside and start with a new one, or restore it with sqlite3's .recover.");
        }
    }

    private static void migrate(Connection connection, Path path) throws SQLException {
        int owner = number(connection, "PRAGMA application_id");
        int version = number(connection, "PRAGMA user_version");
        boolean empty = number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (!empty && owner != APPLICATION_ID) {
            throw new LedgerException(path + " is an SQLite file of something else; set ledger.path to another file.");
        }
        if (version > SCHEMA_VERSION) {
            throw new LedgerException(
                    "the ledger " + path + " has schema version " + version + ", and this program knows up to "
                            + SCHEMA_VERSION + ". Use the version that wrote it, or newer.");
        }
        for (int next = version + 1; next <= SCHEMA_VERSION; next++) {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("BEGIN IMMEDIATE;" + script(next) + "PRAGMA application_id=" + APPLICATION_ID
                        + ";PRAGMA user_version=" + next + ";COMMIT;");
            }
        }
    }

    private static String script(int version) {
        try (InputStream script = LedgerDatabase.class.getResourceAsStream(version + ".sql")) {
            if (script == null) {
                throw new IllegalStateException("schema script " + version + ".sql is missing from the program");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LedgerException("schema script " + version + ".sql cannot be read from the program", e);
        }
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            String value = row.next() ? row.getString(1) : null;
            return value == null ? "" : value;
        }
    }

    private static void closeQuietly(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // A commit that returned is durable, and nothing else was promised.
                return;
            }
        }
    }
}

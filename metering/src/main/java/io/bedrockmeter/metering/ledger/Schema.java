package io.bedrockmeter.metering.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * The tables of a ledger, made and changed by numbered scripts, each in one transaction and remembered with its checksum.
 *
 * <p>A file says whose it is ({@code application_id}) and how far it has come ({@code user_version}); a file of somebody else,
 * of a newer program, or made by other scripts is refused before anything is written to it.
 */
final class Schema {
    /** "BMTR" as a number. */
    static final int APPLICATION_ID = 0x424d5452;

    private static final List<String> SCRIPTS = List.of(
            "1-calls.sql",
            "2-corrections.sql",
            "3-async-jobs.sql",
            "4-billed-as.sql",
            "5-attributes.sql",
            "6-async-starts.sql",
            "7-batch-jobs.sql",
            "8-batch-job-ids.sql",
            "9-capacity.sql");

    private static final String MIGRATIONS = """
            CREATE TABLE IF NOT EXISTS schema_migrations (
              version           INTEGER NOT NULL PRIMARY KEY,
              script            TEXT    NOT NULL,
              sha256            TEXT    NOT NULL,
              applied_at_millis INTEGER NOT NULL
            );
            """;

    /** How far this program's scripts go. */
    static final int VERSION = SCRIPTS.size();

    private Schema() {}

    /**
     * Refuses a file that this program must not touch. Reads only.
     *
     * @throws LedgerException if it is not a ledger, or one of a newer program; the message names the way out
     */
    static void check(Connection connection, Path path) throws SQLException {
        boolean isEmpty = Sql.number(connection, "SELECT count(*) FROM sqlite_master") == 0;
        if (!isEmpty && Sql.number(connection, "PRAGMA application_id") != APPLICATION_ID) {
            throw new LedgerException(
                    path + " is an SQLite file of another program; set ledger.path to a file of its own");
        }
        long version = Sql.number(connection, "PRAGMA user_version");
        if (version > SCRIPTS.size()) {
            throw new LedgerException(
                    "the ledger " + path + " was written by a newer bedrock-meter: its schema is version " + version
                            + ", and this program knows up to " + SCRIPTS.size() + "; run the newer program");
        }
        for (int done = 1; done <= version; done++) {
            checkScript(connection, path, done);
        }
    }

    /** Runs the scripts that a checked file lacks. */
    static void migrate(Connection connection, Instant now) throws SQLException {
        long version = Sql.number(connection, "PRAGMA user_version");
        for (int next = (int) version + 1; next <= SCRIPTS.size(); next++) {
            String script = script(next);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("BEGIN IMMEDIATE;" + MIGRATIONS + script
                        + "INSERT INTO schema_migrations VALUES (" + next + ",'" + SCRIPTS.get(next - 1) + "','"
                        + sha256(script) + "'," + now.toEpochMilli() + ");"
                        + "PRAGMA application_id=" + APPLICATION_ID + ";PRAGMA user_version=" + next + ";COMMIT;");
            }
        }
    }

    private static void checkScript(Connection connection, Path path, int version) throws SQLException {
        String expected = sha256(script(version));
        try (PreparedStatement query =
                connection.prepareStatement("SELECT sha256 FROM schema_migrations WHERE version = ?")) {
            query.setInt(1, version);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || !expected.equals(row.getString(1))) {
                    throw new LedgerException("the ledger " + path + " was made by another script "
                            + SCRIPTS.get(version - 1) + " than this program has; run the program that made it");
                }
            }
        }
    }

    private static String script(int version) {
        String name = SCRIPTS.get(version - 1);
        try (InputStream in = Schema.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the schema script " + name + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the schema script " + name + " cannot be read from the program", e);
        }
    }

    private static String sha256(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

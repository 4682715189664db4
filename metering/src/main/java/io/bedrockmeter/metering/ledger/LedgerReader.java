package io.bedrockmeter.metering.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * A ledger's file opened to be read, whether or not a proxy is writing it: each query sees the file as it was at one moment,
 * and neither side waits for the other. Confined to one thread at a time.
 */
public final class LedgerReader implements AutoCloseable {
    private static final int BUSY_TIMEOUT_MILLIS = 5_000;

    private final Path path;
    private final Connection connection;

    private LedgerReader(Path path, Connection connection) {
        this.path = path;
        this.connection = connection;
    }

    /**
     * Opens a ledger.
     *
     * @throws LedgerException if there is none, or this program cannot read it; the message names the way out
     */
    public static LedgerReader open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new LedgerException("there is no ledger " + path + "; give the file that ledger.path names");
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        LedgerReader reader = null;
        try {
            reader = new LedgerReader(path, config.createConnection("jdbc:sqlite:" + path));
            Schema.check(reader.connection, path);
            if (Sql.number(reader.connection, "PRAGMA user_version") == 0) {
                throw new LedgerException("the ledger " + path + " is empty; start the proxy once");
            }
            if (Sql.number(reader.connection, "PRAGMA user_version") < Schema.VERSION) {
                throw new LedgerException(
                        "the ledger " + path
                                + " was last written by an older bedrock-meter; start the proxy once, which brings it up to date");
            }
            return reader;
        } catch (SQLException e) {
            closeQuietly(reader);
            throw new LedgerException("the ledger " + path + " cannot be read: " + e.getMessage(), e);
        } catch (LedgerException e) {
            closeQuietly(reader);
            throw e;
        }
    }

    /** Asks the database of the ledger. */
    public <T> T ask(Question<T> question) {
        try {
            return question.ask(connection);
        } catch (SQLException e) {
            throw new LedgerException("the ledger " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** What is asked of a database. */
    @FunctionalInterface
    public interface Question<T> {
        /** Asks it. */
        T ask(Connection connection) throws SQLException;
    }

    @Override
    public void close() {
        closeQuietly(this);
    }

    private static void closeQuietly(@Nullable LedgerReader reader) {
        if (reader == null) {
            return;
        }
        try {
            reader.connection.close();
        } catch (SQLException e) {
            // It was only read.
            return;
        }
    }
}

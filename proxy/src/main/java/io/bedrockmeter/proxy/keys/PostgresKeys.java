package io.bedrockmeter.proxy.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys in a PostgreSQL database, which several proxies read: one row each, in the schema {@code bedrock_meter}. It is made by
 * the first command that changes anything, so that a proxy need not be allowed to do more than read.
 *
 * <p>One connection, made when it is needed and again after it broke. Writers wait for one another at a lock of the database;
 * readers wait for nobody, and see one book or the other. Thread-safe.
 */
public final class PostgresKeys implements KeyStore {
    /** Layout of the tables and of the keys in them. */
    private static final int FORMAT = 1;

    /** "bedrock" in hexadecimal digits of its letters; any number that no other program takes will do. */
    private static final long WRITERS = 0x626564726f636bL;

    /** What is told to be revoked must not come back with a crash, whatever the database does for others. */
    private static final String DURABLE = "SELECT set_config('synchronous_commit', 'on', true)"
            + " WHERE current_setting('synchronous_commit') = 'off'";

    private static final String MAKE = """
            CREATE SCHEMA IF NOT EXISTS bedrock_meter;
            CREATE TABLE IF NOT EXISTS bedrock_meter.key_book (
                is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
                format integer NOT NULL,
                version bigint NOT NULL,
                changed timestamptz NOT NULL,
                master text
            );
            CREATE TABLE IF NOT EXISTS bedrock_meter.keys (
                id text PRIMARY KEY,
                place bigint GENERATED ALWAYS AS IDENTITY,
                key jsonb NOT NULL
            );
            INSERT INTO bedrock_meter.key_book (format, version, changed) VALUES (%d, 0, clock_timestamp())
                ON CONFLICT DO NOTHING""".formatted(FORMAT);

    /** Who may only write to the tables, because somebody else has made them, may make nothing that is there already. */
    private static final String IS_MADE = "SELECT to_regclass('bedrock_meter.key_book') IS NOT NULL";

    private static final String READ = """
            SELECT book.format, book.master, keys.key FROM bedrock_meter.key_book book
                LEFT JOIN bedrock_meter.keys keys ON true ORDER BY keys.place""";

    /** A database that was restored may come to a version twice, but not at the same time. */
    private static final String STAMP = "SELECT version, changed FROM bedrock_meter.key_book";

    private static final String WRITE = """
            INSERT INTO bedrock_meter.keys (id, key) VALUES (?, ?::jsonb)
                ON CONFLICT (id) DO UPDATE SET key = excluded.key""";

    private static final String WROTE =
            "UPDATE bedrock_meter.key_book SET version = version + 1, changed = clock_timestamp(), master = ?";

    /** No such schema, no such table. */
    private static final List<String> NOT_MADE = List.of("3F000", "42P01");

    /** A connection that broke, or cannot be made; a server that stops, starts or ends it (PostgreSQL, appendix A). */
    private static final Pattern UNREACHABLE = Pattern.compile("08.*|57P0[1-3]");

    private final String url;
    private final Properties properties = new Properties();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Connection connection;

    /**
     * The keys of a database, which is not connected to yet.
     *
     * @param url {@code jdbc:postgresql:…}; its parameters go before what is chosen here
     * @param user null for whom the URL or the driver takes
     * @param password null if none is needed
     */
    public PostgresKeys(String url, @Nullable String user, @Nullable String password) {
        this.url = url;
        // Whoever watches the keys, or waits for a command, must not wait long for a database that is gone: seconds.
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("socketTimeout", "5");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "bedrock-meter");
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
    }

    @Override
    public String name() {
        int parameters = url.indexOf('?');
        return "the key store " + (parameters < 0 ? url : url.substring(0, parameters));
    }

    @Override
    public KeyBook read() throws IOException {
        return asked(this::book);
    }

    @Override
    public @Nullable Object stamp() throws IOException {
        return asked(open -> {
            try (Statement statement = open.createStatement();
                    ResultSet row = statement.executeQuery(STAMP)) {
                return row.next() ? new Stamp(row.getLong("version"), row.getString("changed")) : null;
            }
        });
    }

    @Override
    public KeyBook change(UnaryOperator<KeyBook> change) throws IOException {
        try {
            return asked(open -> changed(open, change));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            disconnect();
        } finally {
            lock.unlock();
        }
    }

    /** What tells one book from the next. */
    private record Stamp(long version, String changed) {}

    @FunctionalInterface
    private interface Question<T extends @Nullable Object> {
        T ask(Connection open) throws SQLException, IOException;
    }

    private <T extends @Nullable Object> T asked(Question<T> question) throws IOException {
        lock.lock();
        try {
            return question.ask(connection());
        } catch (SQLException e) {
            disconnect();
            throw new IOException(why(e), e);
        } catch (IOException | RuntimeException e) {
            disconnect();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = DriverManager.getConnection(url, properties);
            connection = open;
        }
        return open;
    }

    /** Whatever was not committed is undone by that. */
    private void disconnect() {
        Connection open = connection;
        connection = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            // It was broken, and is let go of all the same.
        }
    }

    private KeyBook book(Connection open) throws SQLException, IOException {
        try (Statement statement = open.createStatement();
                ResultSet rows = statement.executeQuery(READ)) {
            if (!rows.next()) {
                throw new IOException(empty());
            }
            if (rows.getInt("format") != FORMAT) {
                throw new IOException(
                        name() + " has format " + rows.getInt("format") + ", and this version reads " + FORMAT);
            }
            String master = rows.getString("master");
            List<VirtualKey> keys = new ArrayList<>();
            do {
                String key = rows.getString("key");
                if (key != null) {
                    keys.add(KeyJson.readKey(key));
                }
            } while (rows.next());
            return KeyBook.of(master, keys);
        } catch (IllegalArgumentException e) {
            throw new IOException(name() + " " + e.getMessage(), e);
        }
    }

    private KeyBook changed(Connection open, UnaryOperator<KeyBook> change) throws SQLException, IOException {
        open.setAutoCommit(false);
        KeyBook after;
        try (Statement statement = open.createStatement()) {
            statement.execute(DURABLE);
            statement.execute("SELECT pg_advisory_xact_lock(" + WRITERS + ")");
            if (!isMade(statement)) {
                statement.execute(MAKE);
            }
            KeyBook before = book(open);
            after = change.apply(before);
            write(open, before, after);
        }
        try {
            open.commit();
        } catch (SQLException e) {
            throw new IOException(why(e) + "; 'bedrock-meter keys list' shows whether the change was made", e);
        }
        open.setAutoCommit(true);
        return after;
    }

    private static boolean isMade(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(IS_MADE)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static void write(Connection open, KeyBook before, KeyBook after) throws SQLException {
        try (PreparedStatement row = open.prepareStatement(WRITE);
                PreparedStatement book = open.prepareStatement(WROTE)) {
            for (VirtualKey key : after.keys()) {
                if (!key.equals(before.find(key.id()).orElse(null))) {
                    row.setString(1, key.id());
                    row.setString(2, KeyJson.writeKey(key));
                    row.executeUpdate();
                }
            }
            book.setString(1, after.masterFingerprint());
            book.executeUpdate();
        }
    }

    private String why(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (NOT_MADE.contains(state)) {
            return empty();
        }
        return name()
                + (UNREACHABLE.matcher(state).matches() ? " cannot be reached: " : " refuses: ")
                + String.valueOf(e.getMessage()).replaceAll("\\s+", " ").replaceFirst("\\.$", "")
                + "; see auth.store, auth.store-user and auth.store-password";
    }

    private String empty() {
        return name() + " has no keys; make the first with"
                + " 'bedrock-meter keys create --config FILE --account TEAM/APP'";
    }
}

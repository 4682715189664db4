package io.bedrockmeter.metering.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbers of one table of kinds, found in memory where they were used of late. Confined to one thread at a time.
 *
 * <p>A caller chooses what a call's kind is made of, so what is kept in memory is bounded; the table itself grows no faster
 * than the calls.
 *
 * @param <K> a kind; compared by value
 */
final class Kinds<K> {
    private static final int KEPT_MAX = 4_096;

    private final Map<K, Long> kept = new HashMap<>();
    private final PreparedStatement insert;
    private final PreparedStatement select;
    private final Binder<K> binder;

    Kinds(Connection connection, String table, String columns, Binder<K> binder) throws SQLException {
        this.insert = connection.prepareStatement(Sql.insertInto(table, columns));
        this.select = connection.prepareStatement(Sql.selectFrom("kind", table, columns));
        this.binder = binder;
    }

    /** Sets the columns of a kind, from the first on. */
    @FunctionalInterface
    interface Binder<K> {
        void bind(K kind, PreparedStatement row) throws SQLException;
    }

    /** The number of a kind, which is written to the table if it is new. */
    long of(K kind) throws SQLException {
        Long known = kept.get(kind);
        if (known != null) {
            return known;
        }
        binder.bind(kind, insert);
        insert.executeUpdate();
        binder.bind(kind, select);
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("a kind of calls that was just written is not there: " + kind);
            }
            long number = row.getLong(1);
            if (kept.size() == KEPT_MAX) {
                kept.clear();
            }
            kept.put(kind, number);
            return number;
        }
    }

    /** Forgets what is in memory, because numbers given since the last commit may be given anew. */
    void forget() {
        kept.clear();
    }
}

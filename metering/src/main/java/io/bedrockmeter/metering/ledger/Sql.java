package io.bedrockmeter.metering.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** Small questions to a database. */
final class Sql {
    private Sql() {}

    /** The number in the first column of the first row. */
    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** The text in the first column of the first row. */
    static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    /** Whether a query has a row at all. */
    static boolean hasRow(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            return row.next();
        }
    }

    /** Runs statements that have no result, one after the other. */
    static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static void setNullable(PreparedStatement row, int column, @Nullable String value) throws SQLException {
        if (value == null) {
            row.setNull(column, Types.VARCHAR);
        } else {
            row.setString(column, value);
        }
    }

    /** A statement that writes one row, unless that breaks a constraint; columns are joined by commas. */
    static String insertInto(String table, String columns) {
        return "INSERT INTO " + table + " (" + columns + ") VALUES (" + columns.replaceAll("\\w+", "?")
                + ") ON CONFLICT DO NOTHING";
    }

    /** A query for the rows that have given values, nulls included, in all of the columns. */
    static String selectFrom(String what, String table, String columns) {
        return "SELECT " + what + " FROM " + table + " WHERE " + columns.replace(",", " IS ? AND ") + " IS ?";
    }
}

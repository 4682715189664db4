package io.bedrockmeter.metering.ledger;

import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A ledger's file as an outsider reads it: by SQL, whether or not a ledger has it open. */
record LedgerFile(Path path) {
    /** The rows of a query, each with its columns joined by {@code |}, as the {@code sqlite3} program prints them. */
    List<String> rows(String query) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(row(result));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(path + ": " + query, e);
        }
    }

    /** The one value that a query comes to. */
    String value(String query) {
        return rows(query).get(0);
    }

    /** What the ledger holds. */
    LedgerContract.Kept kept() {
        return new LedgerContract.Kept(
                Long.parseLong(value("SELECT count(*) FROM usage_entries WHERE state = 'OPEN'")),
                Long.parseLong(value("SELECT coalesce(sum(calls), 0) FROM usage_entries WHERE state <> 'OPEN'")),
                rows("SELECT cost_picousd FROM usage_entries WHERE state <> 'OPEN'").stream()
                        .map(BigInteger::new)
                        .reduce(java.math.BigInteger.ZERO, BigInteger::add));
    }

    private static String row(ResultSet result) throws SQLException {
        StringBuilder row = new StringBuilder();
        for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
            String value = result.getString(column);
            row.append(column == 1 ? "" : "|").append(value == null ? "" : value);
        }
        return row.toString();
    }
}

package io.bedrockmeter.proxy.world;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The ledger as anybody with SQLite sees it. */
public final class LedgerView {
    private LedgerView() {}

    /** Its rows now, oldest first. */
    public static List<Row> rows(Path file) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            Map<String, Map<String, Long>> units = units(statement);
            List<Row> rows = new ArrayList<>();
            ResultSet row = statement.executeQuery("SELECT * FROM usage_entries ORDER BY attempt_id");
            while (row.next()) {
                String attempt = text(row, "attempt_id");
                rows.add(new Row(
                        attempt,
                        text(row, "team"),
                        text(row, "app"),
                        text(row, "key_id"),
                        text(row, "operation"),
                        text(row, "model"),
                        text(row, "mode"),
                        text(row, "state"),
                        text(row, "reason"),
                        text(row, "cost_status"),
                        row.getLong("cost_picousd"),
                        row.getString("upstream_request_id"),
                        row.getInt("http_status"),
                        row.getString("corrects"),
                        row.getLong("calls"),
                        units.getOrDefault(attempt, Map.of())));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    private static Map<String, Map<String, Long>> units(Statement statement) throws SQLException {
        Map<String, Map<String, Long>> units = new HashMap<>();
        ResultSet row = statement.executeQuery("SELECT attempt_id, unit, count FROM usage_units");
        while (row.next()) {
            units.computeIfAbsent(text(row, "attempt_id"), key -> new HashMap<>())
                    .put(text(row, "unit"), row.getLong("count"));
        }
        return units;
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNullElse(row.getString(column), "");
    }
}

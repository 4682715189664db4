package io.bedrockmeter.metering.report;

import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ledger's answer to a query, exact to the picodollar. Immutable.
 *
 * <p>Every call is in it, also those that are still open or were not billed. Exact and estimated cost are told apart, and
 * calls whose cost is not known are counted beside the sum. A call that was corrected is in it once, as it was corrected.
 *
 * @param query what was asked
 * @param rows the groups, ordered by their values
 */
public record UsageReport(UsageQuery query, List<UsageRow> rows) {
    public UsageReport {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a ledger, also while a proxy is writing it. Waits for the disk: not for an event loop.
     *
     * @throws io.bedrockmeter.metering.ledger.LedgerException if it cannot be read
     */
    public static UsageReport read(Path ledger, UsageQuery query) {
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            return reader.ask(connection -> new UsageReport(query, rows(connection, query)));
        }
    }

    private static List<UsageRow> rows(Connection connection, UsageQuery query) throws SQLException {
        // Both statements see the same moment.
        connection.setAutoCommit(false);
        UsageSql sql = new UsageSql(query);
        if (query.isByType()) {
            return select(connection, sql.ofLines(), query, Map.of());
        }
        return select(connection, sql.ofCalls(), query, counts(connection, query));
    }

    /** What each group used, by unit. */
    private static Map<List<String>, Map<UsageUnit, Long>> counts(Connection connection, UsageQuery query)
            throws SQLException {
        List<Dimension> dimensions = new ArrayList<>(query.groupBy());
        dimensions.add(Dimension.TYPE);
        UsageQuery byType = new UsageQuery(query.from(), query.to(), dimensions);
        Map<List<String>, Map<UsageUnit, Long>> counts = new HashMap<>();
        for (UsageRow row : select(connection, new UsageSql(byType).ofLines(), byType, Map.of())) {
            List<String> group = row.group().subList(0, query.groupBy().size());
            counts.computeIfAbsent(group, key -> new EnumMap<>(UsageUnit.class)).putAll(row.counts());
        }
        return counts;
    }

    private static List<UsageRow> select(
            Connection connection, String sql, UsageQuery query, Map<List<String>, Map<UsageUnit, Long>> counts)
            throws SQLException {
        List<UsageRow> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> group = group(result, query);
                int next = group.size() + 1;
                UsageRow row = new UsageRow(
                        group,
                        result.getLong(next),
                        result.getLong(next + 1),
                        result.getLong(next + 2),
                        query.isByType()
                                ? count(group, query, result.getLong(next + 3))
                                : counts.getOrDefault(group, Map.of()),
                        picos(result, next + 4),
                        picos(result, next + 6));
                if (group.isEmpty() || !row.isNothing()) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static List<String> group(ResultSet result, UsageQuery query) throws SQLException {
        List<String> group = new ArrayList<>();
        for (int column = 1; column <= query.groupBy().size(); column++) {
            group.add(String.valueOf(result.getString(column)));
        }
        return group;
    }

    private static Map<UsageUnit, Long> count(List<String> group, UsageQuery query, long count) {
        // A cost that no unit explains has no count.
        return count == 0
                ? Map.of()
                : Map.of(UsageUnit.of(group.get(query.groupBy().indexOf(Dimension.TYPE))), count);
    }

    private static BigInteger picos(ResultSet result, int column) throws SQLException {
        return BigInteger.valueOf(result.getLong(column))
                .multiply(BigInteger.valueOf(UsageSql.PART_PICOS))
                .add(BigInteger.valueOf(result.getLong(column + 1)));
    }
}

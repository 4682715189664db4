package io.bedrockmeter.metering.report;

import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The ledger's answer to a query, exact to the picodollar. Immutable.
 *
 * <p>Every call is in it, also those that are still open or were not billed. Exact and estimated cost are told apart, and
 * calls whose cost is not known are counted beside the sum. A call that was corrected is in it once, as it was corrected.
 *
 * @param query what was asked
 * @param rows the groups, ordered by their values
 * @param isDiscounted whether what is to be paid can be less than the cost
 */
public record UsageReport(UsageQuery query, List<UsageRow> rows, boolean isDiscounted) {
    public UsageReport {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a ledger, also while a proxy is writing it. Waits for the disk: not for an event loop.
     *
     * @throws io.bedrockmeter.metering.ledger.LedgerException if it cannot be read
     */
    public static UsageReport read(Path ledger, UsageQuery query) {
        return read(ledger, query, Discounts.NONE);
    }

    /** The same with what is to be paid after discounts. */
    public static UsageReport read(Path ledger, UsageQuery query, Discounts discounts) {
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            return reader.ask(
                    connection -> new UsageReport(query, rows(connection, query, discounts), !discounts.isEmpty()));
        }
    }

    private static List<UsageRow> rows(Connection connection, UsageQuery query, Discounts discounts)
            throws SQLException {
        // All statements see the same moment.
        connection.setAutoCommit(false);
        UsageSql sql = new UsageSql(query);
        List<UsageRow> rows = query.isByType()
                ? select(connection, sql.ofLines(), query, Map.of())
                : select(connection, sql.ofCalls(), query, counts(connection, query));
        if (discounts.isEmpty()) {
            return rows;
        }
        Map<List<String>, BigInteger> net = net(connection, query, discounts);
        return rows.stream()
                .map(row -> row.withNet(net.getOrDefault(row.group(), BigInteger.ZERO)))
                .toList();
    }

    /** What is to be paid in each group: its calls by all that discounts tell apart, each part by its own discount. */
    private static Map<List<String>, BigInteger> net(Connection connection, UsageQuery query, Discounts discounts)
            throws SQLException {
        List<Dimension> dimensions = new ArrayList<>(query.groupBy());
        Stream.of(Dimension.TEAM, Dimension.APP, Dimension.MODEL, Dimension.MODE, Dimension.DAY)
                .filter(dimension -> !dimensions.contains(dimension))
                .forEach(dimensions::add);
        UsageQuery apart = new UsageQuery(query.from(), query.to(), dimensions);
        UsageSql sql = new UsageSql(apart);
        Map<List<String>, BigInteger> parts = new HashMap<>();
        for (UsageRow row : select(connection, apart.isByType() ? sql.ofLines() : sql.ofCalls(), apart, Map.of())) {
            Function<Dimension, String> value = dimension -> row.group().get(dimensions.indexOf(dimension));
            BigInteger payable = discounts.payable(new Discount.Calls(
                    value.apply(Dimension.TEAM),
                    value.apply(Dimension.APP),
                    value.apply(Dimension.MODEL),
                    value.apply(Dimension.MODE),
                    LocalDate.parse(value.apply(Dimension.DAY))));
            parts.merge(
                    row.group().subList(0, query.groupBy().size()),
                    row.costPicos().multiply(payable),
                    BigInteger::add);
        }
        parts.replaceAll((group, sum) -> Discounts.picos(sum));
        return parts;
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
                BigInteger cost = picos(result, next + 4);
                UsageRow row = new UsageRow(
                        group,
                        result.getLong(next),
                        result.getLong(next + 1),
                        result.getLong(next + 2),
                        query.isByType()
                                ? count(group, query, result.getLong(next + 3))
                                : counts.getOrDefault(group, Map.of()),
                        cost,
                        picos(result, next + 6),
                        cost);
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

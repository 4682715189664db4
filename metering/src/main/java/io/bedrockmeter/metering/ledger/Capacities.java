package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.pricing.Commitment;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What a ledger knows of capacity that is paid by time. Questions to a ledger's file; they wait for the disk. */
public final class Capacities {
    private static final Set<UsageUnit> OUTPUT = EnumSet.of(UsageUnit.OUTPUT, UsageUnit.SPEECH_OUTPUT);
    private static final Set<UsageUnit> INPUT = Arrays.stream(UsageUnit.values())
            .filter(unit -> unit.isToken() && !OUTPUT.contains(unit))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(UsageUnit.class)));

    /**
     * What calls used that ended within a time, by window and application. They cannot have begun long before, and ids tell when that
     * was. A correction of a call has an id of its own, which is later.
     */
    private static final String CALLS = " FROM intents i JOIN entries e ON e.attempt_id = i.attempt_id"
            + " JOIN call_kinds c ON c.kind = i.kind JOIN ending_kinds d ON d.kind = e.kind"
            + " WHERE i.kind IN (SELECT kind FROM call_kinds WHERE model_requested = ?) AND i.attempt_id >= ?"
            + " AND e.ended_at_millis >= ? AND e.ended_at_millis < ? AND e.calls <> 0 AND d.state <> 'NOT_BILLED'";

    private static final String USES = "SELECT (e.ended_at_millis - ?) / ?, c.team, c.app, sum(e.calls), sum("
            + tokens(INPUT) + "), sum(" + tokens(OUTPUT) + ")" + CALLS + " GROUP BY 1, 2, 3 HAVING sum(e.calls) > 0"
            + " ORDER BY 1, 2, 3";

    private static final long PART_PICOS = 1_000_000_000L;
    private static final int PAGE = 1_000;

    /** As long as a configuration can let one take. */
    private static final Duration LONGEST_CALL = Duration.ofHours(24);

    private static final String COST = "SELECT (SELECT count(*) FROM capacity_windows WHERE arn = ?"
            + " AND started_at_millis >= ? AND started_at_millis < ?), sum(e.cost_picousd / " + PART_PICOS
            + "), sum(e.cost_picousd % " + PART_PICOS + "), sum(CASE c.key_id WHEN '" + CapacityWindow.IDLE_KEY
            + "' THEN e.cost_picousd / " + PART_PICOS + " END), sum(CASE c.key_id WHEN '" + CapacityWindow.IDLE_KEY
            + "' THEN e.cost_picousd % " + PART_PICOS + " END) FROM intents i"
            + " JOIN entries e ON e.attempt_id = i.attempt_id JOIN call_kinds c ON c.kind = i.kind"
            + " WHERE i.kind IN (SELECT kind FROM call_kinds WHERE model_requested = ?) AND e.calls = 0"
            + " AND i.attempt_id >= ? AND i.started_at_millis >= ? AND i.started_at_millis < ?";

    private static final String STANDING = StandingRows.SELECT + StandingRows.FROM
            + " AND e.calls = 1 AND d.state <> 'NOT_BILLED' AND c.model_requested = ? AND e.ended_at_millis >= ?"
            + " AND e.ended_at_millis < ? AND i.attempt_id > ? ORDER BY i.attempt_id LIMIT ?";

    private static final String OF_KIND = "model_requested LIKE ? AND operation NOT IN ('" + CapacityWindow.PROVISIONED
            + "', '" + CapacityWindow.IMPORTED + "')";

    private Capacities() {}

    /** Provisioned throughput and the last of its windows that is recorded. */
    public record Counted(Holding holding, Optional<Instant> lastWindow) {}

    /** All provisioned throughput that was ever seen, by name. */
    public static List<Counted> holdings(LedgerReader ledger) {
        return ledger.ask(connection -> {
            List<Counted> holdings = new ArrayList<>();
            try (PreparedStatement query = connection.prepareStatement(
                            "SELECT h.*, (SELECT max(started_at_millis)"
                                    + " FROM capacity_windows w WHERE w.arn = h.arn) AS last_window FROM holdings h ORDER BY h.arn");
                    ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    holdings.add(new Counted(holding(row), instant(row, "last_window")));
                }
            }
            return holdings;
        });
    }

    /** When the last window of a capacity began that is recorded. */
    public static Optional<Instant> lastWindow(LedgerReader ledger, String arn) {
        return ledger.ask(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT max(started_at_millis) AS last_window FROM capacity_windows WHERE arn = ?")) {
                query.setString(1, arn);
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? instant(row, "last_window") : Optional.empty();
                }
            }
        });
    }

    /**
     * What was used of a capacity, by the beginning of windows that follow on one another; a window that nobody used is not in it.
     *
     * @param from when the first begins
     * @param to when the last ends
     * @param length how long each is
     * @param longestCall how long before its end a call can have begun
     */
    public static Map<Instant, List<CapacityUse>> uses(
            LedgerReader ledger, String arn, Instant from, Instant to, Duration length, Duration longestCall) {
        return ledger.ask(connection -> {
            Map<Instant, List<CapacityUse>> uses = new TreeMap<>();
            try (PreparedStatement query = connection.prepareStatement(USES)) {
                query.setLong(1, from.toEpochMilli());
                query.setLong(2, length.toMillis());
                bindCalls(query, 3, arn, from, to, longestCall);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        uses.computeIfAbsent(
                                        from.plus(length.multipliedBy(row.getLong(1))), window -> new ArrayList<>())
                                .add(new CapacityUse(
                                        text(row, 2), text(row, 3), row.getLong(4), row.getLong(5), row.getLong(6)));
                    }
                }
            }
            return uses;
        });
    }

    /** When the first call on a capacity ended, from a time on and before another, that Bedrock served. */
    public static Optional<Instant> firstServed(
            LedgerReader ledger, String arn, Instant from, Instant to, Duration longestCall) {
        return ledger.ask(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT min(e.ended_at_millis) AS first" + CALLS
                    + " AND d.http_status >= 200 AND d.http_status < 300")) {
                bindCalls(query, 1, arn, from, to, longestCall);
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? instant(row, "first") : Optional.empty();
                }
            }
        });
    }

    /** What a capacity was charged for the windows that began within a time. */
    public static CapacityCost cost(LedgerReader ledger, String arn, Instant from, Instant to) {
        return ledger.ask(connection -> {
            try (PreparedStatement query = connection.prepareStatement(COST)) {
                query.setString(1, arn);
                query.setLong(2, from.toEpochMilli());
                query.setLong(3, to.toEpochMilli());
                query.setString(4, arn);
                query.setString(5, EntryIds.prefix(from));
                query.setLong(6, from.toEpochMilli());
                query.setLong(7, to.toEpochMilli());
                try (ResultSet row = query.executeQuery()) {
                    return new CapacityCost(row.getLong(1), picos(row, 2), picos(row, 4));
                }
            }
        });
    }

    /** Shows each call on a capacity that ended within a time and was billed, as it stands. */
    public static void forEachCall(
            LedgerReader ledger, String arn, Instant from, Instant to, Consumer<LedgerEntry> shown) {
        Instant begun = from.minus(LONGEST_CALL);
        String after = EntryIds.prefix(begun.isBefore(Instant.EPOCH) ? Instant.EPOCH : begun);
        List<StandingEntry> page;
        do {
            page = page(ledger, arn, from, to, after);
            page.forEach(call -> shown.accept(call.entry()));
            after = page.isEmpty() ? after : page.getLast().entry().intent().attemptId();
        } while (page.size() == PAGE);
    }

    private static List<StandingEntry> page(LedgerReader ledger, String arn, Instant from, Instant to, String after) {
        return ledger.ask(connection -> {
            try (PreparedStatement query = connection.prepareStatement(STANDING)) {
                query.setString(1, arn);
                query.setLong(2, from.toEpochMilli());
                query.setLong(3, to.toEpochMilli());
                query.setString(4, after);
                query.setInt(5, PAGE);
                return StandingRows.read(query);
            }
        });
    }

    /** Summed in two parts, because SQLite adds in 64 bits, which end at 9.2 million USD. */
    private static BigInteger picos(ResultSet row, int column) throws SQLException {
        return BigInteger.valueOf(row.getLong(column))
                .multiply(BigInteger.valueOf(PART_PICOS))
                .add(BigInteger.valueOf(row.getLong(column + 1)));
    }

    /**
     * The capacities that calls ever named. Reads no calls, so it is quick.
     *
     * @param kind how the resource begins in their ARNs, such as {@code provisioned-model/}
     */
    public static Set<String> named(LedgerReader ledger, String kind) {
        return ledger.ask(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT DISTINCT model_requested FROM call_kinds WHERE " + OF_KIND)) {
                query.setString(1, "arn:%:" + kind + "%");
                return names(query);
            }
        });
    }

    /** Those of them that calls named which began since a time. */
    public static Set<String> named(LedgerReader ledger, String kind, Instant since) {
        return ledger.ask(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT DISTINCT c.model_requested FROM intents i JOIN call_kinds c ON c.kind = i.kind"
                            + " WHERE i.kind IN (SELECT kind FROM call_kinds WHERE " + OF_KIND
                            + ") AND i.attempt_id >= ?")) {
                query.setString(1, "arn:%:" + kind + "%");
                query.setString(2, EntryIds.prefix(since));
                return names(query);
            }
        });
    }

    private static Set<String> names(PreparedStatement query) throws SQLException {
        Set<String> arns = new TreeSet<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                arns.add(text(row, 1));
            }
        }
        return arns;
    }

    private static void bindCalls(
            PreparedStatement query, int first, String arn, Instant from, Instant to, Duration longestCall)
            throws SQLException {
        query.setString(first, arn);
        Instant earliest = from.minus(longestCall);
        query.setString(first + 1, EntryIds.prefix(earliest.isBefore(Instant.EPOCH) ? Instant.EPOCH : earliest));
        query.setLong(first + 2, from.toEpochMilli());
        query.setLong(first + 3, to.toEpochMilli());
    }

    private static Holding holding(ResultSet row) throws SQLException {
        return new Holding(
                text(row, "arn"),
                new Holding.Terms(
                        text(row, "model"),
                        row.getBoolean("fine_tuned"),
                        row.getInt("units"),
                        Commitment.of(text(row, "commitment")),
                        text(row, "region"),
                        instant(row, "expires_at_millis").orElse(null)),
                Instant.ofEpochMilli(row.getLong("counted_from_millis")),
                Instant.ofEpochMilli(row.getLong("first_seen_millis")),
                Instant.ofEpochMilli(row.getLong("last_seen_millis")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNull(row.getString(column));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getString(column), column);
    }

    private static String tokens(Set<UsageUnit> units) {
        String labels = units.stream().map(unit -> "'" + unit.label() + "'").collect(Collectors.joining(", "));
        return "(SELECT coalesce(sum(json_extract(value, '$[1]')), 0) FROM json_each(e.units)"
                + " WHERE json_extract(value, '$[0]') IN (" + labels + "))";
    }
}

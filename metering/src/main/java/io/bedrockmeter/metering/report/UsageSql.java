package io.bedrockmeter.metering.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A query in SQL. It reads the tables behind the public views: time is a number there, which is quicker to compare.
 *
 * <p>Money is summed in two parts, whole nanodollars of 10⁹ picodollars and the rest, because a sum of picodollars leaves 64
 * bits at 9.2 million USD. Either part has room for a thousand million calls.
 */
final class UsageSql {
    static final long PART_PICOS = 1_000_000_000L;

    /**
     * Calls that know how many attempts of the same invocation came after them. What an SDK calls an invocation is its own
     * word, so attempts only belong together where all else that was asked is the same. The two entries of a correction
     * stand where the call stands that they correct, and are no attempts.
     */
    private static final String INTENTS_OF_INVOCATIONS = "(SELECT i.*, sum(e.corrects IS NULL) OVER (PARTITION BY"
            + " c.team, c.app, c.key_id, c.operation, c.model_requested, c.region, c.mode_requested,"
            + " coalesce(i.sdk_invocation_id, e.corrects, i.attempt_id) ORDER BY coalesce(e.corrects, i.attempt_id)"
            + " GROUPS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS attempts_after FROM intents i"
            + " JOIN call_kinds c ON c.kind = i.kind LEFT JOIN entries e ON e.attempt_id = i.attempt_id)";

    /** One for a call, one less for an entry that takes another back. */
    private static final String CALLS = "coalesce(e.calls, 1)";

    /**
     * The same, where shares of capacity count as well, which are no calls: one that takes another back counts less than nothing of
     * its only unit.
     */
    private static final String RECORDS = "CASE WHEN e.calls = 0"
            + " THEN CASE WHEN json_extract(e.units, '$[0][1]') < 0 THEN -1 ELSE 1 END ELSE coalesce(e.calls, 1) END";

    private static final String JOINS = " i LEFT JOIN entries e ON e.attempt_id = i.attempt_id"
            + " JOIN call_kinds c ON c.kind = coalesce(e.billed_as, i.kind) LEFT JOIN ending_kinds d ON d.kind = e.kind";
    private static final String LINES = " LEFT JOIN json_each(e.units) AS line";

    private static final String ESTIMATED =
            "(d.state IN ('ESTIMATED', 'UNKNOWN_AFTER_CRASH') OR d.cost_status = 'estimated')";
    private static final String UNPRICED =
            "d.cost_status IN ('unpriced_model', 'unpriced_unit', 'usage_missing', 'inconsistent')";

    private final UsageQuery query;

    UsageSql(UsageQuery query) {
        this.query = query;
    }

    /** Groups of calls. */
    String ofCalls() {
        List<String> columns = dimensions();
        columns.add("sum(" + CALLS + ")");
        columns.add("sum(e.attempt_id IS NULL)");
        columns.add("sum((" + UNPRICED + ") * " + RECORDS + ")");
        columns.add("0");
        addMoney(columns, "e.cost_picousd");
        return "SELECT " + String.join(", ", columns) + calls() + where(bounds()) + order();
    }

    /** Groups of the lines of calls; TYPE is one of the dimensions. */
    String ofLines() {
        List<String> columns = dimensions();
        columns.add("sum(" + CALLS + ")");
        columns.add("0");
        columns.add("sum((line.value IS NOT NULL AND json_extract(line.value, '$[2]') IS NULL AND " + UNPRICED + ") * "
                + RECORDS + ")");
        columns.add("sum(coalesce(json_extract(line.value, '$[1]'), 0))");
        addMoney(columns, "coalesce(json_extract(line.value, '$[3]'), e.cost_picousd)");
        List<String> conditions = bounds();
        conditions.add("(line.value IS NOT NULL OR e.cost_picousd <> 0)");
        return "SELECT " + String.join(", ", columns) + calls() + LINES + where(conditions) + order();
    }

    private String calls() {
        return " FROM " + (query.groupBy().contains(Dimension.ATTEMPT) ? INTENTS_OF_INVOCATIONS : "intents") + JOINS;
    }

    private List<String> dimensions() {
        return query.groupBy().stream().map(Dimension::sql).collect(Collectors.toCollection(ArrayList::new));
    }

    private static void addMoney(List<String> columns, String cost) {
        columns.add("sum(" + cost + " / " + PART_PICOS + ")");
        columns.add("sum(" + cost + " % " + PART_PICOS + ")");
        columns.add("sum(CASE WHEN " + ESTIMATED + " THEN " + cost + " / " + PART_PICOS + " END)");
        columns.add("sum(CASE WHEN " + ESTIMATED + " THEN " + cost + " % " + PART_PICOS + " END)");
    }

    private List<String> bounds() {
        List<String> conditions = new ArrayList<>();
        if (query.from() != null) {
            conditions.add("i.started_at_millis >= " + query.from().toEpochMilli());
        }
        if (query.to() != null) {
            conditions.add("i.started_at_millis < " + query.to().toEpochMilli());
        }
        return conditions;
    }

    private static String where(List<String> conditions) {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private String order() {
        StringBuilder columns = new StringBuilder();
        for (int column = 1; column <= query.groupBy().size(); column++) {
            columns.append(column == 1 ? "" : ", ").append(column);
        }
        return columns.isEmpty() ? "" : " GROUP BY " + columns + " ORDER BY " + columns;
    }
}

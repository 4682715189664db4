package io.bedrockmeter.metering.report;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a report can be grouped by. Days, hours and months are those in which calls started, in UTC. */
public enum Dimension {
    TEAM("team", "c.team"),
    APP("app", "c.app"),
    KEY("key", "c.key_id"),
    MODEL("model", "c.model"),
    REGION("region", "c.region"),
    ROUTING("routing", "c.routing"),
    OPERATION("operation", "c.operation"),
    MODE("mode", "coalesce(d.mode, c.mode_requested)"),
    STATE("state", "coalesce(d.state, 'OPEN')"),
    REASON("reason", "coalesce(d.reason, '')"),
    COST_STATUS("cost_status", "coalesce(d.cost_status, '')"),
    /**
     * {@code retried} for an attempt after which the SDK tried the same call again, {@code last} for all others: what is
     * charged to {@code retried} is what retries cost.
     */
    ATTEMPT("attempt", "CASE WHEN i.attempts_after > 0 THEN 'retried' ELSE 'last' END"),
    HOUR("hour", "strftime('%Y-%m-%dT%H:00Z', i.started_at_millis / 1000, 'unixepoch')"),
    DAY("day", "strftime('%Y-%m-%d', i.started_at_millis / 1000, 'unixepoch')"),
    MONTH("month", "strftime('%Y-%m', i.started_at_millis / 1000, 'unixepoch')"),
    /** The usage unit; {@code unattributed} for a cost that no unit explains. */
    TYPE("type", "coalesce(json_extract(line.value, '$[0]'), 'unattributed')");

    private final String label;
    private final String sql;

    Dimension(String label, String sql) {
        this.label = label;
        this.sql = sql;
    }

    /** The name on the command line and at the head of a column. */
    public String label() {
        return label;
    }

    /** Its value as an expression over the ledger's tables. */
    String sql() {
        return sql;
    }

    /**
     * The dimension of a label.
     *
     * @throws IllegalArgumentException if none has it; the message names those there are
     */
    public static Dimension of(String label) {
        for (Dimension dimension : values()) {
            if (dimension.label.equals(label)) {
                return dimension;
            }
        }
        throw new IllegalArgumentException("usage cannot be grouped by '" + label + "'; it can be by "
                + Arrays.stream(values()).map(Dimension::label).collect(Collectors.joining(", ")));
    }
}

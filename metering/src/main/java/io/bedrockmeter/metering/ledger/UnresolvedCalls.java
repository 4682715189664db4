package io.bedrockmeter.metering.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Calls whose record waits for somebody to say which model their identifier stands for: those for which {@link
 * LedgerEntry#isUnresolved} is true, and which were not corrected since. Questions to a ledger's file; they wait for the disk.
 */
public final class UnresolvedCalls {
    private static final String FROM = StandingRows.FROM
            + " AND e.calls = 1 AND c.model = c.model_requested AND e.billed_as IS NULL"
            + " AND (d.cost_status IN ('unpriced_model', 'unpriced_unit', 'usage_missing', 'inconsistent', 'prepaid')"
            + " OR d.state = 'UNKNOWN_AFTER_CRASH')";

    private static final String STANDING = StandingRows.SELECT + FROM
            + " AND c.model_requested = ? AND i.attempt_id >= ? ORDER BY i.attempt_id LIMIT ?";

    private UnresolvedCalls() {}

    /**
     * The identifiers of all such calls, each with the attempt id of its first. Reads the whole ledger, unless there is no
     * such identifier.
     */
    public static Map<String, String> firstByIdentifier(LedgerReader ledger) {
        return ledger.ask(UnresolvedCalls::firstByIdentifier);
    }

    /**
     * The calls of one identifier, oldest first.
     *
     * @param from attempt id of the first
     * @param max how many at most
     */
    public static List<StandingEntry> of(LedgerReader ledger, String identifier, String from, int max) {
        return ledger.ask(connection -> {
            try (PreparedStatement query = connection.prepareStatement(STANDING)) {
                query.setString(1, identifier);
                query.setString(2, from);
                query.setInt(3, max);
                return StandingRows.read(query);
            }
        });
    }

    /**
     * Identifiers that name no model and whose model was known in some earlier call, the latest first. Not those of routers, whose
     * answers tell.
     */
    public static List<String> identifiersResolvedBefore(LedgerReader ledger, int max) {
        return ledger.ask(connection -> {
            List<String> identifiers = new ArrayList<>();
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT model_requested FROM call_kinds"
                            + " WHERE model <> model_requested AND model_requested LIKE 'arn:%'"
                            + " AND model_requested NOT LIKE '%prompt-router/%' GROUP BY model_requested ORDER BY max(kind) DESC LIMIT ?")) {
                query.setInt(1, max);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        identifiers.add(row.getString(1));
                    }
                }
            }
            return identifiers;
        });
    }

    private static Map<String, String> firstByIdentifier(Connection connection) throws SQLException {
        Map<String, String> first = new TreeMap<>();
        String opaque = "model = model_requested AND model LIKE 'arn:%'";
        if (Sql.number(connection, "SELECT count(*) FROM call_kinds WHERE " + opaque) == 0) {
            return first;
        }
        try (PreparedStatement query = connection.prepareStatement("SELECT c.model, min(i.attempt_id)" + FROM
                        + " AND i.kind IN (SELECT kind FROM call_kinds WHERE " + opaque + ") GROUP BY c.model");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                first.put(row.getString(1), row.getString(2));
            }
        }
        return first;
    }
}

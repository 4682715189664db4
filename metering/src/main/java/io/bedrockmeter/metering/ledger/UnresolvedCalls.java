package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Calls whose record waits for somebody to say which model their identifier stands for: those for which {@link
 * LedgerEntry#isUnresolved} is true, and which were not corrected since. Questions to a ledger's file; they wait for the disk.
 */
public final class UnresolvedCalls {
    private static final String FROM = " FROM intents i JOIN entries e ON e.attempt_id = i.attempt_id"
            + " JOIN call_kinds c ON c.kind = coalesce(e.billed_as, i.kind) JOIN ending_kinds d ON d.kind = e.kind"
            + " WHERE c.model = c.model_requested AND e.calls = 1"
            + " AND (d.cost_status IN ('unpriced_model', 'unpriced_unit', 'usage_missing', 'inconsistent', 'prepaid')"
            + " OR d.state = 'UNKNOWN_AFTER_CRASH')"
            + " AND NOT EXISTS (SELECT 1 FROM corrections x WHERE x.corrected = e.attempt_id)";

    private static final String STANDING =
            "SELECT i.*, c.*, e.ended_at_millis, e.cost_picousd, e.upper_bound_picousd, e.upstream_request_id, e.bytes_out,"
                    + " e.units, e.attributes, coalesce(e.corrects, e.attempt_id) AS call_id, d.mode, d.state, d.reason,"
                    + " d.cost_status, d.price_book AS charge_price_book, d.http_status"
                    + FROM + " AND c.model_requested = ? AND i.attempt_id >= ? ORDER BY i.attempt_id LIMIT ?";

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
            List<StandingEntry> calls = new ArrayList<>();
            try (PreparedStatement query = connection.prepareStatement(STANDING)) {
                query.setString(1, identifier);
                query.setString(2, from);
                query.setInt(3, max);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        calls.add(new StandingEntry(row.getString("call_id"), entry(row)));
                    }
                }
            }
            return calls;
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

    private static LedgerEntry entry(ResultSet row) throws SQLException {

        Charge charge = new Charge(
                PricingMode.of(row.getString("mode")),
                CostStatus.of(row.getString("cost_status")),
                Money.ofPicos(row.getLong("cost_picousd")),
                EntryJson.lines(row.getString("units")),
                row.getString("charge_price_book"));
        return new LedgerEntry(
                Recovery.intent(row),
                Instant.ofEpochMilli(row.getLong("ended_at_millis")),
                EntryState.valueOf(row.getString("state")),
                row.getString("reason"),
                charge,
                Money.ofPicos(row.getLong("upper_bound_picousd")),
                row.getString("upstream_request_id"),
                row.getInt("http_status"),
                row.getLong("bytes_out"),
                EntryJson.attributes(row.getString("attributes")),
                null);
    }
}

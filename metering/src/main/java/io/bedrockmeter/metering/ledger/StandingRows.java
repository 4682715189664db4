package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the entries that stand, because no correction took them back, are asked for and read. Stateless. */
final class StandingRows {
    /**
     * Every entry that stands; ends in a condition, so that more can follow. A share of capacity is no call, nor is what takes one
     * back; they are told apart by what they count, which is always something.
     */
    static final String FROM = " FROM intents i JOIN entries e ON e.attempt_id = i.attempt_id"
            + " JOIN call_kinds c ON c.kind = i.kind JOIN ending_kinds d ON d.kind = e.kind"
            + " LEFT JOIN call_kinds b ON b.kind = e.billed_as"
            + " WHERE (e.calls = 1 OR (e.calls = 0 AND json_extract(e.units, '$[0][1]') > 0))"
            + " AND NOT EXISTS (SELECT 1 FROM corrections x WHERE x.corrected = e.attempt_id)";

    /** The columns that {@link #read} needs; {@link #FROM} comes after. */
    static final String SELECT =
            "SELECT i.*, c.*, e.ended_at_millis, e.cost_picousd, e.upper_bound_picousd, e.upstream_request_id, e.bytes_out,"
                    + " e.units, e.attributes, coalesce(e.corrects, e.attempt_id) AS call_id, d.mode, d.state, d.reason,"
                    + " d.cost_status, d.price_book AS charge_price_book, d.http_status,"
                    + " b.model AS ran_model, b.routing AS ran_routing";

    private StandingRows() {}

    /** The entries that a query returns. */
    static List<StandingEntry> read(PreparedStatement query) throws SQLException {
        List<StandingEntry> entries = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                entries.add(new StandingEntry(row.getString("call_id"), entry(row)));
            }
        }
        return entries;
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
                ran(row.getString("ran_model"), row.getString("ran_routing")));
    }

    private static @Nullable ResolvedModel ran(@Nullable String model, @Nullable String routing) {
        return model == null || routing == null ? null : new ResolvedModel(model, Routing.of(routing));
    }
}

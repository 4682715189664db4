package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** What an entry has in common with many others. Immutable. */
record EndingKind(
        PricingMode mode, EntryState state, String reason, CostStatus costStatus, String priceBook, int httpStatus) {
    static final String COLUMNS = "mode,state,reason,cost_status,price_book,http_status";

    static EndingKind of(LedgerEntry entry) {
        return new EndingKind(
                entry.charge().mode(),
                entry.state(),
                entry.reason(),
                entry.charge().status(),
                entry.charge().priceBook(),
                entry.httpStatus());
    }

    /** Sets the {@link #COLUMNS}. */
    void bind(PreparedStatement row) throws SQLException {
        row.setString(1, mode.label());
        row.setString(2, state.name());
        row.setString(3, reason);
        row.setString(4, costStatus.label());
        row.setString(5, priceBook);
        row.setInt(6, httpStatus);
    }
}

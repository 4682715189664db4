package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.pricing.ResolvedModel;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** What an intent has in common with many others. Immutable. */
record CallKind(
        AccountId account,
        String operation,
        String modelRequested,
        String model,
        String region,
        String routing,
        String modeRequested,
        String priceBook) {
    static final String COLUMNS =
            "team,app,key_id,operation,model_requested,model,region,routing,mode_requested,price_book";

    static CallKind of(LedgerIntent intent) {
        return new CallKind(
                intent.account(),
                intent.operation(),
                intent.modelRequested(),
                intent.model(),
                intent.region(),
                intent.routing(),
                intent.modeRequested(),
                intent.priceBook());
    }

    /** The same kind on another model. */
    CallKind as(ResolvedModel other) {
        return new CallKind(
                account,
                operation,
                modelRequested,
                other.id(),
                region,
                other.routing().label(),
                modeRequested,
                priceBook);
    }

    /** Sets the {@link #COLUMNS}. */
    void bind(PreparedStatement row) throws SQLException {
        row.setString(1, account.team());
        row.setString(2, account.app());
        row.setString(3, account.keyId());
        row.setString(4, operation);
        row.setString(5, modelRequested);
        row.setString(6, model);
        row.setString(7, region);
        row.setString(8, routing);
        row.setString(9, modeRequested);
        row.setString(10, priceBook);
    }
}

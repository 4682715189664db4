package io.bedrockmeter.metering.report;

import io.bedrockmeter.metering.budget.Amounts;
import io.bedrockmeter.metering.budget.BudgetPeriod.Span;
import io.bedrockmeter.metering.budget.Recollection;
import io.bedrockmeter.metering.budget.Recollection.OfPeriod;
import io.bedrockmeter.metering.budget.Recollection.Spent;
import io.bedrockmeter.metering.budget.Spender;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a ledger has of the periods of budgets, all of it as of one moment. It waits for the disk, so it is not for an event loop; a
 * month of a million calls takes some seconds.
 */
public final class SpendHistory {
    private static final String SPENT = "SELECT c.team, c.app, c.key_id, c.model, coalesce(d.mode, c.mode_requested),"
            + " sum(e.cost_picousd / " + UsageSql.PART_PICOS + "), sum(e.cost_picousd % " + UsageSql.PART_PICOS
            + "), $TOKENS"
            + " FROM intents i JOIN entries e ON e.attempt_id = i.attempt_id"
            + " JOIN call_kinds c ON c.kind = coalesce(e.billed_as, i.kind) LEFT JOIN ending_kinds d ON d.kind = e.kind"
            + " WHERE i.started_at_millis >= ? AND i.started_at_millis < ? GROUP BY 1, 2, 3, 4, 5";

    private static final String TOKENS =
            "sum((SELECT sum(json_extract(line.value, '$[1]')) FROM json_each(e.units) AS line"
                    + " WHERE json_extract(line.value, '$[0]') IN ("
                    + Arrays.stream(UsageUnit.values())
                            .filter(UsageUnit::isToken)
                            .map(unit -> "'" + unit.label() + "'")
                            .collect(Collectors.joining(", "))
                    + ")))";

    private static final String HAS = "SELECT 1 FROM entries WHERE attempt_id = ?";

    private final Connection connection;
    private final UnaryOperator<String> labelOfKey;
    private final boolean withTokens;

    private SpendHistory(Connection connection, UnaryOperator<String> labelOfKey, boolean withTokens) {
        this.connection = connection;
        this.labelOfKey = labelOfKey;
        this.withTokens = withTokens;
    }

    /**
     * Tells budgets that are about to come into force what was spent of them.
     *
     * @param connection to the ledger
     * @param periods those that they ask for
     * @param labelOfKey what the owner of a key calls it, by its id
     * @param withTokens whether any of them counts tokens, which takes much longer to sum up
     */
    public static void tell(
            Connection connection,
            Recollection budgets,
            Collection<Span> periods,
            UnaryOperator<String> labelOfKey,
            boolean withTokens)
            throws SQLException {
        SpendHistory history = new SpendHistory(connection, labelOfKey, withTokens);
        try (Statement statement = connection.createStatement();
                PreparedStatement has = connection.prepareStatement(HAS)) {
            // Whatever is written meanwhile is in none of the answers, or in all.
            statement.execute("BEGIN");
            try {
                List<OfPeriod> told = new ArrayList<>();
                for (Span period : periods) {
                    told.add(new OfPeriod(period, history.spent(period)));
                }
                budgets.finish(told, id -> has(has, id));
            } finally {
                statement.execute("ROLLBACK");
            }
        }
    }

    private static boolean has(PreparedStatement query, String attemptId) {
        try {
            query.setString(1, attemptId);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        } catch (SQLException e) {
            throw new LedgerException("the ledger cannot be read: " + e.getMessage(), e);
        }
    }

    private List<Spent> spent(Span period) throws SQLException {
        List<Spent> spent = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement(SPENT.replace("$TOKENS", withTokens ? TOKENS : "0"))) {
            query.setLong(1, period.startMillis());
            query.setLong(2, period.endMillis());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    spent.add(row(rows, period));
                }
            }
        }
        return spent;
    }

    private Spent row(ResultSet rows, Span period) throws SQLException {
        String keyId = rows.getString(3);
        Spender spender = new Spender(
                rows.getString(1),
                rows.getString(2),
                keyId,
                labelOfKey.apply(keyId),
                rows.getString(4),
                rows.getString(5));
        // Beyond what a budget can have, more is all the same.
        long picos = BigInteger.valueOf(rows.getLong(6))
                .multiply(BigInteger.valueOf(UsageSql.PART_PICOS))
                .add(BigInteger.valueOf(rows.getLong(7)))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
        return new Spent(spender, period.startMillis(), new Amounts(picos, rows.getLong(8)));
    }
}

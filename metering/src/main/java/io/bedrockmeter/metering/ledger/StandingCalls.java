package io.bedrockmeter.metering.ledger;

import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.List;

/** Calls as they stand in a ledger, each with its own entry or the last replacement of it. Waits for the disk. */
public final class StandingCalls {
    private static final String STARTED_BETWEEN = StandingRows.SELECT + StandingRows.FROM
            + " AND i.started_at_millis >= ? AND i.started_at_millis < ? AND i.attempt_id > ? AND i.attempt_id < ?"
            + " ORDER BY i.attempt_id LIMIT ?";

    private StandingCalls() {}

    /**
     * Calls that started within a time, in the order of the attempt ids of the entries that stand, page by page.
     *
     * @param from the first moment
     * @param to the moment after the last
     * @param after attempt id of the last entry of the page before; empty for the first page
     * @param before an attempt id, or the beginning of one, made when the first page was asked for: entries written since are not
     *     among them
     * @param max how many at most
     */
    public static List<StandingEntry> startedBetween(
            LedgerReader ledger, Instant from, Instant to, String after, String before, int max) {
        return ledger.ask(connection -> {
            try (PreparedStatement query = connection.prepareStatement(STARTED_BETWEEN)) {
                query.setLong(1, from.toEpochMilli());
                query.setLong(2, to.toEpochMilli());
                query.setString(3, after);
                query.setString(4, before);
                query.setInt(5, max);
                return StandingRows.read(query);
            }
        });
    }
}

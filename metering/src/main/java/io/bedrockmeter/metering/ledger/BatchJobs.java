package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.UsageGap;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The batch jobs that a ledger knows. Questions to a ledger's file; they wait for the disk. */
public final class BatchJobs {
    private static final String OPEN = "SELECT i.*, c.*, b.arn, b.state, b.reserved_picousd AS job_reserved_picousd"
            + " FROM usage_batch_jobs b JOIN intents i ON i.attempt_id = b.created_by"
            + " JOIN call_kinds c ON c.kind = i.kind WHERE NOT b.settled ORDER BY i.attempt_id";

    /** Answered with a refusal, or known to be about the job of another call, is not lost. */
    private static final String LOST = "SELECT i.*, c.*, a.token, e.ended_at_millis"
            + " FROM async_jobs a JOIN intents i ON i.attempt_id = a.attempt_id"
            + " JOIN call_kinds c ON c.kind = i.kind JOIN entries e ON e.attempt_id = a.attempt_id"
            + " JOIN ending_kinds d ON d.kind = e.kind WHERE a.arn IS NULL AND a.token IS NOT NULL"
            + " AND c.operation = '" + BatchJob.CREATED_BY + "' AND a.begun_at_millis >= ?"
            + " AND d.reason <> '" + UsageGap.JOB_BEGUN_BEFORE.label() + "'"
            + " AND (d.http_status NOT BETWEEN 400 AND 499 OR d.http_status = 408) ORDER BY a.attempt_id";

    private BatchJobs() {}

    /**
     * The calls that may have created a job and were not told which, because their answer was lost or their process died; oldest
     * first.
     *
     * @param since only calls that began then or later
     */
    public static List<LostCreation> lost(LedgerReader ledger, Instant since) {
        return ledger.ask(connection -> {
            List<LostCreation> lost = new ArrayList<>();
            try (PreparedStatement query = connection.prepareStatement(LOST)) {
                query.setLong(1, since.toEpochMilli());
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        lost.add(new LostCreation(
                                Recovery.intent(row),
                                Objects.requireNonNull(row.getString("token")),
                                Instant.ofEpochMilli(row.getLong("ended_at_millis"))));
                    }
                }
            }
            return lost;
        });
    }

    /** The jobs that are not settled, oldest first: all that has to be known to go on following them. */
    public static List<BatchJob> open(LedgerReader ledger) {
        return ledger.ask(connection -> {
            List<BatchJob> jobs = new ArrayList<>();
            try (PreparedStatement query = connection.prepareStatement(OPEN);
                    ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    jobs.add(new BatchJob(
                            Objects.requireNonNull(row.getString("arn")),
                            Recovery.intent(row),
                            Objects.requireNonNull(row.getString("state")),
                            Money.ofPicos(row.getLong("job_reserved_picousd"))));
                }
            }
            return jobs;
        });
    }

    /** How many jobs are in each state, in the words of Amazon Bedrock; settled ones included. */
    public static Map<String, Long> countByState(LedgerReader ledger) {
        return ledger.ask(connection -> {
            Map<String, Long> counts = new TreeMap<>();
            try (PreparedStatement query =
                            connection.prepareStatement("SELECT state, count(*) FROM usage_batch_jobs GROUP BY state");
                    ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    counts.put(Objects.requireNonNull(row.getString(1)), row.getLong(2));
                }
            }
            return counts;
        });
    }
}

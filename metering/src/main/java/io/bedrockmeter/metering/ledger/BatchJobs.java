package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.money.Money;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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

    private BatchJobs() {}

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

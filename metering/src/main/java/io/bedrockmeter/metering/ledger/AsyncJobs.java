package io.bedrockmeter.metering.ledger;

import io.bedrockmeter.metering.account.Owner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The asynchronous invocations and batch jobs that a ledger knows. Questions to a ledger's file; they wait for the disk. */
public final class AsyncJobs {
    private static final String OWNER = "SELECT team, app, key_id FROM async_jobs WHERE arn = ?";

    private static final String OWNER_OF_BATCH_JOB = "SELECT team, app, key_id FROM async_jobs"
            + " WHERE arn IS NOT NULL AND substr(arn, -12) = ? AND arn GLOB '*:model-invocation-job/*'";

    private AsyncJobs() {}

    /**
     * To whom a job belongs; empty if it was not begun by a call of this ledger.
     *
     * @param job its ARN; of a batch job the last part of that will do
     */
    public static Optional<Owner> ownerOf(LedgerReader ledger, String job) {
        return ledger.ask(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement(job.indexOf(':') < 0 ? OWNER_OF_BATCH_JOB : OWNER)) {
                return ownerOf(query, job);
            }
        });
    }

    /** Those of some invocations that belong to an owner. */
    public static Set<String> ownedBy(LedgerReader ledger, Owner owner, Collection<String> arns) {
        return ledger.ask(connection -> ownedBy(connection, owner, arns));
    }

    private static Set<String> ownedBy(Connection connection, Owner owner, Collection<String> arns)
            throws SQLException {
        Set<String> owned = new HashSet<>();
        try (PreparedStatement query = connection.prepareStatement(OWNER)) {
            for (String arn : arns) {
                if (ownerOf(query, arn).filter(owner::equals).isPresent()) {
                    owned.add(arn);
                }
            }
        }
        return owned;
    }

    private static Optional<Owner> ownerOf(PreparedStatement query, String arn) throws SQLException {
        query.setString(1, arn);
        try (ResultSet row = query.executeQuery()) {
            return row.next()
                    ? Optional.of(new Owner(
                            Objects.requireNonNull(row.getString("team")),
                            Objects.requireNonNull(row.getString("app")),
                            row.getString("key_id")))
                    : Optional.empty();
        }
    }
}

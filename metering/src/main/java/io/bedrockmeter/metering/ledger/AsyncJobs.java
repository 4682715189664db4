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

/** The asynchronous invocations that a ledger knows. Questions to a ledger's file; they wait for the disk. */
public final class AsyncJobs {
    private static final String OWNER = "SELECT team, app, key_id FROM async_jobs WHERE arn = ?";

    private AsyncJobs() {}

    /** To whom an invocation belongs; empty if it was not begun by a call of this ledger. */
    public static Optional<Owner> ownerOf(LedgerReader ledger, String arn) {
        return ledger.ask(connection -> {
            try (PreparedStatement query = connection.prepareStatement(OWNER)) {
                return ownerOf(query, arn);
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

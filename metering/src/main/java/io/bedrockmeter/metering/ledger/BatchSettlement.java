package io.bedrockmeter.metering.ledger;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a batch job came to: all of its entries at once, so that it is charged whole or not at all. Immutable.
 *
 * @param job the job in its last state; its reservation is let go
 * @param at when that was known
 * @param entries what it is charged, each under an id of its own; one that is not billed for a job that did nothing
 */
public record BatchSettlement(BatchJob job, Instant at, List<LedgerEntry> entries) {
    public BatchSettlement {
        entries = List.copyOf(entries);
        Set<String> ids = new HashSet<>();
        for (LedgerEntry entry : entries) {
            LedgerIntent intent = entry.intent();
            if (!intent.account().equals(job.call().account())) {
                throw new IllegalArgumentException("a batch job is charged to whoever created it, "
                        + job.call().account() + "; not to " + intent.account());
            }
            if (!ids.add(intent.attemptId())
                    || intent.attemptId().equals(job.call().attemptId())) {
                throw new IllegalArgumentException("each entry of a batch job has an id of its own; "
                        + intent.attemptId() + " of " + job.arn() + " is used already");
            }
        }
    }
}

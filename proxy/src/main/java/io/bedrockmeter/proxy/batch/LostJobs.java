package io.bedrockmeter.proxy.batch;

import io.bedrockmeter.metering.ledger.AsyncJobs;
import io.bedrockmeter.metering.ledger.BatchJobs;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.ledger.LostCreation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the batch jobs of calls that were not told which they had created, by the client request token that both bear. For one
 * thread, which waits.
 */
final class LostJobs {
    /*
     * Nothing tells a call that created nothing from one whose job is not listed yet, so each is looked for until an hour after its
     * end, and by each process once: what died with one is found by the next, however long that takes to come.
     */
    private static final Logger log = LoggerFactory.getLogger(LostJobs.class);

    private static final Duration LISTED_WITHIN = Duration.ofHours(1);
    private static final Duration LOOKED_BACK = Duration.ofDays(30);

    /** How far the clocks of this machine and of Amazon Bedrock may be apart. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

    private final Ledger ledger;
    private final Set<String> givenUp = new HashSet<>();

    LostJobs(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Looks for them once, and has the ledger know those that are found.
     *
     * @throws BatchSourceException if Amazon Bedrock does not tell
     */
    void find(LedgerReader reader, BatchSource source, Instant now) {
        List<LostCreation> lost = BatchJobs.lost(reader, now.minus(LOOKED_BACK)).stream()
                .filter(call -> !givenUp.contains(call.call().attemptId()))
                .toList();
        if (lost.isEmpty()) {
            return;
        }
        Instant first = lost.getFirst().call().startedAt().minus(CLOCKS_APART);
        for (CreatedJob job : source.createdSince(first)) {
            if (AsyncJobs.ownerOf(reader, job.arn()).isEmpty()) {
                lost.stream().filter(call -> isOf(job, call)).findFirst().ifPresent(call -> record(call, job));
            }
        }
        lost.stream()
                .filter(call -> now.isAfter(call.endedAt().plus(LISTED_WITHIN)))
                .forEach(call -> givenUp.add(call.call().attemptId()));
    }

    private static boolean isOf(CreatedJob job, LostCreation call) {
        return call.token().equals(job.token())
                && !job.submittedAt().isBefore(call.call().startedAt().minus(CLOCKS_APART));
    }

    private void record(LostCreation call, CreatedJob job) {
        Recorded.await(ledger.recordAsyncJob(call.call(), job.arn()));
        log.atInfo()
                .addKeyValue("job", job.arn())
                .addKeyValue("attempt", call.call().attemptId())
                .log("found the batch job of a call whose answer was lost; it is followed from now on");
    }
}

package io.bedrockmeter.proxy.batch;

import io.bedrockmeter.metering.ledger.BatchJob;
import io.bedrockmeter.metering.ledger.BatchJobs;
import io.bedrockmeter.metering.ledger.BatchSettlement;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.proxy.control.Backoff;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the batch jobs of a ledger to their end, and charges each once for what it did. For one thread, which waits; not an event
 * loop.
 *
 * <p>All that it must know is in the ledger. What it holds besides is when to look at which job again, so whoever goes on after a
 * crash at any point looks at once, works out the same entries under the same ids, and is told by the ledger if they are there.
 */
public final class BatchFollower {
    /*
     * A file that cannot be read
     * --------------------------
     * The job stays open and its files are tried again, for days if need be: most often somebody has to allow the proxy's role to
     * read them. After READS_MAX times the job is charged at what is known to bound it, as usage_missing, and loudly. A job
     * that Bedrock does not tell of is asked about for ever, because nothing says that it is over.
     */
    private static final Logger log = LoggerFactory.getLogger(BatchFollower.class);

    /** With waits from a minute to an hour between them: some two days. */
    static final int READS_MAX = 50;

    private final Surroundings surroundings;
    private final Map<String, Progress> progress = new HashMap<>();

    /** A follower; does nothing until it is asked for a round. */
    public BatchFollower(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * What a follower works with.
     *
     * @param source where jobs and their files are
     * @param ledger where jobs are recorded
     * @param file its file, from which open jobs are read
     * @param prices the price book in force
     * @param charged told of each entry once it is durable, on the ledger's thread
     * @param clock tells when a job's turn has come
     * @param random for the length of pauses
     */
    public record Surroundings(
            BatchSource source,
            Ledger ledger,
            Path file,
            Supplier<PriceBook> prices,
            Consumer<LedgerEntry> charged,
            InstantSource clock,
            RandomGenerator random) {}

    /** When a job is looked at again, and how often its files could not be read. */
    private static final class Progress {
        private final Backoff backoff;
        private Instant due = Instant.MIN;
        private int unread;
        private boolean isEstimated;

        Progress(RandomGenerator random) {
            this.backoff = new Backoff(random);
        }
    }

    /**
     * Looks once at each open job whose turn has come.
     *
     * @return how many jobs are open after it
     * @throws LedgerException if the ledger cannot be read
     */
    public int round() {
        List<BatchJob> open;
        try (LedgerReader reader = LedgerReader.open(surroundings.file())) {
            open = BatchJobs.open(reader);
        }
        Set<String> known = new HashSet<>();
        int left = 0;
        for (BatchJob job : open) {
            known.add(job.arn());
            left += isSettled(job) ? 0 : 1;
        }
        progress.keySet().retainAll(known);
        return left;
    }

    private boolean isSettled(BatchJob job) {
        Progress at = progress.computeIfAbsent(job.arn(), arn -> new Progress(surroundings.random()));
        Instant now = surroundings.clock().instant();
        if (now.isBefore(at.due)) {
            return false;
        }
        try {
            boolean isSettled = look(job, at);
            at.backoff.reset();
            return isSettled;
        } catch (BatchSourceException | LedgerException e) {
            at.due = now.plus(at.backoff.afterLasting());
            log.atWarn()
                    .addKeyValue("job", job.arn())
                    .addKeyValue("cause", e.getMessage())
                    .addKeyValue("again", at.due)
                    .log("a batch job cannot be followed at the moment; it stays open, and is looked at again");
            return false;
        }
    }

    private boolean look(BatchJob job, Progress at) {
        BatchReport report = surroundings.source().report(job.arn());
        BatchJob now = job.at(report.state(), job.reserved());
        if (!at.isEstimated && job.reserved().isZero()) {
            now = job.at(report.state(), worst(job, report));
            at.isEstimated = true;
        }
        if (!now.equals(job)) {
            await(surroundings.ledger().recordBatchJob(now));
        }
        return report.isOver() && settle(now, report, at);
    }

    /** What it may cost, as well as can be told: that its input cannot be read must not keep it from being followed. */
    private Money worst(BatchJob job, BatchReport report) {
        try {
            return reading(job, report).worst();
        } catch (BatchSourceException e) {
            log.atWarn()
                    .addKeyValue("job", job.arn())
                    .addKeyValue("cause", e.getMessage())
                    .log(
                            "the input of a batch job cannot be read, so nothing is held for it; allow the proxy's role to");
            return Money.ZERO;
        }
    }

    private boolean settle(BatchJob job, BatchReport report, Progress at) {
        Instant ended = report.endedAt() == null ? surroundings.clock().instant() : report.endedAt();
        List<LedgerEntry> entries;
        try {
            entries = reading(job, report).entries(ended);
        } catch (BatchSourceException e) {
            at.unread++;
            if (at.unread < READS_MAX) {
                throw e;
            }
            entries = reading(job, report).entriesUnread(ended);
            log.atError()
                    .addKeyValue("job", job.arn())
                    .addKeyValue("cause", e.getMessage())
                    .log(
                            "the output of a batch job could not be read: it is charged at the most that it may have cost");
        }
        BatchSettlement settlement = new BatchSettlement(job.at(job.state(), Money.ZERO), ended, entries);
        await(surroundings.ledger().recordBatchSettlement(settlement).thenApply(isNew -> {
            if (isNew) {
                settlement.entries().forEach(surroundings.charged());
            }
            return isNew;
        }));
        return true;
    }

    private BatchReading reading(BatchJob job, BatchReport report) {
        return new BatchReading(
                surroundings.source(), job, report, surroundings.prices().get());
    }

    private static void await(CompletionStage<Boolean> recorded) {
        try {
            recorded.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof LedgerException failure ? failure : e;
        }
    }
}

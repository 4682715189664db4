package io.bedrockmeter.proxy.batch;

import io.bedrockmeter.metering.ledger.BatchJob;
import io.bedrockmeter.metering.ledger.BatchJobs;
import io.bedrockmeter.metering.ledger.BatchSettlement;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerException;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.proxy.control.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
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

    private static final Duration LOOKS_APART_MAX = Duration.ofMinutes(1);

    /** With waits from a minute to an hour between them: some two days. */
    static final int READS_MAX = 50;

    /** What the search for lost jobs is called where jobs are called by their names. */
    private static final String SEARCH = "(of an unknown name)";

    private final Surroundings surroundings;
    private final LostJobs lostJobs;
    private final Map<String, Progress> progress = new HashMap<>();

    /** A follower; does nothing until it is asked for a round. */
    public BatchFollower(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.lostJobs = new LostJobs(surroundings.ledger());
    }

    /**
     * What a follower works with.
     *
     * @param source where jobs and their files are, at the moment
     * @param ledger where jobs are recorded
     * @param file its file, from which open jobs are read
     * @param prices the price book in force
     * @param told told of what becomes of them
     * @param clock tells when a job's turn has come
     * @param random for the length of pauses
     */
    public record Surroundings(
            Supplier<BatchSource> source,
            Ledger ledger,
            Path file,
            Supplier<PriceBook> prices,
            BatchListener told,
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
     * Looks for jobs whose creators were not told of them, and once at each open job whose turn has come.
     *
     * @return how many jobs are open after it
     * @throws LedgerException if the ledger cannot be read
     */
    public int round() {
        try (LedgerReader reader = LedgerReader.open(surroundings.file())) {
            findLost(reader);
            Set<String> known = new HashSet<>();
            known.add(SEARCH);
            int left = 0;
            for (BatchJob job : BatchJobs.open(reader)) {
                known.add(job.arn());
                left += isSettled(job) ? 0 : 1;
            }
            progress.keySet().retainAll(known);
            surroundings.told().standing(BatchJobs.countByState(reader));
            return left;
        }
    }

    private void findLost(LedgerReader reader) {
        takeTurn(SEARCH, at -> {
            lostJobs.find(reader, source(), surroundings.clock().instant());
            return true;
        });
    }

    private boolean isSettled(BatchJob job) {
        surroundings.told().follows(job.call().modelRequested());
        return takeTurn(job.arn(), at -> look(job, at));
    }

    /** Does something whose turn has come; what fails has its next turn later. False if there was no turn, or it failed. */
    private boolean takeTurn(String subject, Predicate<Progress> work) {
        Progress at = progress.computeIfAbsent(subject, name -> new Progress(surroundings.random()));
        Instant now = surroundings.clock().instant();
        if (now.isBefore(at.due) || Thread.currentThread().isInterrupted()) {
            return false;
        }
        try {
            boolean isDone = work.test(at);
            at.backoff.reset();
            return isDone;
        } catch (BatchSourceException | LedgerException e) {
            at.due = now.plus(at.backoff.afterLasting());
            log.atWarn()
                    .addKeyValue("job", subject)
                    .addKeyValue("cause", e.getMessage())
                    .addKeyValue("again", at.due)
                    .log("a batch job cannot be followed at the moment; it stays open, and is looked at again");
            return false;
        } catch (RuntimeException e) {
            // Whatever is wrong with one job must not keep the others from being followed.
            at.due = now.plus(at.backoff.afterLasting());
            log.atError()
                    .addKeyValue("job", subject)
                    .addKeyValue("again", at.due)
                    .setCause(e)
                    .log("a batch job cannot be followed because of a bug; it stays open, and is looked at again");
            return false;
        }
    }

    private boolean look(BatchJob job, Progress at) {
        BatchReport report = source().report(job.arn());
        BatchJob now = job.at(report.state(), job.reserved());
        if (!at.isEstimated && job.reserved().isZero()) {
            now = job.at(report.state(), worst(job, report));
            at.isEstimated = true;
        }
        if (!now.equals(job)) {
            Recorded.await(surroundings.ledger().recordBatchJob(now));
        }
        if (report.isOver()) {
            return settle(now, report, at);
        }
        at.due = surroundings.clock().instant().plus(untilNextLook(job));
        return false;
    }

    /** A young job may be a short one; of an old one nobody expects to hear in a moment. */
    private Duration untilNextLook(BatchJob job) {
        Duration age =
                Duration.between(job.call().startedAt(), surroundings.clock().instant());
        Duration quarter = age.isNegative() ? Duration.ZERO : age.dividedBy(4);
        return quarter.compareTo(LOOKS_APART_MAX) < 0 ? quarter : LOOKS_APART_MAX;
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
        BatchReading.Result result;
        try {
            result = reading(job, report).result(ended);
        } catch (BatchSourceException e) {
            at.unread++;
            if (at.unread < READS_MAX) {
                throw e;
            }
            result = reading(job, report).resultUnread(ended);
            log.atError()
                    .addKeyValue("job", job.arn())
                    .addKeyValue("cause", e.getMessage())
                    .log(
                            "the output of a batch job could not be read: it is charged at the most that it may have cost");
        }
        record(job, ended, result);
        return true;
    }

    private void record(BatchJob job, Instant ended, BatchReading.Result result) {
        BatchSettlement settlement = new BatchSettlement(job.at(job.state(), Money.ZERO), ended, result.entries());
        Recorded.await(
                surroundings.ledger().recordBatchSettlement(settlement).thenApply(isNew -> isNew && tell(job, result)));
    }

    private boolean tell(BatchJob job, BatchReading.Result result) {
        result.entries().forEach(surroundings.told()::charged);
        if (result.contradicted() != null) {
            surroundings.told().disagreed(job.call().model());
            log.atWarn()
                    .addKeyValue("job", job.arn())
                    .addKeyValue("told", result.contradicted())
                    .log(
                            "the records of a batch job report other tokens than its manifest; it was charged by its records");
        }
        return true;
    }

    private BatchReading reading(BatchJob job, BatchReport report) {
        return new BatchReading(source(), job, report, surroundings.prices().get());
    }

    private BatchSource source() {
        return surroundings.source().get();
    }
}

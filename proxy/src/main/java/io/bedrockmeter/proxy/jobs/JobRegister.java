package io.bedrockmeter.proxy.jobs;

import io.bedrockmeter.metering.account.Owner;
import io.bedrockmeter.metering.ledger.AsyncJobs;
import io.bedrockmeter.metering.ledger.AsyncStart;
import io.bedrockmeter.metering.ledger.Ledger;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.LedgerReader;
import io.bedrockmeter.proxy.route.JobKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who began which asynchronous invocation or batch job. Thread-safe; no method waits. What they return completes on a thread of this class or
 * of the ledger, and not exceptionally, unless it says so.
 *
 * <p>A job that no call of this ledger began belongs to nobody, and is told to nobody: so a caller cannot tell a job of somebody
 * else from one that does not exist.
 */
public final class JobRegister implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JobRegister.class);

    private final Ledger ledger;
    private final Path file;
    private final Consumer<JobKind> onBegun;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("jobs").factory());

    /** Confined to the thread; opened by the first question. */
    private @Nullable LedgerReader reader;

    /**
     * A register in a ledger.
     *
     * @param ledger where jobs are recorded
     * @param file its file, from which they are read
     * @param onBegun told of each job that was begun, or may have been, once that is durable; on a thread that must not wait
     */
    public JobRegister(Ledger ledger, Path file, Consumer<JobKind> onBegun) {
        this.ledger = ledger;
        this.file = file;
        this.onBegun = onBegun;
    }

    /**
     * Whether a job belongs to an owner.
     *
     * @param job its ARN; of a batch job the last part of that will do
     */
    public CompletionStage<Ownership> ownership(Owner owner, String job) {
        return ask(
                reading -> AsyncJobs.ownerOf(reading, job).filter(owner::equals).isPresent()
                        ? Ownership.OWN
                        : Ownership.NOT_OWN,
                Ownership.UNKNOWN);
    }

    /** Records that a call may begin a job, which will belong to an owner; fails if it cannot be recorded. */
    public CompletionStage<Void> begins(LedgerIntent call, Owner owner, @Nullable String token) {
        return ledger.recordAsyncStart(new AsyncStart(call, owner, token));
    }

    /**
     * Reviews the answer of a call that began a job, and records which. Bedrock answers a call that is repeated with its client
     * request token with the job of the first one, whoever of its principal's callers repeats it.
     *
     * @param kind the kind of the job
     * @param call the call; it is open
     * @param owner to whom the job belongs if it is new
     * @param answer the body, whole; some hundred bytes
     */
    public CompletionStage<Review> begun(JobKind kind, LedgerIntent call, Owner owner, byte[] answer) {
        String arn = JobAnswers.about(kind).arnOf(answer);
        return arn == null
                ? lost(kind, call).thenApply(counts -> new Review.Unreadable(!counts))
                : claim(kind, call, arn)
                        .thenCompose(counts -> counts
                                ? CompletableFuture.completedStage(passes(answer, false))
                                : ownership(owner, arn).thenApply(known -> ofKnownJob(known, answer)))
                        .exceptionally(failure -> unknown(failure, new Review.Unknown()));
    }

    /** Whether a call whose answer was lost is charged for the job that it may have begun; not if another one is. */
    public CompletionStage<Boolean> lost(JobKind kind, LedgerIntent call) {
        return claim(kind, call, null).exceptionally(failure -> unknown(failure, true));
    }

    /**
     * Reviews a page of jobs: its owner's own pass. Their number, which may be zero, and the way to the next page are within what
     * the caller asked for.
     *
     * @param page the body, whole
     */
    public CompletionStage<Review> listed(JobKind kind, Owner owner, byte[] page) {
        return ask(
                reading -> {
                    JobAnswers.Page all = JobAnswers.about(kind).page(page);
                    if (all == null) {
                        return new Review.Unreadable(false);
                    }
                    Set<String> own = AsyncJobs.ownedBy(reading, owner, all.arns());
                    return passes(all.withOnly(own::contains), false);
                },
                new Review.Unknown());
    }

    private CompletionStage<Boolean> claim(JobKind kind, LedgerIntent call, @Nullable String arn) {
        return ledger.recordAsyncJob(call, arn).thenApply(counts -> {
            onBegun.accept(kind);
            return counts;
        });
    }

    private static Review ofKnownJob(Ownership known, byte[] answer) {
        return switch (known) {
            case OWN -> passes(answer, true);
            case NOT_OWN -> new Review.OfAnother();
            case UNKNOWN -> new Review.Unknown();
        };
    }

    private static Review passes(byte[] body, boolean isAboutJobBegunBefore) {
        return new Review.Passes(ByteBuffer.wrap(body), isAboutJobBegunBefore);
    }

    /** Takes no more questions; those on their way are answered. */
    @Override
    public void close() {
        thread.execute(this::closeReader);
        thread.close();
    }

    private <T> CompletionStage<T> ask(Function<LedgerReader, T> question, T otherwise) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return question.apply(reader());
                    } catch (RuntimeException e) {
                        closeReader();
                        return unknown(e, otherwise);
                    }
                },
                thread);
    }

    private static <T> T unknown(Throwable cause, T otherwise) {
        log.atWarn()
                .addKeyValue("cause", cause.getMessage())
                .log("a call about jobs fails because the ledger does not tell whose they are");
        return otherwise;
    }

    private LedgerReader reader() {
        LedgerReader open = reader;
        if (open == null) {
            open = LedgerReader.open(file);
            reader = open;
        }
        return open;
    }

    private void closeReader() {
        LedgerReader open = reader;
        if (open != null) {
            open.close();
            reader = null;
        }
    }
}

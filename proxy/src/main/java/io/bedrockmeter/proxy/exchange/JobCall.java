package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.account.Owner;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.proxy.jobs.JobRegister;
import io.bedrockmeter.proxy.jobs.Ownership;
import io.bedrockmeter.proxy.jobs.Review;
import io.bedrockmeter.proxy.route.JobKind;
import io.bedrockmeter.proxy.route.Route;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpResponse;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange about asynchronous invocations or batch jobs has besides: whether it may go out, and its answer, which is held until it is
 * known whom it is about. Confined to one event loop.
 *
 * <p>Answers are small. That of a start is one ARN. A page has up to a thousand jobs, whose members are limited by the service
 * model to some 6 KB each; it counts against the bound on all bodies.
 */
final class JobCall {
    private static final int START_BYTES_MAX = 64 << 10;
    private static final int PAGE_BYTES_MAX = 8 << 20;
    private static final int SUCCESSFUL = 2;
    private static final byte[] NOTHING = {};

    /** Bedrock's own answer to a token that stands for another request, which a stranger's request is. */
    static final String TOKEN_IS_TAKEN = "The client request token was used for another request.";

    static final String NEEDS_TOKEN =
            "This proxy begins a batch job only under a clientRequestToken, by which it finds the job again should the answer be"
                    + " lost. Every AWS SDK sends one.";

    static final String OWNER_UNKNOWN = "It could not be found out whose jobs these are. Try again.";

    static final String UNREADABLE =
            "Amazon Bedrock's answer about jobs could not be read. If there is no room for a page (8 MiB, limits.bodies-total),"
                    + " ask for fewer jobs with maxResults.";

    private final JobRegister register;
    private final JobKind kind;
    private final Owner owner;
    private final Route.Found route;
    private final BodyBudget budget;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream(0);
    private boolean isWhole = true;
    private boolean repetition;

    JobCall(JobRegister register, JobKind kind, Owner owner, Route.Found route, BodyBudget budget) {
        this.register = register;
        this.kind = kind;
        this.owner = owner;
        this.route = route;
        this.budget = budget;
    }

    /** What a caller is told of a kind of jobs that is not served. */
    static FullHttpResponse switchedOff(JobKind kind, ErrorAnswers answers) {
        return answers.switchedOff(
                switch (kind) {
                    case ASYNC_INVOCATION ->
                        "Asynchronous invocations are switched off in this proxy, because their jobs write to S3 with the proxy's"
                                + " own rights. Whoever runs it can serve them with 'limits.async-invocations: true'.";
                    case BATCH ->
                        "Batch jobs are switched off in this proxy, because they read and write S3 with any role that the proxy"
                                + " may pass on. Whoever runs it can serve them with 'limits.batch: true'.";
                });
    }

    /** Bedrock's own answer to a job that it does not know. The service model of the runtime has no other than the first. */
    FullHttpResponse noSuchJob(ErrorAnswers answers) {
        return switch (kind) {
            case ASYNC_INVOCATION -> answers.invalid("The provided invocation ARN is invalid.");
            case BATCH -> answers.notFound("The requested resource was not found: " + route.job());
        };
    }

    /** Whether a job may be begun that nothing but an answer names, because the call has no token to find it by. */
    boolean wouldBeUnnamed(@Nullable String token) {
        return kind == JobKind.BATCH && route.operation().beginsJob() && token == null;
    }

    /** Whether the job that the call asks for is its caller's own; so is one that it is only going to begin. */
    CompletionStage<Ownership> ownership() {
        String job = route.job();
        return job == null ? CompletableFuture.completedStage(Ownership.OWN) : register.ownership(owner, job);
    }

    /**
     * Waits for the record of an intent and, where a job may be begun, for that of its start, which is as durable before anything
     * is sent.
     */
    CompletionStage<Void> recorded(CompletionStage<Void> intentRecorded, LedgerIntent call, @Nullable String token) {
        return mustBeRead()
                ? register.begins(call, owner, token).thenCompose(started -> intentRecorded)
                : intentRecorded;
    }

    /** Whether an answer of this status is held and reviewed. One about the caller's own job passes, and so do errors. */
    boolean reviews(int status) {
        return status / 100 == SUCCESSFUL && route.job() == null;
    }

    /** Whether the answer is to be read even if nobody waits for it any more, because it alone names what was begun. */
    boolean mustBeRead() {
        return route.operation().beginsJob();
    }

    /** Adds a piece of the answer; releases it. What there is no room for is thrown away, and all that follows. */
    void add(ByteBuf piece) {
        int length = piece.readableBytes();
        isWhole = isWhole && answer.size() + length <= bytesMax() && (mustBeRead() || budget.tryTake(length));
        if (isWhole) {
            byte[] bytes = new byte[length];
            piece.readBytes(bytes);
            answer.writeBytes(bytes);
        }
        piece.release();
    }

    /** Says what of the answer may be passed on; of one that there was no room for, nothing. */
    CompletionStage<Review> review(LedgerIntent call) {
        byte[] held = isWhole ? answer.toByteArray() : NOTHING;
        return mustBeRead() ? register.begun(kind, call, owner, held) : register.listed(kind, owner, held);
    }

    /** Whether a call that ends so leaves it unknown whether a job was begun, and which. */
    boolean isLost(Ending ending, int upstreamStatus) {
        boolean mayHaveBegun = upstreamStatus == 0 || upstreamStatus / 100 == SUCCESSFUL;
        return mustBeRead() && mayHaveBegun && ending.requestWasSent() && ending != Ending.COMPLETE;
    }

    /** Says whether this call is charged for the job that it may have begun. */
    CompletionStage<Boolean> lost(LedgerIntent call) {
        return register.lost(kind, call);
    }

    /** Another call is charged for the job that this one is about. */
    void isRepetition() {
        repetition = true;
    }

    boolean isCharged() {
        return !repetition;
    }

    /** Lets go of the answer. May be called again. */
    void release() {
        if (!mustBeRead()) {
            budget.giveBack(answer.size());
        }
        answer.reset();
    }

    private int bytesMax() {
        return mustBeRead() ? START_BYTES_MAX : PAGE_BYTES_MAX;
    }
}

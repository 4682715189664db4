package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Admission;
import io.bedrockmeter.metering.AdmittedCall;
import io.bedrockmeter.metering.Invocation;
import io.bedrockmeter.metering.Settlement;
import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageGap;
import io.bedrockmeter.metering.usage.UsageReader;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.proxy.auth.ApiKey;
import io.bedrockmeter.proxy.auth.Caller;
import io.bedrockmeter.proxy.jobs.Review;
import io.bedrockmeter.proxy.route.Route;
import io.bedrockmeter.proxy.signing.BearerSigner;
import io.bedrockmeter.proxy.signing.CannotSign;
import io.bedrockmeter.proxy.signing.RequestSigner;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a call, whichever way its bytes take: who it is, what has become of it so far, its time limits and its end.
 * {@link Exchange} and {@link DuplexExchange} decide when; what is the same for both is here. Confined to one event loop.
 */
final class Attempt {
    private static final RequestSigner NOBODY_ASKED = new CannotSign("It was not asked who signs this call.");

    private static final RequestSigner STOPPING = new CannotSign("The proxy is stopping.");

    private static final UsageReading NOTHING_ANSWERED =
            new UsageReading.Absent(Usage.NONE, UsageGap.NOT_REPORTED, Served.SILENT);

    private static final UsageReading REPETITION =
            new UsageReading.Absent(Usage.NONE, UsageGap.JOB_BEGUN_BEFORE, Served.SILENT);

    private final ExchangeServices services;
    private final ClientSide client;
    private final EventLoop loop;
    private final Deadline deadline;
    private final HttpRequest request;
    private final Stopwatch stopwatch;
    private final Instant startedAt;
    private final String id;
    private final ErrorAnswers answers;

    private boolean cancelOnDisconnect;
    private @Nullable RequestSigner callersOwn;
    private CompletableFuture<RequestSigner> signing = CompletableFuture.completedFuture(NOBODY_ASKED);
    private @Nullable JobCall job;
    private @Nullable Conversation inFlight;
    private boolean stopped;
    private boolean requestWhole;
    private boolean requestSent;
    private boolean clientLeft;
    private int upstreamStatus;
    private @Nullable String upstreamRequestId;
    private long bytesOut;
    private long bytesOutWhenLeft;

    /** An attempt that begins now, with its head. */
    Attempt(ExchangeServices services, ClientSide client, EventLoop loop, Deadline deadline, HttpRequest request) {
        this.services = services;
        this.client = client;
        this.loop = loop;
        this.deadline = deadline;
        this.request = request;
        this.stopwatch = new Stopwatch(services.nanoClock());
        this.startedAt = services.clock().instant();
        this.id = services.attemptIds().next();
        this.answers = new ErrorAnswers(ErrorStyle.of(request.uri()), id, services.clock());
    }

    ExchangeServices services() {
        return services;
    }

    ClientSide client() {
        return client;
    }

    EventLoop loop() {
        return loop;
    }

    HttpRequest request() {
        return request;
    }

    /** Its id, which stands in each answer. */
    String id() {
        return id;
    }

    ErrorAnswers answers() {
        return answers;
    }

    /** It is known who calls. */
    void isFrom(Caller caller) {
        cancelOnDisconnect = caller.terms().cancelOnDisconnect();
        ApiKey passedOn = caller.passedOn();
        callersOwn = passedOn == null ? null : new BearerSigner(passedOn.reveal());
    }

    /**
     * Finds out what will prove to an endpoint who sends: the caller's own key, where that is passed on, or what the proxy signs
     * with for the account. That may have to be had first, while the intent is on its way to the disk.
     */
    void findSigner(Upstream upstream, AccountId account) {
        signing = callersOwn == null
                ? upstream.signers().of(account).toCompletableFuture()
                : CompletableFuture.completedFuture(callersOwn);
        if (!signing.isDone()) {
            // Others may wait for the same.
            signing = signing.copy();
        }
    }

    /** Goes on as soon as it is known who signs; at once if it is. */
    void onceSignable(Runnable goOn) {
        if (signing.isDone()) {
            goOn.run();
        } else {
            signing.whenComplete((signer, failure) -> loop.execute(goOn));
        }
    }

    /** What it is signed with, once that is known. */
    RequestSigner signer() {
        return signing.getNow(NOBODY_ASKED);
    }

    /** It is about jobs of its caller. */
    void isAbout(JobCall asked) {
        job = asked;
    }

    /** What it has besides because it is about jobs; null if it is not. */
    @Nullable
    JobCall job() {
        return job;
    }

    /** What its call waits for to be durable, given what its intent waits for. */
    CompletionStage<Void> recorded(Admission.Admitted admitted, RequestFacts facts) {
        return job == null
                ? admitted.intentRecorded()
                : job.recorded(admitted.intentRecorded(), admitted.call().intent(), facts.clientToken());
    }

    /** It is known whom its answer is about. */
    void reviewed(Review review) {
        if (job != null && review.isAboutJobBegunBefore()) {
            job.isRepetition();
        }
    }

    /** Goes on at once; or, where a job may have been begun whose name was lost, once it is known which call is charged for it. */
    void onceItIsKnownWhoIsCharged(AdmittedCall call, Ending ending, Runnable goOn) {
        JobCall begun = job;
        if (begun == null || !begun.isLost(ending, upstreamStatus)) {
            goOn.run();
            return;
        }
        waitNoLonger();
        begun.lost(call.intent())
                .thenAcceptAsync(
                        counts -> {
                            if (!counts) {
                                begun.isRepetition();
                            }
                            goOn.run();
                        },
                        loop);
    }

    /** Whether its answer is given up, instead of read on, when its caller leaves. */
    boolean isCancelledOnDisconnect() {
        return cancelOnDisconnect && (job == null || !job.mustBeRead());
    }

    /** What the meter is asked to admit. */
    Invocation invocation(Caller caller, Route.Found route, ModelRef model, RequestFacts facts) {
        return new Invocation(
                id,
                startedAt,
                caller.terms().account(),
                caller.terms().allowance(),
                route.operation().operationName(),
                route.operation().wireFormat(),
                model,
                services.region(),
                route.endpoint(),
                facts,
                request.headers().get(ExchangeHeaders.SDK_INVOCATION_ID));
    }

    /**
     * Enters the calls in flight, which it leaves when it is over.
     *
     * @return whether it may; not if the proxy is stopping
     */
    boolean enter(Conversation call) {
        if (!services.inFlight().on(loop).enter(call)) {
            return false;
        }
        inFlight = call;
        return true;
    }

    /** The proxy stops, and waits for no more than what is on its way to the disk. */
    void stop() {
        stopped = true;
        signing.complete(STOPPING);
    }

    boolean isStopped() {
        return stopped;
    }

    /** All that an admission needs is there: what takes time from here on is the proxy's own work, or Bedrock's. */
    void admissible() {
        stopwatch.requestWhole();
    }

    /** The caller has sent all of its request, so that another may follow on its connection. */
    void requestWhole() {
        requestWhole = true;
    }

    boolean isRequestWhole() {
        return requestWhole;
    }

    /** All of the request that an answer needs has been handed to the network. */
    void requestSent() {
        requestSent = true;
        stopwatch.sent();
    }

    /** What was sent has not been processed, so it is as if it had not been sent. */
    void requestRefused() {
        requestSent = false;
        deadline.clear();
    }

    /**
     * The answer has begun.
     *
     * @param streamed whether the caller uses it as it comes
     * @param usageAsked whether it holds the answer to a question that the caller has not asked
     */
    Tee answered(AdmittedCall call, HttpResponse head, boolean streamed, boolean usageAsked) {
        upstreamStatus = head.status().code();
        upstreamRequestId = head.headers().get(ExchangeHeaders.REQUEST_ID);
        UsageReader reader = services.metering().open(call, NettyHeads.of(head));
        JobCall held = job != null && job.reviews(upstreamStatus) ? job : null;
        ResponseRelay relay = new ResponseRelay(
                client,
                head,
                id,
                streamed && !clientLeft,
                usageAsked || held != null,
                services.limits().windowBytes());
        Tee tee = new Tee(reader, relay, usageAsked ? new StreamUsage(client.allocator()) : null, held);
        if (clientLeft) {
            tee.discard();
        }
        return tee;
    }

    /** So many bytes of the answer's body have arrived. */
    void pieceArrived(int bytes) {
        stopwatch.pieceArrived();
        bytesOut += bytes;
    }

    /** The caller is gone. What it leaves behind may go on at Bedrock, and counts against where it called from. */
    void clientLeft() {
        if (inFlight != null && !clientLeft) {
            client.origin().callGivenUp();
        }
        clientLeft = true;
        bytesOutWhenLeft = bytesOut;
    }

    boolean hasClientLeft() {
        return clientLeft;
    }

    /** Whether more of the answer has been read for nobody than may be. */
    boolean isDrainedTooFar() {
        return clientLeft && bytesOut - bytesOutWhenLeft > services.limits().drainBytesMax();
    }

    /** Waits so long for the next thing to happen. */
    void waitFor(Duration limit) {
        deadline.in(limit.toNanos());
    }

    /** The same, but no longer than the call may take as a whole. */
    void waitWithinTotal(Duration limit) {
        long left = services.limits().totalTimeout().toNanos() - stopwatch.elapsedNanos();
        deadline.in(Math.min(limit.toNanos(), left));
    }

    /** There is nothing to wait for. */
    void waitNoLonger() {
        deadline.clear();
    }

    /** How a call ends whose upstream is gone before the answer was whole. */
    Ending endingByLoss(Throwable cause) {
        if (!requestSent) {
            return Ending.UPSTREAM_LOST_WHILE_SENDING;
        }
        return cause instanceof ProtocolException ? Ending.UPSTREAM_PROTOCOL_ERROR : Ending.UPSTREAM_RESET;
    }

    /** What a caller is told whose upstream cannot be reached. */
    FullHttpResponse unreachable(AdmittedCall call, Throwable cause) {
        String host = services.upstream(call.invocation().endpoint()).hostHeader();
        return answers.badGateway("Amazon Bedrock could not be reached at " + host + ": " + cause.getMessage());
    }

    /**
     * Meters, prices and records the call. To be called exactly once for each admitted one.
     *
     * @param tee its answer; null if none had begun
     * @param insteadOfAnswer what its caller is told if it has been sent nothing yet; owned
     * @param callersFault what its caller did wrong to end it; null if the end is not the caller's fault
     */
    Conclusion settle(
            AdmittedCall call,
            @Nullable Tee tee,
            Ending ending,
            @Nullable FullHttpResponse insteadOfAnswer,
            @Nullable String callersFault) {
        deadline.clear();
        int bytesToFrameEnd = tee == null ? UsageReader.NO_FRAMES : tee.bytesToFrameEnd();
        UsageReading read = tee == null ? NOTHING_ANSWERED : tee.finish(ending == Ending.COMPLETE);
        UsageReading reading = job == null || job.isCharged() ? read : REPETITION;
        Outcome outcome = new Outcome(
                ending,
                upstreamStatus,
                clientLeft,
                services.clock().instant(),
                bytesOut,
                upstreamRequestId,
                stopwatch.timings());
        Settlement settlement = services.metering().settle(call, reading, outcome);
        return new Conclusion(
                settlement,
                ending,
                tee == null ? null : tee.relay(),
                insteadOfAnswer,
                answers.style(),
                bytesToFrameEnd,
                callersFault);
    }

    /** Lets the caller hear the end, now that the entry is durable and published, or could not be. */
    void tell(Conclusion conclusion, @Nullable Throwable failure) {
        over();
        conclusion.tell(client, clientLeft, failure == null, requestWhole, answers);
    }

    /** Counts a refusal and answers with it. */
    void refuse(String reason, FullHttpResponse answer) {
        services.metering().countRefusal(reason);
        answer(answer);
    }

    /** Ends an attempt that was not admitted with this answer, if anybody listens; owns it. */
    void answer(FullHttpResponse answer) {
        over();
        if (clientLeft) {
            answer.release();
        } else {
            client.answer(answer, requestWhole);
        }
    }

    /** Nothing more will happen. */
    void over() {
        if (job != null) {
            job.release();
        }
        deadline.clear();
        if (inFlight != null) {
            services.inFlight().on(loop).leave(inFlight);
        }
        if (clientLeft) {
            deadline.cancel();
        }
    }

    /** Runs an action on the attempt's loop when a stage completes, with the failure if it failed. */
    void onLoop(CompletionStage<Void> stage, Consumer<@Nullable Throwable> action) {
        stage.whenComplete((nothing, failure) -> loop.execute(() -> action.accept(failure)));
    }
}

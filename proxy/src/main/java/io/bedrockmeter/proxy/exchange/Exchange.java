package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Admission;
import io.bedrockmeter.metering.AdmittedCall;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.proxy.exchange.ExchangeState.AwaitingHead;
import io.bedrockmeter.proxy.exchange.ExchangeState.Connecting;
import io.bedrockmeter.proxy.exchange.ExchangeState.Finished;
import io.bedrockmeter.proxy.exchange.ExchangeState.Forwarded;
import io.bedrockmeter.proxy.exchange.ExchangeState.RecordingIntent;
import io.bedrockmeter.proxy.exchange.ExchangeState.Relaying;
import io.bedrockmeter.proxy.exchange.ExchangeState.Resting;
import io.bedrockmeter.proxy.exchange.ExchangeState.Reviewing;
import io.bedrockmeter.proxy.exchange.ExchangeState.Settling;
import io.bedrockmeter.proxy.exchange.ExchangeState.Unsettled;
import io.bedrockmeter.proxy.exchange.IngressState.Receiving;
import io.bedrockmeter.proxy.jobs.Review;
import io.bedrockmeter.proxy.route.Route;
import io.bedrockmeter.proxy.signing.RequestSigner;
import io.bedrockmeter.proxy.upstream.UpstreamConnection;
import io.bedrockmeter.proxy.upstream.UpstreamListener;
import io.bedrockmeter.proxy.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * One call: the straight line of ten steps from its first byte to its entry in the ledger. Confined to one event loop, which
 * both of its connections share.
 *
 * <pre>
 *   step          method                 state while it waits   ends early with
 *   ingress       Ingress.onRequestHead  Receiving              400 408 413 503 (Refusing)
 *   authenticate  Ingress.onRequestHead                         403
 *   route         Ingress.route                                 404 400
 *   admit         admit                  RecordingIntent        429 503
 *   sign          onSignable             Connecting             503
 *   forward       onConnected            AwaitingHead           502 504
 *   tee           onResponseBody         Relaying               an exception frame, or a reset
 *   meter, price  finish                 Settling
 *   record        finish                 Settling               (a ledger that fails breaks the answer off)
 *   publish       conclude               Finished
 * </pre>
 *
 * <p>Whatever happens, an admitted call passes {@link #finish} exactly once. A caller who leaves does not end it: Bedrock bills
 * the whole generation, so the answer is read on, within bounds, and the entry is exact.
 */
final class Exchange implements Conversation, UpstreamListener, UpstreamPool.Acquirer {
    private final Attempt attempt;
    private final ExchangeServices services;
    private final ErrorAnswers answers;
    private final HttpRequest request;

    private ExchangeState state = new Finished();
    private boolean usageAsked;

    Exchange(Attempt attempt) {
        this.attempt = attempt;
        this.services = attempt.services();
        this.answers = attempt.answers();
        this.request = attempt.request();
    }

    /** Admit: what the request is now known to ask for. Owns its body. */
    void admit(Receiving received, ModelRef model, RequestFacts facts) {
        Route.Found route = received.route();
        RequestCollector body = received.body();
        usageAsked = services.askStreamsForUsage()
                && StreamUsage.askedIn(body, facts, route.operation().wireFormat());
        if (!attempt.enter(this)) {
            refuse(body, "stopping", answers.stopping());
            return;
        }
        switch (services.metering().admit(attempt.invocation(received.caller(), route, model, facts))) {
            case Admission.Refused no -> refuse(body, no.reason().label(), answers.notAdmitted(no));
            case Admission.Admitted yes -> {
                attempt.findSigner(
                        services.upstream(route.endpoint()),
                        received.caller().terms().account());
                state = new RecordingIntent(yes.call(), route.target(), body);
                attempt.onLoop(attempt.recorded(yes, facts), this::onIntentRecorded);
            }
        }
    }

    /** The intent is durable, or could not be made so. */
    private void onIntentRecorded(@Nullable Throwable failure) {
        RecordingIntent recording = (RecordingIntent) state;
        RequestCollector body = recording.body();
        if (failure != null) {
            refuse(body, "not_recorded", answers.notRecorded(failure));
        } else {
            attempt.onceSignable(this::onSignable);
        }
    }

    /** It is known who signs: sign, and find a connection. */
    private void onSignable() {
        RecordingIntent recording = (RecordingIntent) state;
        RequestCollector body = recording.body();
        Upstream upstream = services.upstream(recording.call().invocation().endpoint());
        HttpHeaders headers = ExchangeHeaders.towardsUpstream(request, upstream.hostHeader(), body.bytes());
        RequestSigner signer = attempt.signer();
        boolean signed = signer.sign(
                request.method().name(),
                recording.target(),
                headers,
                body.sha256Hex(),
                services.clock().instant());
        if (attempt.hasClientLeft()) {
            finish(recording, Ending.CLIENT_LEFT_EARLY, null);
        } else if (attempt.isStopped()) {
            finish(recording, Ending.UPSTREAM_UNREACHABLE, answers.stopping());
        } else if (signed) {
            state = new Connecting(recording.call(), recording.target(), body, headers);
            upstream.pools().on(attempt.loop()).acquire(this);
        } else {
            finish(recording, Ending.UPSTREAM_UNREACHABLE, answers.unavailable(signer.whyNot()));
        }
    }

    /** Forward. */
    @Override
    public void onConnected(UpstreamConnection connection) {
        if (!(state instanceof Connecting connecting)) {
            connection.close();
            return;
        }
        state = new AwaitingHead(connecting.call(), connection, connecting.body());
        attempt.waitFor(services.limits().firstByteTimeout());
        connection.send(
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1,
                        request.method(),
                        connecting.target(),
                        connecting.body().take(),
                        connecting.headers(),
                        DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders()),
                this);
    }

    @Override
    public void onConnectFailed(Throwable cause) {
        if (state instanceof Connecting connecting) {
            finish(connecting, Ending.UPSTREAM_UNREACHABLE, attempt.unreachable(connecting.call(), cause));
        }
    }

    @Override
    public void onRequestSent() {
        attempt.requestSent();
        if (state instanceof AwaitingHead awaiting) {
            awaiting.body().release();
        }
    }

    @Override
    public void onResponseHead(HttpResponse head) {
        AwaitingHead awaiting = (AwaitingHead) state;
        awaiting.body().release();
        String contentType = head.headers().get(HttpHeaderNames.CONTENT_TYPE);
        boolean streamed = awaiting.call().invocation().wireFormat().streamed(contentType)
                && head.status().code() == 200;
        Tee tee = attempt.answered(awaiting.call(), head, streamed, usageAsked && streamed);
        state = new Relaying(awaiting.call(), awaiting.upstream(), tee);
    }

    /** Tee. */
    @Override
    public void onResponseBody(ByteBuf piece) {
        Relaying relaying = (Relaying) state;
        attempt.pieceArrived(piece.readableBytes());
        relaying.tee().piece(piece);
    }

    @Override
    public void onUpstreamReadComplete() {
        if (state instanceof Relaying relaying) {
            relaying.tee().flush();
            if (attempt.isDrainedTooFar()) {
                giveUp(relaying, Ending.CANCELLED_AFTER_CLIENT_LEFT, null);
            } else {
                readOn(relaying);
            }
        }
    }

    @Override
    public void onClientWritabilityChanged() {
        if (state instanceof Relaying relaying) {
            readOn(relaying);
        }
    }

    private void readOn(Relaying relaying) {
        ExchangeLimits limits = services.limits();
        boolean wantsMore = relaying.tee().wantsMore();
        if (!attempt.hasClientLeft()) {
            attempt.waitWithinTotal(wantsMore ? limits.idleTimeout() : limits.writeStallTimeout());
        }
        if (wantsMore) {
            relaying.upstream().read();
        }
    }

    @Override
    public void onResponseEnd() {
        Relaying relaying = (Relaying) state;
        JobCall held = relaying.tee().held();
        if (held != null) {
            attempt.waitNoLonger();
            state = new Reviewing(relaying.call(), relaying.tee());
            held.review(relaying.call().intent()).thenAcceptAsync(this::onReviewed, attempt.loop());
            return;
        }
        relaying.tee().end();
        finish(relaying, Ending.COMPLETE, null);
    }

    /** It is known what of the answer may be passed on. */
    private void onReviewed(Review review) {
        Reviewing reviewing = (Reviewing) state;
        attempt.reviewed(review);
        finish(reviewing, Ending.COMPLETE, reviewing.tee().passOn(review, answers));
    }

    @Override
    public void onUpstreamLost(Throwable cause) {
        finish((Forwarded) state, attempt.endingByLoss(cause), answers.broken(cause));
    }

    @Override
    public void onClientLeft() {
        if (attempt.hasClientLeft()) {
            return;
        }
        attempt.clientLeft();
        switch (state) {
            case Connecting connecting -> finish(connecting, Ending.CLIENT_LEFT_EARLY, null);
            case AwaitingHead awaiting -> leave(awaiting);
            case Relaying relaying -> {
                relaying.tee().discard();
                leave(relaying);
            }
            case Reviewing reviewing -> reviewing.tee().discard();
            case Resting resting -> {}
        }
    }

    /** Reads the answer on for its entry, or gives it up, as is configured. */
    private void leave(Forwarded forwarded) {
        if (attempt.isCancelledOnDisconnect()) {
            giveUp(forwarded, Ending.CANCELLED_AFTER_CLIENT_LEFT, null);
        } else {
            attempt.waitFor(services.limits().drainTimeMax());
            forwarded.upstream().read();
        }
    }

    /** Which limit was reached, the state tells. */
    @Override
    public void onDeadline() {
        switch (state) {
            case Relaying relaying
            when !relaying.tee().wantsMore() -> {
                onClientLeft();
                attempt.client().breakOff();
            }
            case Forwarded forwarded
            when attempt.hasClientLeft() -> giveUp(forwarded, Ending.CANCELLED_AFTER_CLIENT_LEFT, null);
            case Forwarded forwarded -> giveUp(forwarded, Ending.UPSTREAM_TIMEOUT, answers.gatewayTimeout());
            case Connecting connecting -> {}
            case Reviewing reviewing -> {}
            case Resting resting -> {}
        }
    }

    @Override
    public void onDrainLimit() {
        switch (state) {
            case RecordingIntent waiting -> attempt.stop();
            case Connecting connecting -> finish(connecting, Ending.UPSTREAM_UNREACHABLE, answers.stopping());
            case Forwarded forwarded -> giveUp(forwarded, Ending.DRAIN_LIMIT, answers.stopping());
            case Reviewing reviewing -> {}
            case Resting resting -> {}
        }
    }

    private void giveUp(Forwarded forwarded, Ending ending, @Nullable FullHttpResponse insteadOfAnswer) {
        forwarded.upstream().close();
        finish(forwarded, ending, insteadOfAnswer);
    }

    /** Meter, price, record. */
    private void finish(Unsettled call, Ending ending, @Nullable FullHttpResponse insteadOfAnswer) {
        Tee tee = null;
        switch (call) {
            case RecordingIntent recording -> recording.body().release();
            case Connecting connecting -> connecting.body().release();
            case AwaitingHead awaiting -> awaiting.body().release();
            case Relaying relaying -> tee = relaying.tee();
            case Reviewing reviewing -> tee = reviewing.tee();
        }
        state = new Settling();
        Tee answer = tee;
        attempt.onceItIsKnownWhoIsCharged(
                call.call(), ending, () -> settle(call.call(), answer, ending, insteadOfAnswer));
    }

    private void settle(
            AdmittedCall call, @Nullable Tee tee, Ending ending, @Nullable FullHttpResponse insteadOfAnswer) {
        Conclusion conclusion = attempt.settle(call, tee, ending, insteadOfAnswer, null);
        attempt.onLoop(conclusion.settlement().recorded(), failure -> conclude(conclusion, failure));
    }

    /** Publish. The entry is durable and the meters show it, or it could not be made so: now the answer may end. */
    private void conclude(Conclusion conclusion, @Nullable Throwable failure) {
        state = new Finished();
        attempt.tell(conclusion, failure);
    }

    private void refuse(RequestCollector body, String reason, FullHttpResponse answer) {
        body.release();
        state = new Finished();
        attempt.refuse(reason, answer);
    }

    @Override
    public void onRequestBody(ByteBuf piece) {
        piece.release();
        throw new IllegalStateException("a request that was whole goes on");
    }

    @Override
    public void onRequestEnd() {
        throw new IllegalStateException("a request that was whole ends again");
    }

    @Override
    public boolean onRequestReadComplete() {
        return true;
    }

    @Override
    public boolean isOver() {
        return state instanceof Finished;
    }
}

package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Admission;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.proxy.auth.Caller;
import io.bedrockmeter.proxy.auth.FrameVerifier;
import io.bedrockmeter.proxy.exchange.DuplexState.AwaitingHead;
import io.bedrockmeter.proxy.exchange.DuplexState.Connecting;
import io.bedrockmeter.proxy.exchange.DuplexState.Finished;
import io.bedrockmeter.proxy.exchange.DuplexState.RecordingIntent;
import io.bedrockmeter.proxy.exchange.DuplexState.Relaying;
import io.bedrockmeter.proxy.exchange.DuplexState.Resting;
import io.bedrockmeter.proxy.exchange.DuplexState.Settling;
import io.bedrockmeter.proxy.exchange.DuplexState.Talking;
import io.bedrockmeter.proxy.exchange.DuplexState.Unsettled;
import io.bedrockmeter.proxy.route.Route;
import io.bedrockmeter.proxy.signing.FrameSigner;
import io.bedrockmeter.proxy.signing.RequestSigner;
import io.bedrockmeter.proxy.sigv4.SigV4;
import io.bedrockmeter.proxy.upstream.DuplexConnector;
import io.bedrockmeter.proxy.upstream.DuplexListener;
import io.bedrockmeter.proxy.upstream.StreamRefusedException;
import io.bedrockmeter.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * One call whose request and answer are streams of frames that pass at the same time: the same straight line as {@link
 * Exchange}. Confined to one event loop, which both of its connections share.
 *
 * <pre>
 *   step          method                 state while it waits   ends early with
 *   ingress       Ingress.onRequestHead                         400 over HTTP/1.1
 *   authenticate  Ingress.onRequestHead                         403
 *   route         Ingress.route                                 404 400
 *   admit         admit                  RecordingIntent        429 503
 *   sign          onSignable             Connecting             503
 *   forward       onConnected            AwaitingHead           400 502 504
 *   .. each frame passFrames             AwaitingHead, Relaying an exception frame, or a reset
 *   tee           onResponseBody         Relaying               an exception frame, or a reset
 *   meter, price  finish                 Settling
 *   record        finish                 Settling               (a ledger that fails breaks the answer off)
 *   publish       conclude               Finished
 * </pre>
 *
 * <p>Of the request, nothing is read before the intent is durable, and then no more than Bedrock takes; of the answer no more
 * than the caller takes. The call ends when the answer does, or when either side breaks. A caller who leaves ends its request;
 * the answer is read on, within bounds, for the totals that come last. A stream that Bedrock refuses before it has processed
 * anything is opened once more, on another connection.
 */
final class DuplexExchange implements Conversation, DuplexListener, DuplexConnector.Acquirer {
    private static final String NOT_ADMITTED =
            "The key that this session was begun with is not valid any more; begin another with one that is.";

    private final Attempt attempt;
    private final ExchangeServices services;
    private final ClientSide client;
    private final ErrorAnswers answers;
    private final HttpRequest request;
    private final CallerFrames frames;

    private final Caller caller;

    private DuplexState state = new Finished();
    private boolean stalled;

    /**
     * A session that begins.
     *
     * @param verifier what verifies its frames; null if they are believed
     */
    DuplexExchange(Attempt attempt, Caller caller, @Nullable FrameVerifier verifier) {
        this.attempt = attempt;
        this.caller = caller;
        this.services = attempt.services();
        this.client = attempt.client();
        this.answers = attempt.answers();
        this.request = attempt.request();
        this.frames = new CallerFrames(
                client.allocator(),
                services.bodyBudget(),
                SigV4.SIGNED_BY_FRAME.equals(request.headers().get(ExchangeHeaders.CONTENT_SHA256)),
                verifier);
    }

    /** Admit: what a session may cost at most depends on its model alone, because nothing of it is there yet. */
    void admit(Route.Found route, ModelRef model) {
        attempt.admissible();
        client.endWithConnection();
        RequestFacts facts = services.metering()
                .read(route.operation().wireFormat(), model, request.headers()::get)
                .finish();
        if (!attempt.enter(this)) {
            refuse("stopping", answers.stopping());
            return;
        }
        switch (services.metering().admit(attempt.invocation(caller, route, model, facts))) {
            case Admission.Refused no -> refuse(no.reason().label(), answers.notAdmitted(no));
            case Admission.Admitted yes -> {
                attempt.findSigner(
                        services.upstream(route.endpoint()), caller.terms().account());
                state = new RecordingIntent(yes.call(), route.target());
                attempt.onLoop(yes.intentRecorded(), this::onIntentRecorded);
            }
        }
    }

    /** The intent is durable, or could not be made so. */
    private void onIntentRecorded(@Nullable Throwable failure) {
        if (failure != null) {
            refuse("not_recorded", answers.notRecorded(failure));
        } else {
            attempt.onceSignable(this::onSignable);
        }
    }

    /** It is known who signs: sign the head, and open a stream. */
    private void onSignable() {
        RecordingIntent recording = (RecordingIntent) state;
        if (attempt.hasClientLeft()) {
            finish(recording, Ending.CLIENT_LEFT_EARLY, null);
        } else if (attempt.isStopped()) {
            finish(recording, Ending.UPSTREAM_UNREACHABLE, answers.stopping());
        } else {
            connect(recording, recording.target());
        }
    }

    private void connect(Unsettled call, String target) {
        Upstream upstream = services.upstream(call.call().invocation().endpoint());
        HttpHeaders headers =
                ExchangeHeaders.towardsUpstream(request, upstream.hostHeader(), ExchangeHeaders.LENGTH_UNKNOWN);
        RequestSigner ofRequest = attempt.signer();
        FrameSigner signer = ofRequest.signStream(
                request.method().name(), target, headers, services.clock().instant());
        if (signer == null) {
            finish(call, Ending.UPSTREAM_UNREACHABLE, answers.unavailable(ofRequest.whyNot()));
        } else {
            state = new Connecting(call.call(), target, headers, signer);
            upstream.pools().duplexOn(attempt.loop()).connect(this);
        }
    }

    /** Forward the head; frames follow as they come, whether there is an answer yet or not. */
    @Override
    public void onConnected(UpstreamStream upstream) {
        if (!(state instanceof Connecting connecting)) {
            upstream.close();
            return;
        }
        state = new AwaitingHead(
                connecting.call(),
                connecting.target(),
                upstream,
                new FrameRelay(frames, connecting.signer(), upstream, client.allocator(), services.clock()));
        upstream.open(
                new DefaultHttpRequest(
                        HttpVersion.HTTP_1_1, request.method(), connecting.target(), connecting.headers()),
                this);
        passFramesAndRead();
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
    }

    @Override
    public void onRequestBody(ByteBuf piece) {
        if (attempt.hasClientLeft() || state instanceof Settling || state instanceof Finished) {
            piece.release();
        } else {
            frames.add(piece);
        }
    }

    @Override
    public void onRequestEnd() {
        attempt.requestWhole();
        frames.end();
    }

    @Override
    public boolean onRequestReadComplete() {
        return switch (state) {
            case RecordingIntent waiting -> false;
            case Connecting waiting -> false;
            case Talking talking -> passFrames();
            case Settling over -> true;
            case Finished over -> true;
        };
    }

    @Override
    public void onUpstreamWritabilityChanged() {
        passFramesAndRead();
    }

    private void passFramesAndRead() {
        if (passFrames()) {
            client.read();
        }
    }

    /** Passes on what is there; true if more can be read. */
    private boolean passFrames() {
        if (!(state instanceof Talking talking) || attempt.hasClientLeft()) {
            return true;
        }
        String fault = caller.admittedStill().getAsBoolean() ? talking.frames().pass() : NOT_ADMITTED;
        if (fault != null) {
            // Both sides are ended, and what was used until here is recorded.
            talking.upstream().close();
            finish(talking, Ending.CALLER_PROTOCOL_ERROR, answers.invalid(fault), fault);
            return true;
        }
        restartDeadline();
        return talking.frames().wantsMore();
    }

    @Override
    public void onResponseHead(HttpResponse head) {
        AwaitingHead awaiting = (AwaitingHead) state;
        frames.forget();
        Tee tee = attempt.answered(awaiting.call(), head, head.status().code() == 200, false);
        state = new Relaying(awaiting.call(), awaiting.upstream(), awaiting.frames(), tee);
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
        restartDeadline();
        if (relaying.tee().wantsMore()) {
            relaying.upstream().read();
        }
    }

    @Override
    public void onResponseEnd() {
        Relaying relaying = (Relaying) state;
        relaying.tee().end();
        finish(relaying, Ending.COMPLETE, null);
    }

    @Override
    public void onUpstreamLost(Throwable cause) {
        Talking talking = (Talking) state;
        if (talking instanceof AwaitingHead awaiting && cause instanceof StreamRefusedException) {
            onRefused(awaiting, cause);
        } else {
            finish(talking, attempt.endingByLoss(cause), answers.broken(cause));
        }
    }

    /** Nothing was processed, so nothing can be billed twice if all of it is sent once more. */
    private void onRefused(AwaitingHead awaiting, Throwable cause) {
        attempt.requestRefused();
        if (!attempt.hasClientLeft() && frames.rewind()) {
            connect(awaiting, awaiting.target());
        } else {
            finish(awaiting, Ending.UPSTREAM_REFUSED, answers.broken(cause));
        }
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
            case Resting resting -> {}
        }
    }

    /** Ends the session in the caller's place, so that Bedrock ends it too, and tells what it came to. */
    private void leave(Talking talking) {
        if (attempt.isCancelledOnDisconnect()) {
            giveUp(talking, Ending.CANCELLED_AFTER_CLIENT_LEFT, null);
        } else {
            attempt.waitFor(services.limits().drainTimeMax());
            talking.frames().end();
            talking.upstream().read();
        }
    }

    /** Whatever passes, in either direction, shows that the session lives; but a caller who takes nothing counts as gone. */
    private void restartDeadline() {
        if (attempt.hasClientLeft() || !(state instanceof Talking talking)) {
            return;
        }
        ExchangeLimits limits = services.limits();
        switch (talking) {
            case AwaitingHead awaiting -> attempt.waitWithinTotal(limits.firstByteTimeout());
            case Relaying relaying -> {
                boolean takes = relaying.tee().wantsMore();
                if (takes) {
                    attempt.waitWithinTotal(limits.idleTimeout());
                } else if (!stalled) {
                    attempt.waitWithinTotal(limits.writeStallTimeout());
                }
                stalled = !takes;
            }
        }
    }

    @Override
    public void onDeadline() {
        if (!(state instanceof Talking talking)) {
            return;
        }
        if (attempt.hasClientLeft()) {
            giveUp(talking, Ending.CANCELLED_AFTER_CLIENT_LEFT, null);
        } else if (stalled) {
            onClientLeft();
            client.breakOff();
        } else {
            giveUp(talking, Ending.UPSTREAM_TIMEOUT, answers.gatewayTimeout());
        }
    }

    @Override
    public void onDrainLimit() {
        switch (state) {
            case RecordingIntent waiting -> attempt.stop();
            case Talking talking -> giveUp(talking, Ending.DRAIN_LIMIT, answers.stopping());
            case Connecting connecting -> finish(connecting, Ending.UPSTREAM_UNREACHABLE, answers.stopping());
            case Resting resting -> {}
        }
    }

    private void giveUp(Talking talking, Ending ending, @Nullable FullHttpResponse insteadOfAnswer) {
        talking.upstream().close();
        finish(talking, ending, insteadOfAnswer);
    }

    private void finish(Unsettled call, Ending ending, @Nullable FullHttpResponse insteadOfAnswer) {
        finish(call, ending, insteadOfAnswer, null);
    }

    /** Meter, price, record. */
    private void finish(
            Unsettled call, Ending ending, @Nullable FullHttpResponse insteadOfAnswer, @Nullable String callersFault) {
        frames.release();
        Tee tee = call instanceof Relaying relaying ? relaying.tee() : null;
        state = new Settling();
        Conclusion conclusion = attempt.settle(call.call(), tee, ending, insteadOfAnswer, callersFault);
        attempt.onLoop(conclusion.settlement().recorded(), failure -> conclude(conclusion, failure));
    }

    /** Publish. The entry is durable and the meters show it, or it could not be made so: now the answer may end. */
    private void conclude(Conclusion conclusion, @Nullable Throwable failure) {
        state = new Finished();
        attempt.tell(conclusion, failure);
    }

    private void refuse(String reason, FullHttpResponse answer) {
        frames.release();
        state = new Finished();
        attempt.refuse(reason, answer);
    }

    @Override
    public boolean isOver() {
        return state instanceof Finished;
    }
}

package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Admission;
import io.bedrockmeter.metering.AdmittedCall;
import io.bedrockmeter.metering.Invocation;
import io.bedrockmeter.metering.Settlement;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestReader;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageGap;
import io.bedrockmeter.metering.usage.UsageReader;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.proxy.auth.Caller;
import io.bedrockmeter.proxy.exchange.DuplexState.AwaitingHead;
import io.bedrockmeter.proxy.exchange.DuplexState.Connecting;
import io.bedrockmeter.proxy.exchange.DuplexState.Finished;
import io.bedrockmeter.proxy.exchange.DuplexState.RecordingIntent;
import io.bedrockmeter.proxy.exchange.DuplexState.Relaying;
import io.bedrockmeter.proxy.exchange.DuplexState.Settling;
import io.bedrockmeter.proxy.exchange.DuplexState.Talking;
import io.bedrockmeter.proxy.route.Route;
import io.bedrockmeter.proxy.signing.FrameSigner;
import io.bedrockmeter.proxy.upstream.DuplexConnector;
import io.bedrockmeter.proxy.upstream.DuplexListener;
import io.bedrockmeter.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call whose request and answer are streams of frames that pass at the same time: the same straight line as {@link
 * Exchange}, which has taken its first steps. Confined to one event loop, which both of its connections share.
 *
 * <pre>
 *   step          method              state while it waits     ends early with
 *   ingress       Exchange                                     400 over HTTP/1.1
 *   authenticate  Exchange                                     403
 *   route         Exchange                                     404 400
 *   admit         admit               RecordingIntent          503
 *   sign          onIntentRecorded    Connecting               503
 *   forward       onConnected         AwaitingHead             400 502 504
 *   .. each frame passFrames          AwaitingHead, Relaying   an exception frame, or a reset
 *   tee           onResponseBody      Relaying                 an exception frame, or a reset
 *   meter, price  finish              Settling
 *   record        finish              Settling                 (a ledger that fails breaks the answer off)
 *   publish       conclude            Finished
 * </pre>
 *
 * <p>Of the request, nothing is read before the intent is durable, and then no more than Bedrock takes; of the answer no more
 * than the caller takes. The call ends when the answer does, or when either side breaks. A caller who leaves ends its request;
 * the answer is read on, within bounds, for the totals that come last.
 */
final class DuplexExchange implements Conversation, DuplexListener, DuplexConnector.Acquirer {
    private static final UsageReading NOTHING_ANSWERED =
            new UsageReading.Absent(Usage.NONE, UsageGap.NOT_REPORTED, Served.SILENT);

    private static final String STOPPING = "The proxy is stopping.";

    /** What a caller says whose every frame is signed. */
    private static final String SIGNED_BY_FRAME = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

    private final ExchangeServices services;
    private final ClientSide client;
    private final EventLoop loop;
    private final Deadline deadline;
    private final Stopwatch stopwatch;
    private final Instant startedAt;
    private final String attemptId;
    private final ErrorAnswers answers;
    private final HttpRequest request;
    private final CallerFrames frames;

    private DuplexState state = new Finished();
    private boolean requestWhole;
    private boolean headSent;
    private boolean clientLeft;
    private boolean stalled;
    private int upstreamStatus;
    private @Nullable String upstreamRequestId;
    private long bytesOut;
    private long bytesOutWhenLeft;

    DuplexExchange(
            ExchangeServices services, ClientSide client, EventLoop loop, Deadline deadline, HttpRequest request) {
        this.services = services;
        this.client = client;
        this.loop = loop;
        this.deadline = deadline;
        this.request = request;
        this.stopwatch = new Stopwatch(services.nanoClock());
        this.startedAt = services.clock().instant();
        this.attemptId = services.attemptIds().next();
        this.answers = new ErrorAnswers(ErrorStyle.AWS, attemptId, services.clock());
        this.frames = new CallerFrames(
                client.allocator(),
                services.bodyBudget(),
                SIGNED_BY_FRAME.equals(request.headers().get(ExchangeHeaders.CONTENT_SHA256)));
    }

    /** Admit: what a session may cost at most depends on its model alone, because nothing of it is there yet. */
    void admit(Caller caller, Route.Found route, ModelRef model) {
        stopwatch.requestWhole();
        deadline.clear();
        Invocation invocation = new Invocation(
                attemptId,
                startedAt,
                caller.account(),
                route.operation().operationName(),
                route.operation().wireFormat(),
                model,
                services.region(),
                route.endpoint(),
                RequestReader.open(route.operation().wireFormat(), model, request.headers()::get)
                        .finish(),
                request.headers().get(ExchangeHeaders.SDK_INVOCATION_ID));
        switch (services.metering().admit(invocation)) {
            case Admission.Refused no -> refuse(no.reason().label(), answers.unavailable(no.message()));
            case Admission.Admitted yes -> {
                state = new RecordingIntent(yes.call(), route.target());
                onLoop(yes.intentRecorded(), this::onIntentRecorded);
            }
        }
    }

    /** The intent is durable, or could not be made so: sign the head, and open a stream. */
    private void onIntentRecorded(@Nullable Throwable failure) {
        if (!(state instanceof RecordingIntent recording)) {
            throw new IllegalStateException("an intent was recorded in state " + state);
        }
        if (failure != null) {
            refuse(
                    "not_recorded",
                    answers.unavailable(
                            "The call was not sent because it could not be recorded: " + failure.getMessage()));
            return;
        }
        Upstream upstream = services.upstream(recording.call().invocation().endpoint());
        HttpHeaders headers =
                ExchangeHeaders.towardsUpstream(request, upstream.hostHeader(), ExchangeHeaders.LENGTH_UNKNOWN);
        FrameSigner signer = upstream.signer()
                .signStream(
                        request.method().name(),
                        recording.target(),
                        headers,
                        services.clock().instant());
        if (signer == null) {
            finish(
                    recording.call(),
                    Ending.UPSTREAM_UNREACHABLE,
                    answers.unavailable(upstream.signer().whyNot()));
        } else if (clientLeft) {
            finish(recording.call(), Ending.CLIENT_LEFT_EARLY, null);
        } else {
            state = new Connecting(recording.call(), recording.target(), headers, signer);
            upstream.pools().duplexOn(loop).connect(this);
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
            String host =
                    services.upstream(connecting.call().invocation().endpoint()).hostHeader();
            finish(
                    connecting.call(),
                    Ending.UPSTREAM_UNREACHABLE,
                    answers.badGateway("Amazon Bedrock could not be reached at " + host + ": " + cause.getMessage()));
        }
    }

    @Override
    public void onRequestSent() {
        headSent = true;
        stopwatch.sent();
    }

    @Override
    public void onRequestBody(ByteBuf piece) {
        if (clientLeft || state instanceof Settling || state instanceof Finished) {
            piece.release();
        } else {
            frames.add(piece);
        }
    }

    @Override
    public void onRequestEnd() {
        requestWhole = true;
        frames.end();
    }

    @Override
    public boolean onRequestReadComplete() {
        return switch (state) {
            case RecordingIntent waiting -> false;
            case Connecting waiting -> false;
            case AwaitingHead talking -> passFrames();
            case Relaying talking -> passFrames();
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
        if (!(state instanceof Talking talking) || clientLeft) {
            return true;
        }
        String fault = talking.frames().pass();
        if (fault != null) {
            // Both sides are ended, and what was used until here is recorded.
            talking.upstream().close();
            finish(talking.call(), Ending.CALLER_PROTOCOL_ERROR, answers.invalid(fault), fault);
            return true;
        }
        restartDeadline();
        return talking.frames().wantsMore();
    }

    @Override
    public void onResponseHead(HttpResponse head) {
        AwaitingHead awaiting = (AwaitingHead) state;
        upstreamStatus = head.status().code();
        upstreamRequestId = head.headers().get(ExchangeHeaders.REQUEST_ID);
        UsageReader reader = services.metering().open(awaiting.call(), NettyHeads.of(head));
        ResponseRelay relay = new ResponseRelay(
                client,
                head,
                attemptId,
                upstreamStatus == 200 && !clientLeft,
                false,
                services.limits().windowBytes());
        state = new Relaying(awaiting.call(), awaiting.upstream(), awaiting.frames(), reader, relay);
        if (clientLeft) {
            relay.discard();
        }
    }

    /** Tee: the meter sees each piece, then the caller gets the same buffer. */
    @Override
    public void onResponseBody(ByteBuf piece) {
        Relaying relaying = (Relaying) state;
        stopwatch.pieceArrived();
        bytesOut += piece.readableBytes();
        for (ByteBuffer view : piece.nioBuffers()) {
            relaying.reader().read(view);
        }
        relaying.relay().piece(piece);
    }

    @Override
    public void onUpstreamReadComplete() {
        if (state instanceof Relaying relaying) {
            relaying.relay().flush();
            if (clientLeft && bytesOut - bytesOutWhenLeft > services.limits().drainBytesMax()) {
                cancel(relaying);
            } else {
                readOn(relaying);
            }
        }
    }

    private void readOn(Relaying relaying) {
        restartDeadline();
        if (clientLeft || relaying.relay().wantsMore()) {
            relaying.upstream().read();
        }
    }

    @Override
    public void onResponseEnd() {
        Relaying relaying = (Relaying) state;
        // The last frames need not wait for the disk; the end does.
        relaying.relay().flush();
        finish(relaying.call(), Ending.COMPLETE, null);
    }

    @Override
    public void onUpstreamLost(Throwable cause) {
        if (state instanceof Talking talking) {
            Ending ending = !headSent
                    ? Ending.UPSTREAM_LOST_WHILE_SENDING
                    : cause instanceof ProtocolException ? Ending.UPSTREAM_PROTOCOL_ERROR : Ending.UPSTREAM_RESET;
            finish(
                    talking.call(),
                    ending,
                    answers.badGateway("The connection to Amazon Bedrock broke: " + cause.getMessage()));
        }
    }

    @Override
    public void onClientWritabilityChanged() {
        if (state instanceof Relaying relaying) {
            readOn(relaying);
        }
    }

    @Override
    public void onClientLeft() {
        if (clientLeft) {
            return;
        }
        clientLeft = true;
        bytesOutWhenLeft = bytesOut;
        switch (state) {
            case Connecting connecting -> finish(connecting.call(), Ending.CLIENT_LEFT_EARLY, null);
            case AwaitingHead awaiting -> leave(awaiting);
            case Relaying relaying -> {
                relaying.relay().discard();
                leave(relaying);
            }
            case RecordingIntent waiting -> {}
            case Settling waiting -> {}
            case Finished finished -> {}
        }
    }

    /** Ends the session in the caller's place, so that Bedrock ends it too, and tells what it came to. */
    private void leave(Talking talking) {
        if (services.cancelOnDisconnect()) {
            cancel(talking);
        } else {
            deadline.in(services.limits().drainTimeMax().toNanos());
            talking.frames().end();
            talking.upstream().read();
        }
    }

    private void cancel(Talking talking) {
        talking.upstream().close();
        finish(talking.call(), Ending.CANCELLED_AFTER_CLIENT_LEFT, null);
    }

    /** Whatever passes, in either direction, shows that the session lives; but a caller who takes nothing counts as gone. */
    private void restartDeadline() {
        if (clientLeft) {
            return;
        }
        long left = services.limits().totalTimeout().toNanos() - stopwatch.elapsedNanos();
        switch (state) {
            case AwaitingHead awaiting ->
                deadline.in(Math.min(services.limits().firstByteTimeout().toNanos(), left));
            case Relaying relaying -> {
                if (relaying.relay().wantsMore()) {
                    deadline.in(Math.min(services.limits().idleTimeout().toNanos(), left));
                } else if (!stalled) {
                    deadline.in(Math.min(services.limits().writeStallTimeout().toNanos(), left));
                }
                stalled = !relaying.relay().wantsMore();
            }
            case RecordingIntent waiting -> {}
            case Connecting waiting -> {}
            case Settling waiting -> {}
            case Finished finished -> {}
        }
    }

    @Override
    public void onDeadline() {
        if (!(state instanceof Talking talking)) {
            return;
        }
        if (clientLeft) {
            cancel(talking);
        } else if (stalled) {
            onClientLeft();
            client.breakOff();
        } else {
            talking.upstream().close();
            finish(talking.call(), Ending.UPSTREAM_TIMEOUT, answers.gatewayTimeout());
        }
    }

    @Override
    public void onDrainLimit() {
        switch (state) {
            case Talking talking -> {
                talking.upstream().close();
                finish(talking.call(), Ending.DRAIN_LIMIT, answers.unavailable(STOPPING));
            }
            case Connecting connecting ->
                finish(connecting.call(), Ending.UPSTREAM_UNREACHABLE, answers.unavailable(STOPPING));
            case RecordingIntent waiting -> {}
            case Settling waiting -> {}
            case Finished finished -> {}
        }
    }

    private void finish(AdmittedCall call, Ending ending, @Nullable FullHttpResponse insteadOfAnswer) {
        finish(call, ending, insteadOfAnswer, null);
    }

    /** Meter, price, record. Called exactly once for each admitted call. */
    private void finish(
            AdmittedCall call,
            Ending ending,
            @Nullable FullHttpResponse insteadOfAnswer,
            @Nullable String callersFault) {
        deadline.clear();
        frames.release();
        ResponseRelay relay = null;
        UsageReading reading = NOTHING_ANSWERED;
        int bytesToFrameEnd = UsageReader.NO_FRAMES;
        if (state instanceof Relaying relaying) {
            relay = relaying.relay();
            bytesToFrameEnd = relaying.reader().bytesToFrameEnd();
            reading = relaying.reader().finish(ending == Ending.COMPLETE);
        }
        Outcome outcome = new Outcome(
                ending,
                upstreamStatus,
                clientLeft,
                services.clock().instant(),
                bytesOut,
                upstreamRequestId,
                stopwatch.timings());
        state = new Settling();
        Settlement settlement = services.metering().settle(call, reading, outcome);
        Conclusion conclusion = new Conclusion(
                settlement, ending, relay, insteadOfAnswer, ErrorStyle.AWS, bytesToFrameEnd, callersFault);
        onLoop(settlement.recorded(), failure -> conclude(conclusion, failure));
    }

    /** The entry is durable and published, or could not be: now the answer may end. */
    private void conclude(Conclusion conclusion, @Nullable Throwable failure) {
        over();
        conclusion.tell(client, clientLeft, failure == null, requestWhole, answers);
    }

    private void refuse(String reason, FullHttpResponse answer) {
        services.metering().countRefusal(reason);
        frames.release();
        over();
        if (clientLeft) {
            answer.release();
        } else {
            client.answer(answer, requestWhole);
        }
    }

    @Override
    public boolean isOver() {
        return state instanceof Finished;
    }

    private void over() {
        state = new Finished();
        deadline.clear();
        if (clientLeft) {
            deadline.cancel();
        }
    }

    /** Runs an action on this exchange's loop when a stage completes, with the failure if it failed. */
    private void onLoop(CompletionStage<Void> stage, Consumer<@Nullable Throwable> action) {
        stage.whenComplete((nothing, failure) -> loop.execute(() -> action.accept(failure)));
    }
}

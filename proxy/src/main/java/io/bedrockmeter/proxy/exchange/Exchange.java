package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.Admission;
import io.bedrockmeter.metering.AdmittedCall;
import io.bedrockmeter.metering.Invocation;
import io.bedrockmeter.metering.Settlement;
import io.bedrockmeter.metering.ledger.Ending;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.RequestReader;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageGap;
import io.bedrockmeter.metering.usage.UsageReader;
import io.bedrockmeter.metering.usage.UsageReading;
import io.bedrockmeter.proxy.auth.Authentication;
import io.bedrockmeter.proxy.auth.Caller;
import io.bedrockmeter.proxy.exchange.ExchangeState.AwaitingHead;
import io.bedrockmeter.proxy.exchange.ExchangeState.Connecting;
import io.bedrockmeter.proxy.exchange.ExchangeState.Finished;
import io.bedrockmeter.proxy.exchange.ExchangeState.Receiving;
import io.bedrockmeter.proxy.exchange.ExchangeState.RecordingIntent;
import io.bedrockmeter.proxy.exchange.ExchangeState.Refusing;
import io.bedrockmeter.proxy.exchange.ExchangeState.Relaying;
import io.bedrockmeter.proxy.exchange.ExchangeState.Settling;
import io.bedrockmeter.proxy.route.Route;
import io.bedrockmeter.proxy.route.Router;
import io.bedrockmeter.proxy.upstream.UpstreamConnection;
import io.bedrockmeter.proxy.upstream.UpstreamListener;
import io.bedrockmeter.proxy.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call: the straight line of ten steps from its first byte to its entry in the ledger. Confined to one event loop, which
 * both of its connections share.
 *
 * <pre>
 *   step          method              state while it waits     ends early with
 *   ingress       onRequestHead       Receiving                400 408 413 503 (Refusing)
 *   authenticate  onRequestHead                                403
 *   route         onRequestHead                                404 400
 *   admit         onRequestEnd        RecordingIntent          503
 *   sign          onIntentRecorded    Connecting               503
 *   forward       onConnected         AwaitingHead             502 504
 *   tee           onResponseBody      Relaying                 an exception frame, or a reset
 *   meter, price  finish              Settling
 *   record        finish              Settling                 (a ledger that fails breaks the answer off)
 *   publish       conclude            Finished
 * </pre>
 *
 * <p>Whatever happens, an admitted call passes {@link #finish} exactly once. A caller who leaves does not end it: Bedrock bills
 * the whole generation, so the answer is read on, within bounds, and the entry is exact.
 */
final class Exchange implements Conversation, UpstreamListener, UpstreamPool.Acquirer {
    private static final UsageReading NOTHING_ANSWERED =
            new UsageReading.Absent(Usage.NONE, UsageGap.NOT_REPORTED, Served.SILENT);

    private static final String ASYNC_IS_OFF =
            "Asynchronous invocations are not served by this proxy: their jobs write to S3"
                    + " with the proxy's own rights, and everybody would see the jobs of all. Call Amazon Bedrock directly for them.";

    private static final String NEEDS_HTTP2 =
            "This operation sends and receives at the same time, which takes HTTP/2; over HTTP/1.1 it cannot be called.";

    private static final String STOPPING = "The proxy is stopping.";

    private final ExchangeServices services;
    private final ClientSide client;
    private final EventLoop loop;
    private final Deadline deadline;
    private final Stopwatch stopwatch;
    private final Instant startedAt;
    private final String attemptId;
    private final ErrorStyle style;
    private final ErrorAnswers answers;
    private final HttpRequest request;

    private ExchangeState state = new Finished();
    private boolean requestWhole;
    private boolean usageAsked;
    private @Nullable StreamUsage streamUsage;
    private boolean requestSent;
    private boolean clientLeft;
    private int upstreamStatus;
    private @Nullable String upstreamRequestId;
    private long bytesOut;
    private long bytesOutWhenLeft;

    Exchange(ExchangeServices services, ClientSide client, EventLoop loop, Deadline deadline, HttpRequest request) {
        this.services = services;
        this.client = client;
        this.loop = loop;
        this.deadline = deadline;
        this.request = request;
        this.stopwatch = new Stopwatch(services.nanoClock());
        this.startedAt = services.clock().instant();
        this.attemptId = services.attemptIds().next();
        this.style = ErrorStyle.of(request.uri());
        this.answers = new ErrorAnswers(style, attemptId, services.clock());
    }

    /** Ingress, authenticate, route: what the head alone can decide. */
    void onRequestHead() {
        switch (services.authenticator().authenticate(NettyHeads.of(request))) {
            case Authentication.Rejected no ->
                refuse("unauthenticated", answers.unauthenticated(no.errorType(), no.message()));
            case Authentication.Accepted yes -> route(yes.caller());
        }
    }

    private void route(Caller caller) {
        String host = request.headers().get(HttpHeaderNames.HOST);
        switch (Router.route(request.method().name(), request.uri(), caller.signedFor(), host)) {
            case Route.Unknown no -> refuse("unknown_operation", answers.unknownOperation(no.why()));
            case Route.Malformed no -> refuse("malformed_model", answers.invalid(no.why()));
            case Route.Found yes -> {
                if (yes.operation().isAboutAsyncJobs()) {
                    refuse("switched_off", answers.switchedOff(ASYNC_IS_OFF));
                } else if (yes.operation().isBidirectional()) {
                    talk(caller, yes);
                } else {
                    receive(caller, yes);
                }
            }
        }
    }

    /** Hands over to an exchange in both directions. */
    private void talk(Caller caller, Route.Found route) {
        ModelRef model = route.model();
        if (model == null || !client.isHttp2()) {
            refuseAndClose("needs_http2", answers.invalid(NEEDS_HTTP2));
            return;
        }
        DuplexExchange successor = new DuplexExchange(services, client, loop, deadline, request);
        client.handOver(successor);
        successor.admit(caller, route, model);
    }

    private void receive(Caller caller, Route.Found route) {
        if (HttpUtil.getContentLength(request, -1L) > services.limits().bodyBytesMax()) {
            refuseTooLarge();
            return;
        }
        RequestReader reader =
                RequestReader.open(route.operation().wireFormat(), route.model(), request.headers()::get);
        state = new Receiving(
                caller,
                route,
                new RequestCollector(
                        client.allocator(),
                        services.bodyBudget(),
                        services.limits().bodyBytesMax(),
                        reader));
        deadline.in(services.limits().bodyTimeout().toNanos());
        if (HttpUtil.is100ContinueExpected(request)) {
            client.write(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            client.flush();
        }
    }

    @Override
    public void onRequestBody(ByteBuf piece) {
        if (!(state instanceof Receiving receiving)) {
            piece.release();
            return;
        }
        switch (receiving.body().add(piece)) {
            case OK -> {}
            case TOO_LARGE -> refuseTooLarge();
            case NO_ROOM ->
                refuse(
                        "bodies_total",
                        answers.unavailable(
                                "The proxy holds as many request bodies as it may (limits.bodies-total). Try again."));
        }
    }

    /** Admit the call. */
    @Override
    public void onRequestEnd() {
        requestWhole = true;
        stopwatch.requestWhole();
        if (state instanceof Refusing refusing) {
            answer(refusing.answer());
        } else if (state instanceof Receiving receiving) {
            deadline.clear();
            admit(receiving);
        }
    }

    @Override
    public boolean onRequestReadComplete() {
        return true;
    }

    private void admit(Receiving receiving) {
        Route.Found route = receiving.route();
        RequestFacts facts = receiving.body().facts();
        ModelRef model = route.model();
        if (model == null) {
            String named = facts.model();
            model = named == null ? null : Router.modelNamed(named);
        }
        if (model == null) {
            refuse("malformed_model", answers.invalid("The request's body names no model that can be one."));
            return;
        }
        usageAsked = services.askStreamsForUsage()
                && StreamUsage.askedIn(
                        receiving.body(), facts, route.operation().wireFormat());
        Invocation invocation = new Invocation(
                attemptId,
                startedAt,
                receiving.caller().account(),
                route.operation().operationName(),
                route.operation().wireFormat(),
                model,
                services.region(),
                route.endpoint(),
                facts,
                request.headers().get(ExchangeHeaders.SDK_INVOCATION_ID));
        switch (services.metering().admit(invocation)) {
            case Admission.Refused no -> refuse(no.reason().label(), answers.unavailable(no.message()));
            case Admission.Admitted yes -> {
                state = new RecordingIntent(yes.call(), route.target(), receiving.body());
                onLoop(yes.intentRecorded(), this::onIntentRecorded);
            }
        }
    }

    /** The intent is durable, or could not be made so: sign, and find a connection. */
    private void onIntentRecorded(@Nullable Throwable failure) {
        if (!(state instanceof RecordingIntent recording)) {
            throw new IllegalStateException("an intent was recorded in state " + state);
        }
        if (failure != null) {
            recording.body().release();
            refuse(
                    "not_recorded",
                    answers.unavailable(
                            "The call was not sent because it could not be recorded: " + failure.getMessage()));
            return;
        }
        RequestCollector body = recording.body();
        Upstream upstream = services.upstream(recording.call().invocation().endpoint());
        HttpHeaders headers = ExchangeHeaders.towardsUpstream(request, upstream.hostHeader(), body.bytes());
        boolean signed = upstream.signer()
                .sign(
                        request.method().name(),
                        recording.target(),
                        headers,
                        body.sha256Hex(),
                        services.clock().instant());
        state = new Connecting(recording.call(), recording.target(), body, headers);
        if (clientLeft) {
            finish(Ending.CLIENT_LEFT_EARLY, null);
        } else if (signed) {
            upstream.pools().on(loop).acquire(this);
        } else {
            finish(
                    Ending.UPSTREAM_UNREACHABLE,
                    answers.unavailable(upstream.signer().whyNot()));
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
        deadline.in(services.limits().firstByteTimeout().toNanos());
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
            String host =
                    services.upstream(connecting.call().invocation().endpoint()).hostHeader();
            finish(
                    Ending.UPSTREAM_UNREACHABLE,
                    answers.badGateway("Amazon Bedrock could not be reached at " + host + ": " + cause.getMessage()));
        }
    }

    @Override
    public void onRequestSent() {
        requestSent = true;
        stopwatch.sent();
        if (state instanceof AwaitingHead awaiting) {
            awaiting.body().release();
        }
    }

    @Override
    public void onResponseHead(HttpResponse head) {
        AwaitingHead awaiting = (AwaitingHead) state;
        awaiting.body().release();
        upstreamStatus = head.status().code();
        upstreamRequestId = head.headers().get(ExchangeHeaders.REQUEST_ID);
        UsageReader reader = services.metering().open(awaiting.call(), NettyHeads.of(head));
        String contentType = head.headers().get(HttpHeaderNames.CONTENT_TYPE);
        boolean streamed = awaiting.call().invocation().wireFormat().streamed(contentType) && upstreamStatus == 200;
        streamUsage = usageAsked && streamed ? new StreamUsage(client.allocator()) : null;
        ResponseRelay relay = new ResponseRelay(
                client,
                head,
                attemptId,
                streamed && !clientLeft,
                streamUsage != null,
                services.limits().windowBytes());
        state = new Relaying(awaiting.call(), awaiting.upstream(), reader, relay);
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
        if (piece.nioBufferCount() == 1) {
            relaying.reader().read(piece.nioBuffer());
        } else {
            for (ByteBuffer view : piece.nioBuffers()) {
                relaying.reader().read(view);
            }
        }
        relaying.relay().piece(streamUsage == null ? piece : streamUsage.withoutAnswer(piece));
    }

    @Override
    public void onUpstreamReadComplete() {
        if (state instanceof Relaying relaying) {
            relaying.relay().flush();
            if (clientLeft && bytesOut - bytesOutWhenLeft > services.limits().drainBytesMax()) {
                cancel(relaying.upstream());
            } else {
                readOn(relaying);
            }
        }
    }

    @Override
    public void onResponseEnd() {
        if (state instanceof Relaying relaying) {
            if (streamUsage != null) {
                relaying.relay().piece(streamUsage.rest());
            }
            // A stream's last frames need not wait for the disk; its end does.
            relaying.relay().flush();
        }
        finish(Ending.COMPLETE, null);
    }

    @Override
    public void onUpstreamLost(Throwable cause) {
        Ending ending = !requestSent
                ? Ending.UPSTREAM_LOST_WHILE_SENDING
                : cause instanceof ProtocolException ? Ending.UPSTREAM_PROTOCOL_ERROR : Ending.UPSTREAM_RESET;
        finish(ending, answers.badGateway("The connection to Amazon Bedrock broke: " + cause.getMessage()));
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
            case Receiving receiving -> {
                receiving.body().release();
                over();
            }
            case Refusing refusing -> {
                refusing.answer().release();
                over();
            }
            case Connecting connecting -> finish(Ending.CLIENT_LEFT_EARLY, null);
            case AwaitingHead awaiting -> leave(awaiting.upstream());
            case Relaying relaying -> {
                relaying.relay().discard();
                leave(relaying.upstream());
            }
            case RecordingIntent waiting -> {}
            case Settling waiting -> {}
            case Finished finished -> {}
        }
    }

    private void leave(UpstreamConnection upstream) {
        if (services.cancelOnDisconnect()) {
            cancel(upstream);
        } else {
            deadline.in(services.limits().drainTimeMax().toNanos());
            upstream.read();
        }
    }

    private void cancel(UpstreamConnection upstream) {
        upstream.close();
        finish(Ending.CANCELLED_AFTER_CLIENT_LEFT, null);
    }

    /** Which limit was reached, the state tells. */
    @Override
    public void onDeadline() {
        switch (state) {
            case Receiving receiving ->
                refuseAndClose(
                        "body_timeout",
                        answers.bodyTooSlow(services.limits().bodyTimeout().toSeconds()));
            case Refusing refusing -> answer(refusing.answer());
            case AwaitingHead awaiting -> timeOut(awaiting.upstream());
            case Relaying relaying -> {
                if (!clientLeft && !relaying.relay().wantsMore()) {
                    onClientLeft();
                    client.breakOff();
                } else {
                    timeOut(relaying.upstream());
                }
            }
            case Connecting waiting -> {}
            case RecordingIntent waiting -> {}
            case Settling waiting -> {}
            case Finished finished -> {}
        }
    }

    private void timeOut(UpstreamConnection upstream) {
        if (clientLeft) {
            cancel(upstream);
            return;
        }
        upstream.close();
        finish(Ending.UPSTREAM_TIMEOUT, answers.gatewayTimeout());
    }

    @Override
    public void onDrainLimit() {
        switch (state) {
            case AwaitingHead awaiting -> {
                awaiting.upstream().close();
                finish(Ending.DRAIN_LIMIT, answers.unavailable(STOPPING));
            }
            case Relaying relaying -> {
                relaying.upstream().close();
                finish(Ending.DRAIN_LIMIT, answers.unavailable(STOPPING));
            }
            case Connecting connecting -> finish(Ending.UPSTREAM_UNREACHABLE, answers.unavailable(STOPPING));
            case Receiving receiving -> refuseAndClose("stopping", answers.unavailable(STOPPING));
            case Refusing refusing -> answer(refusing.answer());
            case RecordingIntent waiting -> {}
            case Settling waiting -> {}
            case Finished finished -> {}
        }
    }

    /** Meter, price, record. Called exactly once for each admitted call. */
    private void finish(Ending ending, @Nullable FullHttpResponse insteadOfAnswer) {
        deadline.clear();
        if (streamUsage != null) {
            streamUsage.rest().release();
        }
        ResponseRelay relay = null;
        UsageReading reading = NOTHING_ANSWERED;
        int bytesToFrameEnd = UsageReader.NO_FRAMES;
        AdmittedCall call;
        switch (state) {
            case Relaying relaying -> {
                call = relaying.call();
                relay = relaying.relay();
                bytesToFrameEnd = relaying.reader().bytesToFrameEnd();
                reading = relaying.reader().finish(ending == Ending.COMPLETE);
            }
            case AwaitingHead awaiting -> {
                call = awaiting.call();
                awaiting.body().release();
            }
            case Connecting connecting -> {
                call = connecting.call();
                connecting.body().release();
            }
            case Receiving wrong -> throw unfinishable(wrong);
            case Refusing wrong -> throw unfinishable(wrong);
            case RecordingIntent wrong -> throw unfinishable(wrong);
            case Settling wrong -> throw unfinishable(wrong);
            case Finished wrong -> throw unfinishable(wrong);
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
        Conclusion conclusion =
                new Conclusion(settlement, ending, relay, insteadOfAnswer, style, bytesToFrameEnd, null);
        onLoop(settlement.recorded(), failure -> conclude(conclusion, failure));
    }

    /** The entry is durable and published, or could not be: now the answer may end. */
    private void conclude(Conclusion conclusion, @Nullable Throwable failure) {
        over();
        conclusion.tell(client, clientLeft, failure == null, requestWhole, answers);
    }

    private void readOn(Relaying relaying) {
        if (clientLeft) {
            relaying.upstream().read();
            return;
        }
        long left = services.limits().totalTimeout().toNanos() - stopwatch.elapsedNanos();
        if (relaying.relay().wantsMore()) {
            deadline.in(Math.min(services.limits().idleTimeout().toNanos(), left));
            relaying.upstream().read();
        } else {
            deadline.in(Math.min(services.limits().writeStallTimeout().toNanos(), left));
        }
    }

    /**
     * Refuses the call as soon as its request is whole, so that the answer can be read; at once where the caller waits to be
     * asked for the body.
     */
    private void refuse(String reason, FullHttpResponse answer) {
        services.metering().countRefusal(reason);
        boolean waitsToBeAsked = !(state instanceof Receiving) && HttpUtil.is100ContinueExpected(request);
        if (state instanceof Receiving receiving) {
            receiving.body().release();
        }
        if (clientLeft) {
            answer.release();
            over();
        } else if (requestWhole || waitsToBeAsked) {
            answer(answer);
        } else {
            state = new Refusing(answer);
            deadline.in(services.limits().bodyTimeout().toNanos());
        }
    }

    private void refuseTooLarge() {
        refuseAndClose("body_too_large", answers.tooLarge(services.limits().bodyBytesMax()));
    }

    /** Refuses the call at once, whatever of its request is still to come. */
    private void refuseAndClose(String reason, FullHttpResponse answer) {
        services.metering().countRefusal(reason);
        if (state instanceof Receiving receiving) {
            receiving.body().release();
        }
        answer(answer);
    }

    private void answer(FullHttpResponse answer) {
        over();
        client.answer(answer, requestWhole);
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

    private static IllegalStateException unfinishable(ExchangeState state) {
        return new IllegalStateException("an exchange cannot finish in state " + state);
    }
}

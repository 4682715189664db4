package io.bedrockmeter.proxy.exchange;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.RequestReader;
import io.bedrockmeter.proxy.auth.Authentication;
import io.bedrockmeter.proxy.auth.Caller;
import io.bedrockmeter.proxy.auth.FrameVerifier;
import io.bedrockmeter.proxy.auth.SignedBody;
import io.bedrockmeter.proxy.exchange.IngressState.Finished;
import io.bedrockmeter.proxy.exchange.IngressState.Head;
import io.bedrockmeter.proxy.exchange.IngressState.Receiving;
import io.bedrockmeter.proxy.exchange.IngressState.Refusing;
import io.bedrockmeter.proxy.jobs.JobRegister;
import io.bedrockmeter.proxy.jobs.Ownership;
import io.bedrockmeter.proxy.route.JobKind;
import io.bedrockmeter.proxy.route.Route;
import io.bedrockmeter.proxy.route.Router;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request before it is admitted: the first three of the ten steps of {@link Exchange}. Nothing is spent here and nothing
 * recorded, so it ends in one of two ways: it is handed over, or its caller is told why not. Confined to one event loop.
 */
final class Ingress implements Conversation {
    private static final String NEEDS_HTTP2 =
            "This operation sends and receives at the same time, which takes HTTP/2; over HTTP/1.1 it cannot be called.";

    private static final String NO_FIPS =
            "This route is of bedrock-mantle, which has no public FIPS endpoint (upstream.fips); use those of bedrock-runtime, or"
                    + " have upstream.mantle-endpoint set.";

    private static final String TOO_MANY_GIVEN_UP =
            "Too many calls from this address were given up before they were answered"
                    + " (limits.per-source.given-up). Try again later.";

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Attempt attempt;
    private final ExchangeServices services;
    private final ClientSide client;
    private final ErrorAnswers answers;
    private final HttpRequest request;

    private final BodyPace pace;

    private IngressState state = new Head();

    Ingress(Attempt attempt) {
        this.attempt = attempt;
        this.services = attempt.services();
        this.client = attempt.client();
        this.answers = attempt.answers();
        this.request = attempt.request();
        this.pace = new BodyPace(services.limits());
    }

    /** Authenticate, route: what the head alone can decide. */
    void onRequestHead() {
        if (!client.origin().mayCall(services.limits().givenUpPerSourceMax())) {
            turnAway("source_given_up", answers.busy(TOO_MANY_GIVEN_UP, Sources.WINDOW));
            return;
        }
        switch (services.authenticator().authenticate(NettyHeads.of(request, client))) {
            case Authentication.Rejected no -> reject(no);
            case Authentication.Undecided no -> refuse("undecided", answers.unavailable(no.why()));
            // A key that is passed on proves nothing until AWS has seen it.
            case Authentication.Accepted yes ->
                route(new Identified(yes.caller(), yes.caller().passedOn() == null, null, null));
            case Authentication.AwaitingBody yes ->
                route(new Identified(yes.claimed(), yes.isProven(), yes.body(), null));
            case Authentication.AwaitingFrames yes -> route(new Identified(yes.caller(), true, null, yes.frames()));
        }
    }

    /**
     * A caller, and what is left of its proof.
     *
     * @param isProven whether it is known by now that it is this one
     * @param body the body that it has signed; null if it has not
     * @param frames what verifies the frames that it has signed; null if it has not
     */
    private record Identified(
            Caller caller,
            boolean isProven,
            @Nullable SignedBody body,
            @Nullable FrameVerifier frames) {}

    private void route(Identified from) {
        Caller caller = from.caller();
        attempt.isFrom(caller);
        String host = request.headers().get(HttpHeaderNames.HOST);
        switch (Router.route(request.method().name(), request.uri(), caller.signedFor(), host)) {
            case Route.Unknown no -> refuse("unknown_operation", answers.unknownOperation(no.why()));
            case Route.Malformed no -> refuse("malformed_model", answers.invalid(no.why()));
            case Route.Found yes -> {
                JobKind jobs = yes.operation().jobs();
                if (jobs != null && !services.jobs().kinds().contains(jobs)) {
                    refuse("switched_off", JobCall.switchedOff(jobs, answers));
                } else if (!services.has(yes.endpoint())) {
                    refuse("no_endpoint", answers.switchedOff(NO_FIPS));
                } else if (yes.operation().isBidirectional()) {
                    talk(from, yes);
                } else {
                    receive(from, yes);
                }
            }
        }
    }

    /** Hands over to an exchange in both directions, which takes the body as it comes. */
    private void talk(Identified from, Route.Found route) {
        ModelRef model = route.model();
        if (model == null || !client.isHttp2()) {
            refuseAtOnce("needs_http2", answers.invalid(NEEDS_HTTP2));
            return;
        }
        if (from.body() != null) {
            reject(Authentication.Rejected.framesNotSigned());
            return;
        }
        String rule = KeyRules.ruleAgainst(from.caller(), route, model, null, request, services.region());
        if (rule != null) {
            deny(from.caller(), rule);
            return;
        }
        services.stamp()
                .setInHead(route.operation(), request, from.caller().terms().account(), attempt.id());
        state = new Finished();
        DuplexExchange successor = new DuplexExchange(attempt, from.caller(), from.frames());
        client.handOver(successor);
        successor.admit(route, model);
    }

    private void receive(Identified from, Route.Found route) {
        Caller caller = from.caller();
        if (from.frames() != null) {
            reject(Authentication.Rejected.framesSignedForOneBody());
            return;
        }
        long bytesMax = services.limits().bodyBytesMax();
        if (HttpUtil.getContentLength(request, -1L) > bytesMax) {
            refuseTooLarge();
            return;
        }
        BodyRoom room = roomFor(from);
        BodyRoom.Shortage shortage = room.shortageFor(announced());
        if (shortage != null) {
            shed(shortage);
            return;
        }
        JobKind jobs = route.operation().jobs();
        if (jobs != null) {
            JobRegister register = services.jobs().register();
            attempt.isAbout(new JobCall(register, jobs, caller.terms().owner(), route, services.bodyBudget()));
        }
        RequestReader reader = services.metering()
                .read(route.operation().wireFormat(), route.model(), NettyHeads.of(request, client)::header);
        state = new Receiving(
                caller,
                route,
                new RequestCollector(
                        client.allocator(),
                        room,
                        bytesMax,
                        reader,
                        services.stamp().finder(route.operation())),
                from.body());
        attempt.waitFor(pace.untilLook());
        if (HttpUtil.is100ContinueExpected(request)) {
            client.write(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            client.flush();
        }
    }

    private BodyRoom roomFor(Identified from) {
        return from.isProven()
                ? BodyRoom.of(services.bodyBudget())
                : BodyRoom.ofStranger(
                        services.bodyBudget(),
                        new BodyRoom.Strangers(
                                services.strangersBodies(),
                                client.origin(),
                                services.limits().strangersBytesPerSourceMax()));
    }

    /** How much of a body is to come, as far as the head says. */
    private long announced() {
        long unknown = HttpUtil.isTransferEncodingChunked(request) ? 1 : 0;
        return HttpUtil.getContentLength(request, unknown);
    }

    private void shed(BodyRoom.Shortage shortage) {
        turnAway(shortage.reason(), answers.busy(shortage.message(), SOON));
    }

    @Override
    public void onRequestBody(ByteBuf piece) {
        pace.arrived(piece.readableBytes());
        if (!(state instanceof Receiving receiving)) {
            piece.release();
            return;
        }
        switch (receiving.body().add(piece)) {
            case OK -> {}
            case TOO_LARGE -> refuseTooLarge();
            case NO_ROOM -> shed(receiving.body().shortage());
        }
    }

    @Override
    public void onRequestEnd() {
        attempt.requestWhole();
        switch (state) {
            case Receiving receiving -> onWhole(receiving);
            case Refusing refusing -> answer(refusing.answer());
            case Head head -> {}
            case Finished finished -> {}
        }
    }

    private void onWhole(Receiving receiving) {
        attempt.waitNoLonger();
        attempt.admissible();
        SignedBody signed = receiving.signed();
        Authentication.Rejected no =
                signed == null ? null : signed.refusal(receiving.body().sha256Hex());
        if (no != null) {
            reject(no);
            return;
        }
        receiving.body().verified();
        RequestFacts facts = receiving.body().facts();
        ModelRef model = modelOf(receiving.route(), facts);
        if (model == null) {
            refuse("malformed_model", answers.invalid("The request's body names no model that can be one."));
            return;
        }
        String rule =
                KeyRules.ruleAgainst(receiving.caller(), receiving.route(), model, facts, request, services.region());
        if (rule != null) {
            deny(receiving.caller(), rule);
            return;
        }
        String problem = stamp(receiving);
        if (problem != null) {
            refuse(RequestStamp.REFUSAL, answers.invalid(problem));
            return;
        }
        JobCall job = attempt.job();
        if (job == null) {
            handOver(receiving, model, facts);
        } else {
            job.ownership().thenAcceptAsync(known -> onOwnershipKnown(job, known, model, facts), attempt.loop());
        }
    }

    /** Sets what Amazon Bedrock is told of the caller; why that cannot be done, or null if it was. */
    private @Nullable String stamp(Receiving receiving) {
        RequestStamp stamp = services.stamp();
        AccountId account = receiving.caller().terms().account();
        String problem = stamp.setInHead(receiving.route().operation(), request, account, attempt.id());
        return problem != null ? problem : stamp.setInBody(receiving.body(), account, attempt.id());
    }

    private void deny(Caller caller, String rule) {
        String keyId = caller.terms().account().keyId();
        services.audit().refused("access_denied", keyId, client.source(), attempt.id());
        refuse("access_denied", answers.accessDenied(keyId, rule));
    }

    /** One about a job of somebody else goes out as little as one about no job at all. */
    private void onOwnershipKnown(JobCall job, Ownership ownership, ModelRef model, RequestFacts facts) {
        if (state instanceof Receiving receiving) {
            switch (ownership) {
                case OWN -> handOver(receiving, model, facts);
                case NOT_OWN -> refuse("not_own_job", job.noSuchJob(answers));
                case UNKNOWN -> refuse("job_owner_unknown", answers.unavailable(JobCall.OWNER_UNKNOWN));
            }
        }
    }

    private void handOver(Receiving receiving, ModelRef model, RequestFacts facts) {
        JobCall job = attempt.job();
        if (job != null && job.wouldBeUnnamed(facts.clientToken())) {
            refuse("no_client_token", answers.invalid(JobCall.NEEDS_TOKEN));
            return;
        }
        state = new Finished();
        Exchange successor = new Exchange(attempt);
        client.handOver(successor);
        successor.admit(receiving, model, facts);
    }

    private static @Nullable ModelRef modelOf(Route.Found route, RequestFacts facts) {
        String named = facts.model();
        if (route.model() != null || named == null) {
            return route.model();
        }
        return Router.modelNamed(named);
    }

    @Override
    public boolean onRequestReadComplete() {
        return true;
    }

    @Override
    public void onClientWritabilityChanged() {
        // There is nothing to send yet.
    }

    @Override
    public void onClientLeft() {
        attempt.clientLeft();
        switch (state) {
            case Receiving receiving -> {
                receiving.body().release();
                over();
            }
            case Refusing refusing -> answer(refusing.answer());
            case Head head -> over();
            case Finished finished -> {}
        }
    }

    @Override
    public void onDeadline() {
        switch (state) {
            case Receiving receiving -> {
                switch (pace.look()) {
                    case GO_ON -> attempt.waitFor(pace.untilLook());
                    case TOO_SLOW -> turnAway("body_rate", answers.bodyTooSlow(services.limits()));
                    case TOO_LATE ->
                        turnAway(
                                "body_timeout",
                                answers.bodyTooLate(
                                        services.limits().bodyTimeout().toSeconds()));
                }
            }
            case Refusing refusing -> {
                if (pace.look() == BodyPace.Verdict.GO_ON) {
                    attempt.waitFor(pace.untilLook());
                } else {
                    answer(refusing.answer());
                }
            }
            case Head head -> {}
            case Finished finished -> {}
        }
    }

    @Override
    public void onDrainLimit() {
        switch (state) {
            case Receiving receiving -> refuseAtOnce("stopping", answers.stopping());
            case Refusing refusing -> answer(refusing.answer());
            case Head head -> {}
            case Finished finished -> {}
        }
    }

    /** Refuses a caller who has not proved who it is. */
    private void reject(Authentication.Rejected no) {
        services.audit().refused(no, client.source(), attempt.id());
        refuse("unauthenticated", answers.unauthenticated(no.errorType(), no.message()));
    }

    /**
     * Refuses the request as soon as it is whole, so that the answer can be read; at once where the caller waits to be asked for
     * the body.
     */
    private void refuse(String reason, FullHttpResponse answer) {
        boolean waitsToBeAsked = state instanceof Head && HttpUtil.is100ContinueExpected(request);
        if (attempt.isRequestWhole() || waitsToBeAsked) {
            refuseAtOnce(reason, answer);
            return;
        }
        services.metering().countRefusal(reason);
        releaseBody();
        state = new Refusing(answer);
        attempt.waitFor(pace.untilLook());
    }

    private void refuseTooLarge() {
        turnAway("body_too_large", answers.tooLarge(services.limits().bodyBytesMax()));
    }

    /** Refuses the request now for what it or others like it would use, and writes down where it came from. */
    private void turnAway(String reason, FullHttpResponse answer) {
        releaseBody();
        state = new Finished();
        services.turnedAway(reason, client.source(), attempt.id());
        attempt.answer(answer);
    }

    /** Refuses the request now, whatever of it is still to come. */
    private void refuseAtOnce(String reason, FullHttpResponse answer) {
        releaseBody();
        state = new Finished();
        attempt.refuse(reason, answer);
    }

    private void releaseBody() {
        if (state instanceof Receiving receiving) {
            receiving.body().release();
        }
    }

    private void answer(FullHttpResponse answer) {
        state = new Finished();
        attempt.answer(answer);
    }

    private void over() {
        state = new Finished();
        attempt.over();
    }

    @Override
    public boolean isOver() {
        return state instanceof Finished;
    }
}

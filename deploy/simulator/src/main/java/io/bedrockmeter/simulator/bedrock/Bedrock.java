package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Dialect;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.call.Route;
import io.bedrockmeter.simulator.control.ControlPlane;
import io.bedrockmeter.simulator.control.ControlRoute;
import io.bedrockmeter.simulator.family.ClaudeMessages;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.s3.ObjectStore;
import io.bedrockmeter.simulator.s3.S3;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.ScriptBook;
import io.bedrockmeter.simulator.sigv4.RequestVerifier;
import io.bedrockmeter.simulator.sigv4.SignatureHeader;
import io.bedrockmeter.simulator.sigv4.Verdict;
import io.bedrockmeter.simulator.truth.Prices;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The service: turns a request that arrived whole into the answer to give and the bill to write. Thread-safe. */
public final class Bedrock {
    private static final JsonMapper JSON = new JsonMapper();

    private final Optional<RequestVerifier> verifier;
    private final ScriptBook scripts;
    private final ControlPlane control;
    private final InstantSource clock;
    private final RequestIds ids;
    private final Bills bills;
    private final Refusals refusals;
    private final PromptCache cache = new PromptCache();
    private final StoredResponses responses = new StoredResponses();
    private final Operations operations;
    private final Inference inference;
    private final S3 s3;
    private final BatchJobs batchJobs;
    private final ControlCalls controlCalls;

    /**
     * Without a verifier every request is accepted.
     *
     * @param truthOfJobs told of what is billed while nobody waits for an answer
     */
    public Bedrock(
            Optional<RequestVerifier> verifier,
            ScriptBook scripts,
            ControlPlane control,
            ObjectStore objects,
            String region,
            InstantSource clock,
            long seed,
            Consumer<TruthEntry> truthOfJobs) {
        this.verifier = verifier;
        this.scripts = scripts;
        this.control = control;
        this.clock = clock;
        this.ids = new RequestIds(seed);
        this.bills = new Bills(region, Prices.bundled());
        this.refusals = new Refusals(bills);
        this.operations = new Operations(new AsyncJobs(region, clock), new ResponseOperations(responses));
        this.s3 = new S3(objects);
        this.batchJobs = new BatchJobs(region, clock, objects, bills, truthOfJobs);
        this.controlCalls = new ControlCalls(scripts, control, batchJobs);
        this.inference = new Inference(bills, new Generations(new DefaultUsage(cache)), responses);
    }

    /** Forgets cached prompts, stored responses, asynchronous jobs and batch jobs. */
    public void reset() {
        cache.clear();
        responses.clear();
        operations.reset();
        batchJobs.clear();
    }

    public Answer answer(Received request) {
        Verdict verdict =
                verifier.isPresent() ? verifier.get().verify(request) : new Verdict.Accepted(claimedAccessKey(request));
        if (S3.isAsked(request)) {
            return ofS3(verdict, request);
        }
        return switch (verdict) {
            case Verdict.Refused refused ->
                refusals.unauthorised(caller(request, refused.accessKey()), request, refused);
            case Verdict.Accepted accepted -> accepted(caller(request, accepted.accessKey()), request);
        };
    }

    /** Whether a request is one of a stream in both directions, which {@link #open} is for. */
    public static boolean isBidirectional(Received head) {
        return Route.of(head)
                .filter(route -> route.operation() == Operation.INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM)
                .isPresent();
    }

    /** Opens a stream in both directions by the head of its request. */
    public Opening open(Received head) {
        Verdict verdict =
                verifier.isPresent() ? verifier.get().verify(head) : new Verdict.Accepted(claimedAccessKey(head));
        if (verdict instanceof Verdict.Refused refused) {
            return new Opening.Refused(refusals.unauthorised(caller(head, refused.accessKey()), head, refused));
        }
        Route route = Route.of(head).orElseThrow();
        Caller caller = caller(head, ((Verdict.Accepted) verdict).accessKey());
        Script script = scripts.take(
                route.operation().apiName(),
                route.modelId(),
                head.header(Script.HEADER).orElse(null));
        ModelId model =
                control.resolve(route.modelId(), script.servedOrAsAsked().baseModel());
        if (script.error() != null) {
            return new Opening.Refused(refusals.refused(caller, route, script.error()));
        }
        return model.base().startsWith("amazon.nova") && model.base().contains("sonic")
                ? new Opening.Opened(
                        new SpeechSession(caller, model, script, bills, verifier.flatMap(by -> by.frames(head))))
                : new Opening.Refused(refusals.refused(
                        caller, route, Errors.validation("The provided model identifier is invalid.")));
    }

    /** What comes of the head of a stream in both directions. */
    public sealed interface Opening {
        record Opened(SpeechSession session) implements Opening {}

        record Refused(Answer answer) implements Opening {}
    }

    private Answer accepted(Caller caller, Received request) {
        Optional<ControlRoute> controlRoute = ControlRoute.of(request);
        if (controlRoute.isPresent()) {
            return controlCalls.answer(caller, request, controlRoute.get());
        }
        Optional<Route> byPath = Route.of(request);
        if (byPath.isEmpty()) {
            return refusals.unknown(caller, request);
        }
        Optional<JsonNode> json = parse(request);
        Route route = withModel(byPath.get(), json);
        Script script = scripts.take(
                route.operation().apiName(),
                route.modelId(),
                request.header(Script.HEADER).orElse(null));
        if (script.error() != null) {
            return refusals.refused(caller, route, script.error());
        }
        JsonNode body = json.orElseGet(JSON::createObjectNode);
        return route.operation().isInference() || script.raw() != null
                ? infer(caller, request, route, script, json.isPresent(), body)
                : reply(new Reply.Asked(caller, request, body, route, script));
    }

    private Answer infer(Caller caller, Received request, Route route, Script script, boolean isJson, JsonNode json) {
        ModelId model =
                control.resolve(route.modelId(), script.servedOrAsAsked().baseModel());
        Optional<Family> family = Family.of(model.base(), json);
        if (script.raw() == null) {
            Optional<ErrorAnswer> error = CallRules.errorOf(request, route, model, family, json);
            if (error.isEmpty() && !isJson) {
                error = Optional.of(
                        Errors.validation("Malformed input request, please reformat your input and try again."));
            }
            if (error.isPresent()) {
                return refusals.refused(caller, route, error.get());
            }
        }
        Call call = new Call(caller, request, json, route, model, family.orElseGet(ClaudeMessages::new), script);
        Tier tier = Tier.of(request, json, route, script.servedOrAsAsked());
        boolean unreserved =
                tier.served().equals("reserved") && script.servedOrAsAsked().tier() == null && script.raw() == null;
        return unreserved
                ? refusals.refused(caller, route, Errors.validation("Reservation not found."))
                : inference.answer(call, tier);
    }

    private Answer reply(Reply.Asked asked) {
        Reply reply = operations.answer(asked);
        Route route = asked.route();
        String operation = route.operation().apiName();
        return switch (reply) {
            case Reply.Failed failed -> refusals.refused(asked.caller(), route, failed.error());
            case Reply.Free free ->
                document(
                        asked,
                        free.json(),
                        bills.free(asked.caller(), operation, route.modelId(), new Bills.Result(200, "ok")));
            case Reply.Billed billed ->
                document(
                        asked,
                        billed.json(),
                        bills.billed(
                                asked.caller(),
                                operation,
                                route.modelId(),
                                billed.counts(),
                                billed.attributes(),
                                billed.model()));
        };
    }

    private static Answer document(Reply.Asked asked, ObjectNode json, TruthEntry truth) {
        return new Answer(
                ok(asked.caller(), asked.dialect()),
                Rendering.cut(asked.script(), Answer.Body.of(bytes(json))),
                Inference.cut(asked.script()),
                Inference.timing(asked.script()),
                truth);
    }

    private Answer ofS3(Verdict verdict, Received request) {
        if (verdict instanceof Verdict.Refused refused) {
            return S3.error(ErrorAnswer.of(403, refused.errorType(), refused.message()), ids.next());
        }
        batchJobs.progress();
        S3.Asked asked = S3.Asked.of(request);
        Script script = scripts.takeNamed(
                asked.operation(), asked.key(), request.header(Script.HEADER).orElse(null));
        return script.error() == null ? s3.answer(request, asked, ids.next()) : S3.error(script.error(), ids.next());
    }

    /** The head of an answer that is one JSON document. */
    static Answer.Head ok(Caller caller, Dialect dialect) {
        List<Header> headers = new ArrayList<>(Errors.commonHeaders(caller, dialect));
        headers.add(new Header("Content-Type", "application/json"));
        return new Answer.Head(200, headers);
    }

    /** Where the path names no model, the body does; of a guardrail the version is left out. */
    private static Route withModel(Route route, Optional<JsonNode> json) {
        if (route.operation() == Operation.APPLY_GUARDRAIL) {
            int version = route.modelId().lastIndexOf("/version/");
            return version < 0 ? route : route.withModelId(route.modelId().substring(0, version));
        }
        String member = switch (route.operation()) {
            case CHAT_COMPLETIONS, RESPONSES, MESSAGES, MESSAGES_COUNT_TOKENS -> "model";
            case START_ASYNC_INVOKE -> "modelId";
            default -> null;
        };
        return member == null ? route : route.withModelId(text(json, member));
    }

    private static String text(Optional<JsonNode> json, String member) {
        return json.map(body -> body.path(member).asString("")).orElse("");
    }

    static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private Caller caller(Received request, String accessKey) {
        return new Caller(ids.next(), clock.instant(), accessKey, request.endpoint());
    }

    private static String claimedAccessKey(Received request) {
        return request.header("authorization")
                .flatMap(SignatureHeader::parse)
                .map(SignatureHeader::accessKey)
                .orElse("");
    }

    /** The JSON object that a request is; empty if it is none. */
    static Optional<JsonNode> parse(Received request) {
        try {
            return Optional.of(JSON.readTree(request.body())).filter(JsonNode::isObject);
        } catch (JacksonException malformed) {
            return Optional.empty();
        }
    }
}

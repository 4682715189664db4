package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Ending;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.call.Route;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.family.Generation;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.RawAnswer;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.ScriptBook;
import io.bedrockmeter.simulator.script.UsageScript;
import io.bedrockmeter.simulator.sigv4.RequestVerifier;
import io.bedrockmeter.simulator.sigv4.SignatureHeader;
import io.bedrockmeter.simulator.sigv4.Verdict;
import io.bedrockmeter.simulator.truth.Counts;
import io.bedrockmeter.simulator.truth.Prices;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service: turns a request that arrived whole into the answer to give and the bill to write. Thread-safe. */
public final class Bedrock {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "connection", "keep-alive");
    /** The model behind identifiers that only the control plane could resolve. */
    private static final String BASE_OF_OPAQUE = "anthropic.claude-3-haiku-20240307-v1:0";

    private final Optional<RequestVerifier> verifier;
    private final ScriptBook scripts;
    private final InstantSource clock;
    private final RequestIds ids;
    private final Bills bills;
    private final PromptCache cache = new PromptCache();
    private final Generations generations = new Generations(new DefaultUsage(cache));

    /** Without a verifier every request is accepted. */
    public Bedrock(
            Optional<RequestVerifier> verifier, ScriptBook scripts, String region, InstantSource clock, long seed) {
        this.verifier = verifier;
        this.scripts = scripts;
        this.clock = clock;
        this.ids = new RequestIds(seed);
        this.bills = new Bills(region, Prices.bundled());
    }

    /** Forgets the cached prompts. */
    public void reset() {
        cache.clear();
    }

    public Answer answer(Received request) {
        Verdict verdict =
                verifier.isPresent() ? verifier.get().verify(request) : new Verdict.Accepted(claimedAccessKey(request));
        return switch (verdict) {
            case Verdict.Refused refused ->
                refusal(
                        caller(refused.accessKey()),
                        "",
                        "",
                        ErrorAnswer.of(403, refused.errorType(), refused.message()),
                        Errors.CORAL);
            case Verdict.Accepted accepted -> route(caller(accepted.accessKey()), request);
        };
    }

    private Answer route(Caller caller, Received request) {
        Optional<Route> found = Route.of(request);
        if (found.isEmpty()) {
            return refusal(caller, "", "", Errors.unknownOperation(), Errors.CORAL);
        }
        Route route = found.get();
        Script script = scripts.take(route, request.header(Script.HEADER).orElse(null));
        String opaque = script.servedOrAsAsked().baseModel();
        ModelId model = ModelId.parse(route.modelId(), opaque == null ? BASE_OF_OPAQUE : opaque);
        Optional<Family> family = Family.of(model.base());
        if (script.error() != null) {
            return refusal(caller, route, script.error());
        }
        Optional<JsonNode> json = parse(request);
        Optional<ErrorAnswer> error = script.raw() != null ? Optional.empty() : errorOf(route, family, json);
        if (error.isPresent()) {
            return refusal(caller, route, error.get());
        }
        Call call = new Call(
                caller,
                request,
                json.orElseGet(JSON::createObjectNode),
                route,
                model,
                family.orElseGet(() -> Family.of(BASE_OF_OPAQUE).orElseThrow()),
                script);
        return answer(call);
    }

    /** What the service says to a call that it cannot serve. */
    private static Optional<ErrorAnswer> errorOf(Route route, Optional<Family> family, Optional<JsonNode> json) {
        if (family.isEmpty()) {
            return Optional.of(Errors.validation("The provided model identifier is invalid."));
        }
        if (family.get().isEmbedding() && route.operation().isConverse()) {
            return Optional.of(Errors.validation("This action doesn't support the model that you provided."));
        }
        if (family.get().isEmbedding() && route.operation().isStream()) {
            return Optional.of(Errors.validation("The model is unsupported for streaming."));
        }
        return json.isPresent()
                ? Optional.empty()
                : Optional.of(Errors.validation("Malformed input request, please reformat your input and try again."));
    }

    private Answer answer(Call call) {
        Script script = call.script();
        Tier tier = Tier.of(call.request(), call.json(), call.route(), script.servedOrAsAsked());
        if (script.raw() != null) {
            return raw(call, tier, script.raw());
        }
        if (tier.served().equals("reserved") && script.servedOrAsAsked().tier() == null) {
            return refusal(call.caller(), call.route(), Errors.validation("Reservation not found."));
        }
        if (script.has(Fault.Kind.GUARDRAIL_BLOCKED)) {
            return blocked(call, tier);
        }
        Generation generation = generations.of(call, tier);
        Answer.Body body = Rendering.body(call, generation);
        Bills.Result result = new Bills.Result(200, outcome(script));
        return new Answer(
                Rendering.head(call, generation),
                body,
                cut(script),
                timing(script),
                bill(call, tier, result, deliveredCounts(call, generation)));
    }

    private TruthEntry bill(Call call, Tier tier, Bills.Result result, Counts counts) {
        return Boolean.FALSE.equals(call.script().billed())
                ? bills.unbilled(call, tier, result)
                : bills.billed(call, tier, result, counts);
    }

    /** A stream that ends in an exception is billed for its input and for the output that left. */
    private static Counts deliveredCounts(Call call, Generation generation) {
        Fault fault = call.script().fault();
        if (fault == null
                || fault.kind() != Fault.Kind.EXCEPTION
                || !call.route().operation().isStream()) {
            return generation.counts();
        }
        long delivered = Math.min(fault.place(), generation.events());
        return generation.counts().withOutput(generation.counts().output() * delivered / generation.events());
    }

    private Answer raw(Call call, Tier tier, RawAnswer raw) {
        List<Header> headers = raw.headers().stream()
                .filter(header -> !FRAMING.contains(header.name().toLowerCase(Locale.ROOT)))
                .toList();
        boolean hasLength =
                raw.headers().stream().anyMatch(header -> header.name().equalsIgnoreCase("content-length"));
        byte[] bytes = raw.body();
        long length = hasLength ? bytes.length : Answer.Body.UNKNOWN_LENGTH;
        Answer.Body body =
                Rendering.cut(call.script(), new Answer.Body(List.of(bytes).iterator(), length, false));
        Bills.Result result = new Bills.Result(raw.status(), outcome(call.script()));
        UsageScript usage = call.script().usage();
        TruthEntry truth =
                usage == null ? bills.unbilled(call, tier, result) : bill(call, tier, result, usage.counts());
        return new Answer(
                new Answer.Head(raw.status(), headers), body, cut(call.script()), timing(call.script()), truth);
    }

    private Answer blocked(Call call, Tier tier) {
        Script emptied = call.script()
                .withServed(call.script().servedOrAsAsked().withStopReason("guardrail_intervened"))
                .withTokens(0, 0);
        Call emptyCall = new Call(
                call.caller(), call.request(), call.json(), call.route(), call.model(), call.family(), emptied);
        Generation generation = generations.of(emptyCall, tier);
        return new Answer(
                Rendering.head(emptyCall, generation),
                Rendering.refusal(emptyCall, generation),
                Answer.Cut.NONE,
                timing(call.script()),
                bills.unbilled(call, tier, new Bills.Result(200, "guardrail_blocked")));
    }

    private Answer refusal(Caller caller, Route route, ErrorAnswer error) {
        return refusal(caller, route.operation().apiName(), route.modelId(), error, Errors.BEDROCK);
    }

    private Answer refusal(Caller caller, String operation, String modelId, ErrorAnswer error, String namespace) {
        Errors.Rendered rendered = Errors.render(caller, error, namespace);
        return new Answer(
                rendered.head(),
                rendered.body(),
                Answer.Cut.NONE,
                Answer.Timing.NONE,
                bills.refused(caller, operation, modelId, error.status()));
    }

    private static String outcome(Script script) {
        Fault fault = script.fault();
        return fault == null ? "ok" : fault.kind().name().toLowerCase(Locale.ROOT);
    }

    private static Answer.Cut cut(Script script) {
        Fault fault = script.fault();
        if (fault == null) {
            return Answer.Cut.NONE;
        }
        return switch (fault.kind()) {
            case RESET -> new Answer.Cut(Ending.RESET, fault.place());
            case CLOSE -> new Answer.Cut(Ending.CLOSE, fault.place());
            case STALL -> new Answer.Cut(Ending.STALL, fault.place());
            case EXCEPTION, CORRUPT_FRAME, MISSING_USAGE, GUARDRAIL_BLOCKED -> Answer.Cut.NONE;
        };
    }

    private static Answer.Timing timing(Script script) {
        Pace pace = script.paceOrDefault();
        return new Answer.Timing(
                pace.firstByteDelayMillis() == null ? 0 : pace.firstByteDelayMillis(),
                pace.eventDelayMillis() == null ? 0 : pace.eventDelayMillis());
    }

    private Caller caller(String accessKey) {
        return new Caller(ids.next(), clock.instant(), accessKey);
    }

    private static String claimedAccessKey(Received request) {
        return request.header("authorization")
                .flatMap(SignatureHeader::parse)
                .map(SignatureHeader::accessKey)
                .orElse("");
    }

    private static Optional<JsonNode> parse(Received request) {
        try {
            return Optional.of(JSON.readTree(request.body())).filter(JsonNode::isObject);
        } catch (JacksonException malformed) {
            return Optional.empty();
        }
    }
}

package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Ending;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.family.Generation;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.RawAnswer;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.UsageScript;
import io.bedrockmeter.simulator.truth.Counts;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Answers the calls that a model generates for: what it generated, how that is sent, what it is billed. Thread-safe. */
final class Inference {
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "connection", "keep-alive");

    private final Bills bills;
    private final Generations generations;
    private final StoredResponses responses;

    Inference(Bills bills, Generations generations, StoredResponses responses) {
        this.bills = bills;
        this.generations = generations;
        this.responses = responses;
    }

    Answer answer(Call call, Tier tier) {
        Script script = call.script();
        if (script.raw() != null) {
            return raw(call, tier, script.raw());
        }
        Optional<Guardrail> guardrail = Guardrail.of(call);
        if (guardrail.isPresent() && guardrail.get().blocksInput()) {
            return blocked(call, tier, guardrail.get());
        }
        Call guarded = guardrail.isPresent() && guardrail.get().changesOutput() ? intervened(call) : call;
        Generation generation = generations.of(guarded, tier);
        Rendering rendering = new Rendering(guarded, generation, guardrail);
        Map<String, Long> units =
                guardrail.map(by -> by.units(rendering.answerCharacters())).orElse(Map.of());
        if (call.route().operation() == Operation.RESPONSES
                && call.json().path("store").asBoolean(true)) {
            responses.put(rendering.response());
        }
        TruthEntry truth = bill(
                call,
                tier,
                new Bills.Result(200, outcome(script)),
                deliveredCounts(call, generation).withOthers(units));
        return new Answer(rendering.head(), rendering.body(), cut(script), timing(script), truth);
    }

    private TruthEntry bill(Call call, Tier tier, Bills.Result result, Counts counts) {
        return Boolean.FALSE.equals(call.script().billed())
                ? bills.unbilled(call, tier, result)
                : bills.billed(call, tier, result, counts);
    }

    /** A stream that ends in an exception is billed for its input and for the output that left. */
    private static Counts deliveredCounts(Call call, Generation generation) {
        Fault fault = call.script().fault();
        if (fault == null || fault.kind() != Fault.Kind.EXCEPTION || !call.isStream()) {
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

    /** The model is not asked: what is billed is the guardrail alone. */
    private Answer blocked(Call call, Tier tier, Guardrail guardrail) {
        Call empty = call.withScript(intervened(call).script().withTokens(0, 0));
        Generation generation = generations.of(empty, tier);
        Rendering rendering = new Rendering(empty, generation, Optional.of(guardrail));
        Bills.Result result = new Bills.Result(200, "guardrail_blocked");
        Map<String, Long> units = guardrail.units(0);
        return new Answer(
                rendering.head(),
                rendering.refusal(guardrail),
                Answer.Cut.NONE,
                timing(call.script()),
                units.isEmpty()
                        ? bills.unbilled(call, tier, result)
                        : bill(call, tier, result, Counts.ofOthers(units)));
    }

    private static Call intervened(Call call) {
        Script script = call.script();
        return call.withScript(script.withServed(script.servedOrAsAsked().withStopReason("guardrail_intervened")));
    }

    private static String outcome(Script script) {
        Fault fault = script.fault();
        return fault == null ? "ok" : fault.kind().name().toLowerCase(Locale.ROOT);
    }

    static Answer.Cut cut(Script script) {
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

    static Answer.Timing timing(Script script) {
        Pace pace = script.paceOrDefault();
        return new Answer.Timing(
                pace.firstByteDelayMillis() == null ? 0 : pace.firstByteDelayMillis(),
                pace.eventDelayMillis() == null ? 0 : pace.eventDelayMillis());
    }
}

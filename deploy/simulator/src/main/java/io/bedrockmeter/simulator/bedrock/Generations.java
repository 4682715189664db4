package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.family.ClaudeMessages;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.family.Generation;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Served;
import io.bedrockmeter.simulator.script.UsageScript;
import io.bedrockmeter.simulator.truth.Counts;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lets the model of a call generate: counts, texts and times, from the request and from the script. */
final class Generations {
    private static final int EVENTS_MAX = 24;
    private static final int EVENT_TEXT_MAX = 48;
    private static final long LATENCY_LEAST_MILLIS = 180;
    private static final long LATENCY_PER_TOKEN_MILLIS = 7;

    private final DefaultUsage usage;

    Generations(DefaultUsage usage) {
        this.usage = usage;
    }

    Generation of(Call call, Tier tier) {
        UsageScript script = call.script().usageOrNone();
        Counts counts = counts(call, script);
        Pace pace = call.script().paceOrDefault();
        Served served = call.script().servedOrAsAsked();
        boolean tool = served.tool() == null ? offersTools(call.json()) : served.tool();
        int events = pace.events() == null ? Math.clamp(counts.output(), 1, EVENTS_MAX) : Math.max(1, pace.events());
        int eventBytes = pace.eventBytes() == null
                ? Math.clamp(4 * counts.output() / events, 1, EVENT_TEXT_MAX)
                : pace.eventBytes();
        long reasoning = script.reasoning() == null ? 0 : Math.min(script.reasoning(), counts.output());
        return new Generation(
                call.caller().requestId(),
                call.caller().at(),
                call.route().modelId(),
                call.model().base(),
                call.json(),
                counts,
                script.metricsOutput() == null ? metricsOutput(call, tool, counts) : script.metricsOutput(),
                reasoning,
                events,
                Filler.text(eventBytes),
                LATENCY_LEAST_MILLIS + LATENCY_PER_TOKEN_MILLIS * counts.output(),
                stopReason(call.json(), tool, served, counts),
                tool,
                !call.script().has(Fault.Kind.MISSING_USAGE),
                served.writesFloats(),
                tier.tierEcho(),
                tier.latencyEcho(),
                tier.named());
    }

    private Counts counts(Call call, UsageScript script) {
        Family family = call.family();
        Counts tokens = usage.of(call.request(), call.json(), call.model(), family);
        Counts derived = family.counts(call.json(), tokens);
        boolean caches = family.cachesPromptsOf(call.model().base());
        return new Counts(
                or(script.input(), derived.input()),
                or(script.output(), derived.output()),
                caches ? or(script.cacheRead(), derived.cacheRead()) : 0,
                caches ? or(script.cacheWrite5m(), derived.cacheWrite5m()) : 0,
                caches ? or(script.cacheWrite30m(), derived.cacheWrite30m()) : 0,
                caches ? or(script.cacheWrite1h(), derived.cacheWrite1h()) : 0,
                script.others() == null ? derived.others() : script.others());
    }

    private static boolean offersTools(JsonNode json) {
        return !json.path("tools").isEmpty()
                || !json.path("toolConfig").path("tools").isEmpty();
    }

    /** What the service's metrics say of a Claude stream with a tool call is less than the model generated. */
    private static long metricsOutput(Call call, boolean tool, Counts counts) {
        boolean claudeToolStream = tool
                && call.family() instanceof ClaudeMessages
                && call.route().operation() == Operation.INVOKE_MODEL_WITH_RESPONSE_STREAM;
        return claudeToolStream ? counts.output() * 7 / 10 : counts.output();
    }

    private static String stopReason(JsonNode json, boolean tool, Served served, Counts counts) {
        if (served.stopReason() != null) {
            return served.stopReason();
        }
        if (tool) {
            return "tool_use";
        }
        return counts.output() > 0 && counts.output() == DefaultUsage.outputMax(json) ? "max_tokens" : "end_turn";
    }

    private static long or(@Nullable Long scripted, long derived) {
        return scripted == null ? derived : scripted;
    }
}

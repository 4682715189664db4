package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.Usage;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * How many tokens of a quota a call stands for, as Amazon Bedrock counts them; never a price. When a call begins: its input, whether it will
 * be read from a cache or not, and the most that it may give. When it is over: its input but for what was read from a cache, and
 * its output as often as the model has it. Stateless.
 *
 * <p>Source: AWS's documentation of how tokens are counted in Amazon Bedrock ("token burndown").
 */
final class QuotaTokens {
    /** Nothing of a session is there when it begins; but one that takes nothing would not wait for what others used too much. */
    private static final long OF_A_SESSION = 1;

    /** How often each token of output counts, of models of which it counts more than once; at the runtime's endpoint only. */
    static final Map<String, Integer> OUTPUT_COUNTS = outputCounts();

    private QuotaTokens() {}

    static long atStart(PriceBook book, PricedCall call) {
        return switch (call.wireFormat()) {
            case COUNT_TOKENS, BATCH_JOB, UNBILLED, APPLY_GUARDRAIL, GUARDRAIL_CHECKS, ASYNC_JOB -> 0;
            case BIDIRECTIONAL_EVENT_STREAM -> OF_A_SESSION;
            case INVOKE_JSON,
                    INVOKE_EVENT_STREAM,
                    CONVERSE_JSON,
                    CONVERSE_EVENT_STREAM,
                    CHAT_COMPLETIONS,
                    RESPONSES,
                    MESSAGES -> ofModel(book, call);
        };
    }

    /** The input is a guess, not the most that it can be: too low a guess is made up for when the call is over. */
    private static long ofModel(PriceBook book, PricedCall call) {
        ResolvedModel model = book.resolved(call.model(), Served.SILENT);
        ModelLimits limits = model == null ? ModelLimits.UNKNOWN : book.limits(model);
        long input = Math.min(call.request().likelyInputTokens(), limits.contextTokens());
        long asked = call.request().maxOutputTokens();
        if (asked >= 0) {
            return input + Math.min(asked, WorstCase.OUTPUT_TOKENS_MAX);
        }
        return model != null && book.givesTokens(model) ? input + limits.outputTokens() : input;
    }

    static long atEnd(PriceBook book, PricedCall call, Served served, Usage usage) {
        if (usage.isEmpty()) {
            return 0;
        }
        long input = usage.totalInputTokens() - usage.count(UsageUnit.CACHE_READ) + usage.count(UsageUnit.SPEECH_INPUT);
        long output = usage.count(UsageUnit.OUTPUT) + usage.count(UsageUnit.SPEECH_OUTPUT);
        return input + output * outputCounts(book, call, served);
    }

    private static int outputCounts(PriceBook book, PricedCall call, Served served) {
        ResolvedModel model = call.endpoint() == Endpoint.MANTLE ? null : book.resolved(call.model(), served);
        return model == null ? 1 : OUTPUT_COUNTS.getOrDefault(model.id(), 1);
    }

    private static Map<String, Integer> outputCounts() {
        Map<String, Integer> counts = new HashMap<>();
        put(
                counts,
                5,
                "anthropic.claude-3-7-sonnet-20250219-v1:0",
                "anthropic.claude-sonnet-4-20250514-v1:0",
                "anthropic.claude-opus-4-20250514-v1:0",
                "anthropic.claude-opus-4-1-20250805-v1:0",
                "anthropic.claude-sonnet-4-5-20250929-v1:0",
                "anthropic.claude-haiku-4-5-20251001-v1:0",
                "anthropic.claude-opus-4-5-20251101-v1:0",
                "anthropic.claude-opus-4-6-v1",
                "anthropic.claude-sonnet-4-6",
                "anthropic.claude-opus-4-7");
        put(counts, 15, "anthropic.claude-opus-4-8");
        put(
                counts,
                10,
                "anthropic.claude-sonnet-5",
                "anthropic.claude-opus-5",
                "anthropic.claude-opus-5-5",
                "anthropic.claude-fable-5-1",
                "openai.gpt-5.6-luna",
                "openai.gpt-5.6-sol",
                "openai.gpt-5.6-terra");
        return Map.copyOf(counts);
    }

    private static void put(Map<String, Integer> counts, int times, String... models) {
        for (String model : models) {
            counts.put(model, times);
        }
    }
}

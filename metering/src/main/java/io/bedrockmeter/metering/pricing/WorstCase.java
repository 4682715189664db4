package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.DocumentPieces;
import io.bedrockmeter.metering.usage.RequestedWork;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.bedrockmeter.metering.usage.WireFormat;
import java.util.List;
import java.util.function.Supplier;

/** The most that a call can cost, as far as its request tells. Stateless. */
final class WorstCase {
    /** Tokens that a model adds to what the body holds: the template of its chat and of its tools. */
    static final long OVERHEAD_TOKENS = 4_096;

    /** No model gives more in one call; a limit beyond it is refused, and must not overflow a product here. */
    static final long OUTPUT_TOKENS_MAX = 1_048_576;

    /** A token of text is at least one byte, and no body is longer than this. */
    private static final long INPUT_TOKENS_MAX = 1L << 30;

    private static final List<UsageUnit> INPUTS = List.of(
            UsageUnit.INPUT,
            UsageUnit.CACHE_READ,
            UsageUnit.CACHE_WRITE_5M,
            UsageUnit.CACHE_WRITE_30M,
            UsageUnit.CACHE_WRITE_1H,
            UsageUnit.SPEECH_INPUT);
    private static final List<UsageUnit> OUTPUTS = List.of(UsageUnit.OUTPUT, UsageUnit.SPEECH_OUTPUT);

    private static final List<UsageUnit> GUARDRAIL = List.of(
            UsageUnit.GUARDRAIL_CONTENT,
            UsageUnit.GUARDRAIL_TOPIC,
            UsageUnit.GUARDRAIL_WORD,
            UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION,
            UsageUnit.GUARDRAIL_CONTEXTUAL_GROUNDING,
            UsageUnit.GUARDRAIL_AUTOMATED_REASONING);
    private static final List<UsageUnit> GUARDRAIL_CHECKS = List.of(
            UsageUnit.GUARDRAIL_CHECK_CONTENT_FILTER,
            UsageUnit.GUARDRAIL_CHECK_PROMPT_ATTACK,
            UsageUnit.GUARDRAIL_CHECK_SENSITIVE_INFORMATION);
    /** No call makes or takes more of anything; a number beyond it is refused, and must not overflow a product here. */
    private static final long UNITS_MAX = 10_000;

    private static final int CHARACTERS_A_TEXT_UNIT = 1_000;

    private WorstCase() {}

    /** The most that a call can cost. */
    static Money of(PriceBook book, PricedCall call, long sessionTokensMax) {
        return bound(book, call, sessionTokensMax).most();
    }

    /**
     * All that can be said of a call beforehand. By rates that are out of this world, it can cost all the money that can be told: then
     * nothing is let through that has a budget, and the price book is found out.
     *
     * @param sessionTokensMax tokens of input that a session is taken to have at most
     */
    static CostBound bound(PriceBook book, PricedCall call, long sessionTokensMax) {
        return switch (call.wireFormat()) {
            case COUNT_TOKENS, BATCH_JOB, UNBILLED -> CostBound.FREE;
            case APPLY_GUARDRAIL -> CostBound.ofNoModel(told(() -> ofText(book, call, GUARDRAIL)));
            case GUARDRAIL_CHECKS -> CostBound.ofNoModel(told(() -> ofText(book, call, GUARDRAIL_CHECKS)));
            case INVOKE_JSON,
                    INVOKE_EVENT_STREAM,
                    CONVERSE_JSON,
                    CONVERSE_EVENT_STREAM,
                    CHAT_COMPLETIONS,
                    RESPONSES,
                    MESSAGES,
                    ASYNC_JOB,
                    BIDIRECTIONAL_EVENT_STREAM -> ofModel(book, call, sessionTokensMax);
        };
    }

    private static Money told(Supplier<Money> worst) {
        try {
            return worst.get();
        } catch (ArithmeticException beyondMoney) {
            return Money.ofPicos(Long.MAX_VALUE);
        }
    }

    /** All policies, over as many characters as the body has bytes. */
    private static Money ofText(PriceBook book, PricedCall call, List<UsageUnit> policies) {
        long textUnits =
                Math.ceilDiv(Math.clamp(call.request().bodyBytes(), 1, INPUT_TOKENS_MAX), CHARACTERS_A_TEXT_UNIT);
        Money worst = Money.ZERO;
        for (UsageUnit policy : policies) {
            RateCard card = book.cardBesideModels(policy, call.region());
            if (card != null) {
                worst = worst.plus(card.dearest(Tariff.ON_DEMAND, ContextBand.BASE, policy, call.at())
                        .times(textUnits));
            }
        }
        return worst;
    }

    private static CostBound ofModel(PriceBook book, PricedCall call, long sessionTokensMax) {
        PricingMode requested = call.modeRequested();
        if (requested == PricingMode.PROVISIONED || requested == PricingMode.CUSTOM_IMPORT) {
            return CostBound.FREE;
        }
        boolean isLimited = call.request().maxOutputTokens() >= 0;
        ResolvedModel model = book.resolved(call.model(), Served.SILENT);
        RateCard card = model == null ? null : book.card(model, call.region(), call.endpoint());
        if (model == null || card == null) {
            return new CostBound(Money.ZERO, 0, false, isLimited);
        }
        long input = inputTokens(call, book.limits(model), sessionTokensMax);
        long output = outputTokens(call, book.limits(model));
        Money worst = told(() -> dearest(card, call, input, output));
        Tariff onDemand = card.tariff(PricingMode.ON_DEMAND, PriceBook.isFineTuned(call.model()), call.at());
        if (onDemand == null) {
            return new CostBound(worst, 0, false, isLimited);
        }
        boolean givesTokens =
                !dearest(card, onDemand, ContextBand.BASE, OUTPUTS, call).isZero();
        return new CostBound(worst, input + (givesTokens ? output : 0), true, isLimited || !givesTokens);
    }

    /** Of the mode that was asked for, and of on demand, which it may be served in. */
    private static Money dearest(RateCard card, PricedCall call, long input, long output) {
        Money worst = Money.ZERO;
        for (PricingMode mode : List.of(PricingMode.ON_DEMAND, call.modeRequested())) {
            Tariff tariff = card.tariff(mode, PriceBook.isFineTuned(call.model()), call.at());
            for (ContextBand band : ContextBand.values()) {
                if (tariff != null && input > band.inputTokensAbove()) {
                    worst = dearer(worst, cost(card, tariff, band, call, input, output));
                }
            }
        }
        return worst;
    }

    /** Nothing of a session's input is there when it begins, but its model has no room for more than its context. */
    private static long inputTokens(PricedCall call, ModelLimits limits, long sessionTokensMax) {
        if (call.wireFormat() == WireFormat.BIDIRECTIONAL_EVENT_STREAM) {
            return Math.clamp(sessionTokensMax, 0, Math.min(limits.contextTokens(), INPUT_TOKENS_MAX));
        }
        long bytes = Math.clamp(call.request().bodyBytes(), 0, INPUT_TOKENS_MAX);
        return Math.min(bytes + OVERHEAD_TOKENS, limits.contextTokens());
    }

    private static long outputTokens(PricedCall call, ModelLimits limits) {
        long asked = call.request().maxOutputTokens();
        return asked < 0 ? limits.outputTokens() : Math.min(asked, OUTPUT_TOKENS_MAX);
    }

    private static Money cost(
            RateCard card, Tariff tariff, ContextBand band, PricedCall call, long input, long output) {
        Money units = units(card, tariff, call);
        // A job's model has no price for tokens; it is the request that tells what it makes.
        return call.wireFormat() == WireFormat.ASYNC_JOB
                ? units
                : dearest(card, tariff, band, INPUTS, call)
                        .times(input)
                        .plus(dearest(card, tariff, band, OUTPUTS, call).times(output))
                        .plus(units);
    }

    /** What is asked for besides text, of the dearest kind. */
    private static Money units(RateCard card, Tariff tariff, PricedCall call) {
        RequestedWork work = call.request().work();
        if (work.equals(RequestedWork.NONE)) {
            return Money.ZERO;
        }
        long searches = DocumentPieces.searchUnits(work.documents().most());
        return units(card, tariff, call, UsageUnit.IMAGE, work.imagesAsked())
                .plus(units(card, tariff, call, UsageUnit.IMAGE_INPUT, work.imagesGiven()))
                .plus(units(card, tariff, call, UsageUnit.TEXT_REQUEST, work.textsGiven()))
                .plus(units(card, tariff, call, UsageUnit.VIDEO_SECOND, work.seconds()))
                .plus(units(card, tariff, call, UsageUnit.SEARCH_UNIT, searches));
    }

    private static Money units(RateCard card, Tariff tariff, PricedCall call, UsageUnit unit, long count) {
        return card.dearest(tariff, ContextBand.BASE, unit, call.at()).times(Math.min(count, UNITS_MAX));
    }

    private static Money dearest(
            RateCard card, Tariff tariff, ContextBand band, List<UsageUnit> units, PricedCall call) {
        Money dearest = Money.ZERO;
        for (UsageUnit unit : units) {
            dearest = dearer(dearest, card.dearest(tariff, band, unit, call.at()));
        }
        return dearest;
    }

    private static Money dearer(Money one, Money other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}

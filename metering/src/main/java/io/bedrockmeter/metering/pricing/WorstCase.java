package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.Served;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The most that the tokens of a call can cost. Stateless. */
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

    private WorstCase() {}

    static Money of(PriceBook book, PricedCall call) {
        PricingMode requested = call.modeRequested();
        ResolvedModel model = book.resolved(call.model(), Served.SILENT);
        RateCard card = model == null ? null : book.card(model, call.region());
        if (model == null
                || card == null
                || requested == PricingMode.PROVISIONED
                || requested == PricingMode.CUSTOM_IMPORT) {
            return Money.ZERO;
        }
        long input = inputTokens(call, book.limits(model));
        long output = outputTokens(call, book.limits(model));
        Money worst = Money.ZERO;
        for (PricingMode mode : List.of(PricingMode.ON_DEMAND, requested)) {
            Tariff tariff = card.tariff(mode, PriceBook.isFineTuned(call.model()), call.at());
            for (ContextBand band : ContextBand.values()) {
                if (tariff != null && input > band.inputTokensAbove()) {
                    worst = dearer(worst, cost(card, tariff, band, call, input, output));
                }
            }
        }
        return worst;
    }

    private static long inputTokens(PricedCall call, ModelLimits limits) {
        long bytes = Math.clamp(call.request().bodyBytes(), 0, INPUT_TOKENS_MAX);
        return Math.min(bytes + OVERHEAD_TOKENS, limits.contextTokens());
    }

    private static long outputTokens(PricedCall call, ModelLimits limits) {
        long asked = call.request().maxOutputTokens();
        return asked < 0 ? limits.outputTokens() : Math.min(asked, OUTPUT_TOKENS_MAX);
    }

    private static Money cost(
            RateCard card, Tariff tariff, ContextBand band, PricedCall call, long input, long output) {
        return dearest(card, tariff, band, INPUTS, call)
                .times(input)
                .plus(dearest(card, tariff, band, OUTPUTS, call).times(output));
    }

    private static Money dearest(
            RateCard card, Tariff tariff, ContextBand band, List<UsageUnit> units, PricedCall call) {
        Money dearest = Money.ZERO;
        for (UsageUnit unit : units) {
            @Nullable Price price = card.price(tariff, band, unit, call.at());
            if (price != null) {
                dearest = dearer(dearest, price.rate().perUnit());
            }
        }
        return dearest;
    }

    private static Money dearer(Money one, Money other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}

package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.Served;
import org.jspecify.annotations.Nullable;

/**
 * The mode that a call was served in, and whether its answer proves it. Immutable.
 *
 * @param mode the mode to price by
 * @param proven whether the answer says so, by word or by a silence whose meaning is known
 */
record ServedMode(PricingMode mode, boolean proven) {
    /** The mode that a request asks for. A tier that Amazon Bedrock does not know is refused by it, so it asks for nothing. */
    static PricingMode requested(ModelRef model, RequestFacts request) {
        if (model instanceof ModelRef.ProvisionedModel || model instanceof ModelRef.MarketplaceEndpoint) {
            return PricingMode.PROVISIONED;
        }
        if (model instanceof ModelRef.ImportedModel) {
            return PricingMode.CUSTOM_IMPORT;
        }
        PricingMode byTier = byTier(request.serviceTier());
        return byTier == PricingMode.ON_DEMAND && "optimized".equals(request.latency())
                ? PricingMode.LATENCY_OPTIMIZED
                : byTier;
    }

    /**
     * The mode that a call was served in.
     *
     * <ul>
     *   <li>A tier that the answer names is the tier billed, whatever was asked. One that is not known here
     *       is priced on demand and estimated.
     *   <li>Converse names a tier only where it is not the default, so its silence proves the default.
     *   <li>InvokeModel has a header for the tier, but no recorded answer ever carried one, so its silence proves nothing.
     *       The tier asked for is then the likelier one: a request for a tier that a model lacks is refused, not
     *       downgraded. Such a charge is estimated. Reserved is the exception: what exceeds a reservation is billed on
     *       demand, so silence never makes a call prepaid.
     *   <li>Latency falls back to standard without an error when its quota is used up, so only an answer that says {@code
     *       optimized} is billed as such.
     * </ul>
     */
    static ServedMode of(PricedCall call, Served served) {
        PricingMode requested = call.modeRequested();
        if (requested == PricingMode.PROVISIONED || requested == PricingMode.CUSTOM_IMPORT) {
            return new ServedMode(requested, true);
        }
        if ("optimized".equals(served.latency())) {
            return new ServedMode(PricingMode.LATENCY_OPTIMIZED, true);
        }
        String tier = served.serviceTier();
        if (tier != null) {
            PricingMode mode = byTier(tier);
            return new ServedMode(mode, mode != PricingMode.ON_DEMAND || tier.equals("default"));
        }
        boolean silenceIsDefault = switch (call.wireFormat()) {
            case CONVERSE_JSON, CONVERSE_EVENT_STREAM -> true;
            case INVOKE_JSON, INVOKE_EVENT_STREAM, CHAT_COMPLETIONS, RESPONSES, MESSAGES -> false;
            case COUNT_TOKENS,
                    APPLY_GUARDRAIL,
                    GUARDRAIL_CHECKS,
                    ASYNC_JOB,
                    BATCH_JOB,
                    BIDIRECTIONAL_EVENT_STREAM,
                    UNBILLED -> true;
        };
        return switch (requested) {
            case PRIORITY, FLEX ->
                silenceIsDefault ? new ServedMode(PricingMode.ON_DEMAND, true) : new ServedMode(requested, false);
            case RESERVED -> new ServedMode(PricingMode.ON_DEMAND, silenceIsDefault);
            case ON_DEMAND, LATENCY_OPTIMIZED, BATCH, PROVISIONED, CUSTOM_IMPORT ->
                new ServedMode(PricingMode.ON_DEMAND, true);
        };
    }

    private static PricingMode byTier(@Nullable String tier) {
        return switch (tier) {
            case null -> PricingMode.ON_DEMAND;
            case "priority" -> PricingMode.PRIORITY;
            case "flex" -> PricingMode.FLEX;
            case "reserved" -> PricingMode.RESERVED;
            default -> PricingMode.ON_DEMAND;
        };
    }
}

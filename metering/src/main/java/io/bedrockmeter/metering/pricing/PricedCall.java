package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.usage.RequestFacts;
import io.bedrockmeter.metering.usage.WireFormat;
import java.time.Instant;

/**
 * A call as far as its price depends on what was asked. Immutable.
 *
 * @param model the model named
 * @param region the source region: that of the endpoint called
 * @param endpoint which host of that region
 * @param wireFormat how its answer is framed, which decides what silence about a tier means
 * @param request what the request says about the usage to come
 * @param at when it started, which decides the prices in force
 */
public record PricedCall(
        ModelRef model, String region, Endpoint endpoint, WireFormat wireFormat, RequestFacts request, Instant at) {
    /** A call without options, for asking what one would cost. */
    public static PricedCall of(ModelRef model, String region, Instant at) {
        return new PricedCall(model, region, Endpoint.RUNTIME, WireFormat.CONVERSE_JSON, RequestFacts.ofBytes(0), at);
    }

    /** The same call with what its request says. */
    public PricedCall with(RequestFacts facts) {
        return new PricedCall(model, region, endpoint, wireFormat, facts, at);
    }

    /** The mode that was asked for. */
    public PricingMode modeRequested() {
        return ServedMode.requested(model, request);
    }
}

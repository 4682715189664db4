package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Routing;
import java.time.Instant;
import java.util.Map;

/**
 * Everything that a price depends on. Leaving any of it out prices some call wrongly. Immutable.
 *
 * @param model id in the catalogue, without geography
 * @param region the source regions it holds in
 * @param routing in region or geography, or global
 * @param tariff how it is sold
 * @param unit what one price buys
 * @param band length of input
 * @param attributes what narrows a unit down, by name: resolution and quality of an image, the endpoint that is not the
 *     runtime's; mostly empty
 * @param effectiveFrom the first instant it holds; {@link #ALWAYS} where no earlier price is known
 */
public record PriceKey(
        String model,
        RegionScope region,
        Routing routing,
        Tariff tariff,
        PriceUnit unit,
        ContextBand band,
        Map<String, String> attributes,
        Instant effectiveFrom) {
    /** The beginning of a price that has no known predecessor. */
    public static final Instant ALWAYS = Instant.MIN;

    public PriceKey {
        attributes = Map.copyOf(attributes);
    }
}

package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.model.Endpoint;
import io.bedrockmeter.metering.model.Routing;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One line of a price file, parsed and not yet unfolded over its regions. Immutable.
 *
 * @param line its number in the file, from 1
 * @param endpoint {@code runtime}, {@code mantle} or {@code any}
 * @param listed the effective date that the list printed, as text; {@code -} if none
 * @param notes words about how it was read; see the head of the file
 */
record PriceRow(
        int line,
        String model,
        Routing routing,
        Tariff tariff,
        ContextBand band,
        PriceUnit unit,
        Map<String, String> attributes,
        List<RegionScope> regions,
        String endpoint,
        Instant from,
        Instant until,
        String listed,
        Rate rate,
        List<String> notes) {
    /** The name of the attribute that sets prices of another endpoint apart from those of the runtime. */
    PriceRow {
        attributes = Map.copyOf(attributes);
        regions = List.copyOf(regions);
        notes = List.copyOf(notes);
    }

    /** The prices of this line, one for each region. */
    List<Price> prices() {
        Map<String, String> narrowed = attributes;
        if (endpoint.equals("mantle")) {
            narrowed = new HashMap<>(attributes);
            narrowed.put(Endpoint.ATTRIBUTE, endpoint);
        }
        Map<String, String> all = narrowed;
        return regions.stream()
                .map(region ->
                        new Price(new PriceKey(model, region, routing, tariff, unit, band, all, from), until, rate, 0))
                .toList();
    }
}

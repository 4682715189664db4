package io.bedrockmeter.metering.pricing.offers;

import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.pricing.PriceUnit;
import io.bedrockmeter.metering.pricing.Tariff;
import java.util.Map;

/** What a usage type says. */
sealed interface Meaning {
    /**
     * A price of inference or of what belongs to it.
     *
     * @param name what the row calls the model; a catalogue id where {@link #isService}
     * @param isService whether the name is the id of a service that is billed beside models
     * @param isLong whether it is for long input; how long is the model's affair
     * @param isMantle whether it is for the mantle endpoint
     */
    record Inference(
            String name,
            boolean isService,
            Tariff tariff,
            Routing routing,
            boolean isLong,
            PriceUnit unit,
            Map<String, String> attributes,
            boolean isMantle)
            implements Meaning {
        Inference(String service, PriceUnit unit) {
            this(service, true, Tariff.ON_DEMAND, Routing.IN_REGION_OR_GEO, false, unit, Map.of(), false);
        }
    }

    /** A price of something that no call through the proxy consumes. */
    record SomethingElse(String what) implements Meaning {}

    /** Not understood, and why. */
    record Unclear(String why) implements Meaning {}
}

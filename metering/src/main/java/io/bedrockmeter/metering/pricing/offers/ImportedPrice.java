package io.bedrockmeter.metering.pricing.offers;

import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.ContextBand;
import io.bedrockmeter.metering.pricing.PriceUnit;
import io.bedrockmeter.metering.pricing.Tariff;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One price as an importer understood it, of one model in one region. Immutable. */
record ImportedPrice(Key key, Money perUnit, boolean rounded, OfferRow row) {
    private static final String NONE = "-";

    /** What it is for. */
    record Key(
            String model,
            Routing routing,
            Tariff tariff,
            ContextBand band,
            PriceUnit unit,
            Map<String, String> attributes,
            String region,
            boolean isMantle) {
        Key {
            attributes = Map.copyOf(attributes);
        }

        /** The same for another unit, which may be in the list or not. */
        Key of(PriceUnit other) {
            return new Key(model, routing, tariff, band, other, attributes, region, isMantle);
        }

        /** The same sold in another way. */
        Key by(Tariff other) {
            return new Key(model, routing, other, band, unit, attributes, region, isMantle);
        }

        private String attributesText() {
            return attributes.isEmpty()
                    ? NONE
                    : new TreeMap<>(attributes)
                            .entrySet().stream()
                                    .map(pair -> pair.getKey() + "=" + pair.getValue())
                                    .collect(Collectors.joining(";"));
        }
    }

    /** The line of a price file. */
    String line(String source, boolean isImplausible) {
        String effective = row.effective().length() >= 10 ? row.effective().substring(0, 10) : NONE;
        String notes = "sku:" + row.sku() + (isImplausible ? ",implausible" : "") + (rounded ? ",rounded" : "");
        return String.join(
                "\t",
                key.model(),
                key.routing().label(),
                key.tariff().label(),
                key.band().label(),
                key.unit().label(),
                key.attributesText(),
                perUnit.toUsdString(),
                key.region(),
                key.isMantle() ? "mantle" : "runtime",
                NONE,
                NONE,
                effective,
                "A",
                source,
                notes);
    }
}

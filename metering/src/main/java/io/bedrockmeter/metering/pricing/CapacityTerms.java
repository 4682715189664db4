package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * How capacity that is paid by time is sold: what, beside model and region, decides its price. Immutable.
 *
 * @param tariff one that pays for no call
 * @param attributes what narrows the unit down to a price, such as the family of an imported model
 */
public record CapacityTerms(Tariff tariff, Map<String, String> attributes) {
    /** Capacity is counted in millionths of the unit that is sold, so that it can be shared out without rounding money. */
    public static final long MICROS = 1_000_000;

    /** The catalogue's name for all imported models. */
    public static final String IMPORTED = "custom-model-import";

    private static final String TARIFF = "tariff";
    private static final String FAMILY = "family";
    private static final String VERSION = "cmuVersion";

    public CapacityTerms {
        attributes = Map.copyOf(attributes);
        if (!tariff.paysFor(PricingMode.PROVISIONED) && !tariff.paysFor(PricingMode.CUSTOM_IMPORT)) {
            throw new IllegalArgumentException("capacity is not sold by tariff '" + tariff.label() + "'");
        }
    }

    /**
     * Those of provisioned throughput.
     *
     * @param fineTuned whether its model is a custom one, which has a rate of its own where nothing was bought in advance
     */
    public static CapacityTerms provisioned(Commitment commitment, boolean fineTuned) {
        Tariff tariff = switch (commitment) {
            case NONE -> fineTuned ? Tariff.PROVISIONED_NO_COMMITMENT_CUSTOM : Tariff.PROVISIONED_NO_COMMITMENT;
            case ONE_MONTH -> Tariff.PROVISIONED_1_MONTH;
            case SIX_MONTHS -> Tariff.PROVISIONED_6_MONTHS;
        };
        return new CapacityTerms(tariff, Map.of());
    }

    /**
     * Those of an imported model.
     *
     * @param family its family, in the words of the price list
     * @param version of its custom model units, in the words of the price list
     */
    public static CapacityTerms imported(String family, String version) {
        return new CapacityTerms(Tariff.CUSTOM_MODEL_IMPORT, Map.of(FAMILY, family, VERSION, version));
    }

    /** Those that {@link #told} wrote down. */
    public static CapacityTerms of(Map<String, String> told) {
        Map<String, String> attributes = new HashMap<>(told);
        return new CapacityTerms(Tariff.of(String.valueOf(attributes.remove(TARIFF))), attributes);
    }

    /** All of it, to be written down beside what was charged. */
    public Map<String, String> told() {
        Map<String, String> told = new HashMap<>(attributes);
        told.put(TARIFF, tariff.label());
        return told;
    }

    /** The mode in which calls on it are served. */
    public PricingMode mode() {
        return tariff == Tariff.CUSTOM_MODEL_IMPORT ? PricingMode.CUSTOM_IMPORT : PricingMode.PROVISIONED;
    }

    /** What it is counted in. */
    public UsageUnit counted() {
        return tariff == Tariff.CUSTOM_MODEL_IMPORT
                ? UsageUnit.CUSTOM_MODEL_UNIT_MICROMINUTE
                : UsageUnit.MODEL_UNIT_MICROHOUR;
    }

    /** What is sold: a million of what is counted. */
    PriceUnit sold() {
        return tariff == Tariff.CUSTOM_MODEL_IMPORT ? PriceUnit.CUSTOM_MODEL_UNIT_MINUTE : PriceUnit.MODEL_UNIT_HOUR;
    }
}

package io.bedrockmeter.metering.pricing;

import org.jspecify.annotations.Nullable;

/**
 * A way in which a unit is sold: one column of a price list. Several tariffs can stand behind one {@link PricingMode}: a
 * call on demand is billed by another tariff once its model is kept only in extended access, or has been fine-tuned.
 */
public enum Tariff {
    ON_DEMAND("on_demand", PricingMode.ON_DEMAND),
    /** On demand, for a model past the end of its life; in force from the date of its prices, and then instead of the above. */
    ON_DEMAND_EXTENDED_ACCESS("on_demand_extended_access", PricingMode.ON_DEMAND),
    /** On demand, for a fine-tuned model that is deployed; never the price of the model it was made from. */
    ON_DEMAND_CUSTOM_MODEL("on_demand_custom_model", PricingMode.ON_DEMAND),
    PRIORITY("priority", PricingMode.PRIORITY),
    FLEX("flex", PricingMode.FLEX),
    LATENCY_OPTIMIZED("latency_optimized", PricingMode.LATENCY_OPTIMIZED),
    BATCH("batch", PricingMode.BATCH),
    BATCH_EXTENDED_ACCESS("batch_extended_access", PricingMode.BATCH),
    RESERVED_1_MONTH("reserved_1mo", PricingMode.RESERVED),
    RESERVED_3_MONTHS("reserved_3mo", PricingMode.RESERVED),
    PROVISIONED_NO_COMMITMENT("provisioned_no_commit", PricingMode.PROVISIONED),
    PROVISIONED_NO_COMMITMENT_CUSTOM("provisioned_no_commit_custom", PricingMode.PROVISIONED),
    PROVISIONED_1_MONTH("provisioned_1mo", PricingMode.PROVISIONED),
    PROVISIONED_6_MONTHS("provisioned_6mo", PricingMode.PROVISIONED),
    CUSTOM_MODEL_IMPORT("custom_model_import", PricingMode.CUSTOM_IMPORT),
    /** Training and storing a fine-tuned model; pays for no call. */
    CUSTOMIZATION("customization", null);

    private final String label;
    private final @Nullable PricingMode mode;

    Tariff(String label, @Nullable PricingMode mode) {
        this.label = label;
        this.mode = mode;
    }

    /** The name in price books. */
    public String label() {
        return label;
    }

    /** Whether calls served in a mode are paid for by this tariff. */
    public boolean paysFor(PricingMode served) {
        return mode == served;
    }

    /**
     * The tariff of a label.
     *
     * @throws IllegalArgumentException if none has it
     */
    public static Tariff of(String label) {
        for (Tariff tariff : values()) {
            if (tariff.label.equals(label)) {
                return tariff;
            }
        }
        throw new IllegalArgumentException("no tariff is called '" + label + "'");
    }
}

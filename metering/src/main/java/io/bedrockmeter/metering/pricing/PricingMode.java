package io.bedrockmeter.metering.pricing;

/** A way in which Amazon Bedrock sells inference. A call is priced by the mode it was served in. */
public enum PricingMode {
    ON_DEMAND("on_demand"),
    PRIORITY("priority"),
    FLEX("flex"),
    RESERVED("reserved"),
    LATENCY_OPTIMIZED("latency_optimized"),
    BATCH("batch"),
    PROVISIONED("provisioned"),
    CUSTOM_IMPORT("custom_import");

    private final String label;

    PricingMode(String label) {
        this.label = label;
    }

    /** The name in price books, in the ledger and on meters. */
    public String label() {
        return label;
    }

    /**
     * The mode of a label.
     *
     * @throws IllegalArgumentException if no mode has it
     */
    public static PricingMode of(String label) {
        for (PricingMode mode : values()) {
            if (mode.label.equals(label)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("no pricing mode is called '" + label + "'");
    }

    /** Whether a call has no price of its own because its capacity is paid for by time. */
    public boolean isPrepaid() {
        return this == PROVISIONED || this == CUSTOM_IMPORT || this == RESERVED;
    }
}

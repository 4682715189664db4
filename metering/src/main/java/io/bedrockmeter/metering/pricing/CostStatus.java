package io.bedrockmeter.metering.pricing;

/** What a cost is worth. A closed set: it stands on every entry, meter and header beside the amount. */
public enum CostStatus {
    /** Every unit was read from the response and has a price. */
    PRICED("priced"),
    /** Priced from an estimate of usage, with a price known at third hand only, or in a mode that the answer did not prove. */
    ESTIMATED("estimated"),
    /** The price book has no such model in this region, routing and mode. The usage is recorded, the amount is not known. */
    UNPRICED_MODEL("unpriced_model"),
    /** The model is known but a unit of this call has no price; the amount covers the other units only. */
    UNPRICED_UNIT("unpriced_unit"),
    /** The call succeeded and its usage could neither be read nor estimated. */
    USAGE_MISSING("usage_missing"),
    /**
     * What was told cannot be: places in the response contradicted one another beyond what a rule can settle, or the counts come to more
     * money than any call costs.
     */
    INCONSISTENT("inconsistent"),
    /** It is known to cost nothing: each of its units has a published price of zero, or nothing billable was consumed. */
    FREE("free"),
    /**
     * Capacity already paid for by time: provisioned throughput, imported models, reserved tier. What is billed beside the
     * model, such as guardrails, is in the amount.
     */
    PREPAID("prepaid"),
    /** Amazon Bedrock does not bill this call: it was refused, or never sent. */
    NOT_BILLED("not_billed");

    private final String label;

    CostStatus(String label) {
        this.label = label;
    }

    /** The name in the ledger, on meters and in the response header. */
    public String label() {
        return label;
    }

    /**
     * The status of a label.
     *
     * @throws IllegalArgumentException if no status has it
     */
    public static CostStatus of(String label) {
        for (CostStatus status : values()) {
            if (status.label.equals(label)) {
                return status;
            }
        }
        throw new IllegalArgumentException("no cost status is called '" + label + "'");
    }
}

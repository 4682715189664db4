package io.bedrockmeter.metering.pricing;

/** For how long provisioned throughput was bought in advance, which decides its hourly rate. */
public enum Commitment {
    NONE("none"),
    ONE_MONTH("one_month"),
    SIX_MONTHS("six_months");

    private final String label;

    Commitment(String label) {
        this.label = label;
    }

    /** The name in the ledger, on meters and in configurations. */
    public String label() {
        return label;
    }

    /**
     * The commitment of a label.
     *
     * @throws IllegalArgumentException if none has it
     */
    public static Commitment of(String label) {
        for (Commitment commitment : values()) {
            if (commitment.label.equals(label)) {
                return commitment;
            }
        }
        throw new IllegalArgumentException("no commitment is called '" + label + "'");
    }
}

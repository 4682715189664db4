package io.bedrockmeter.metering.meters;

/**
 * A label of meters, and what keeps its values few. A value outside its bound is shown as {@value #OTHER}, never dropped.
 */
public enum MeterLabel {
    /** The team charged: a configured name. */
    TEAM("team", Bound.CONFIGURED),
    /** The team's application: a configured name. */
    APP("app", Bound.CONFIGURED),
    /** The model: an id of the price catalogue. */
    MODEL("model", Bound.CONFIGURED),
    /** The source region, whose price applies: a configured name. */
    REGION("region", Bound.CONFIGURED),
    /** The operation, as in the service model of Bedrock Runtime. */
    OPERATION("operation", Bound.FIRST_SEEN),
    /** How the call was sold: {@link io.bedrockmeter.metering.pricing.PricingMode}. */
    MODE("mode", Bound.CLOSED),
    /** What was consumed: {@link io.bedrockmeter.metering.usage.UsageUnit}. */
    TYPE("type", Bound.CLOSED),
    /** How the call ended for its caller. */
    OUTCOME("outcome", Bound.CLOSED),
    /** How a batch job stands, in the words of Amazon Bedrock. */
    STATE("state", Bound.CLOSED),
    /** What a cost is worth: {@link io.bedrockmeter.metering.pricing.CostStatus}. */
    STATUS("status", Bound.CLOSED),
    /** Why: a name from the code. */
    REASON("reason", Bound.FIRST_SEEN),
    /** A limit of rate: a configured name, or {@code key} for keys' own. */
    LIMIT("limit", Bound.CLOSED),
    /** A budget: a configured name. */
    BUDGET("budget", Bound.CLOSED),
    /** How long a budget lasts. */
    PERIOD("period", Bound.CLOSED),
    /** What a budget did about a call that it had no room for: {@code reject}, {@code warn} or {@code shadow}. */
    ACTION("action", Bound.CLOSED),
    /** The kind of place that a price book came from, such as {@code bundled}. */
    SOURCE("source", Bound.CLOSED),
    /** Provisioned throughput, by its configured name or the end of its ARN: as many as the account holds. */
    PROVISIONED_MODEL("provisioned_model", Bound.CLOSED),
    /** For how long it was bought in advance: {@link io.bedrockmeter.metering.pricing.Commitment}. */
    COMMITMENT("commitment", Bound.CLOSED),
    /** The name of a label, or {@code series} for the cap on all series. */
    LABEL("label", Bound.CLOSED),
    /** The version of this build. */
    VERSION("version", Bound.CLOSED),
    /** The commit of this build. */
    REVISION("revision", Bound.CLOSED);

    /** The value that stands for all values outside a bound. */
    public static final String OTHER = "other";

    /** What keeps the values of a label few. */
    public enum Bound {
        /** The code has a closed set of them. */
        CLOSED,
        /** Only values that a configuration or a price book names are shown; see {@link AllowedLabels}. */
        CONFIGURED,
        /** The first {@link LabelLimiter#FIRST_SEEN_MAX} values are shown. */
        FIRST_SEEN
    }

    private final String label;
    private final Bound bound;

    MeterLabel(String label, Bound bound) {
        this.label = label;
        this.bound = bound;
    }

    /** The name in Prometheus. */
    public String label() {
        return label;
    }

    /** What keeps its values few. */
    public Bound bound() {
        return bound;
    }
}

package io.bedrockmeter.metering.model;

/** Which of the two rates of a model applies. Amazon Bedrock bills an in-region id and a geographic profile alike. */
public enum Routing {
    /** A bare id, or a geographic profile ({@code us.}, {@code eu.}, {@code apac.} …): the source region's own rate. */
    IN_REGION_OR_GEO("in_region_or_geo"),
    /** A {@code global.} profile: a rate of its own, usually about nine percent lower. */
    GLOBAL("global");

    private final String label;

    Routing(String label) {
        this.label = label;
    }

    /** The name in price books, in the ledger and on meters. */
    public String label() {
        return label;
    }

    /**
     * The routing of a label.
     *
     * @throws IllegalArgumentException if none has it
     */
    public static Routing of(String label) {
        for (Routing routing : values()) {
            if (routing.label.equals(label)) {
                return routing;
            }
        }
        throw new IllegalArgumentException("no routing is called '" + label + "'");
    }
}

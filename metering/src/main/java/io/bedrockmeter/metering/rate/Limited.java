package io.bedrockmeter.metering.rate;

/** What is limited. */
public enum Limited {
    REQUESTS("requests-per-minute", "requests"),
    TOKENS("tokens-per-minute", "tokens"),
    CONCURRENT("concurrent", "concurrent");

    private final String key;
    private final String label;

    Limited(String key, String label) {
        this.key = key;
        this.label = label;
    }

    /** The name in configurations. */
    public String key() {
        return key;
    }

    /** The name on meters. */
    public String label() {
        return label;
    }
}

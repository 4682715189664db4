package io.bedrockmeter.metering.pricing;

/** Prices by key, of one version. Immutable, thread-safe. */
public final class PriceBook {
    private final String version;

    PriceBook(String version) {
        this.version = version;
    }

    /** The version: what the ledger names so that every dollar can be recomputed. */
    public String version() {
        return version;
    }
}

package io.bedrockmeter.proxy.config;

import java.util.Map;

/**
 * Additions to the bundled price book.
 *
 * @param aliases the catalogue's id of the model behind an opaque identifier, such as an application inference profile
 */
public record PricesConfig(Map<String, String> aliases) {
    public PricesConfig {
        aliases = Map.copyOf(aliases);
    }

    static PricesConfig bind(Section in) {
        return new PricesConfig(in.values(
                "aliases",
                "<ARN or id>",
                ValueType.TEXT,
                "Model id whose prices apply to calls that name this identifier, for example an application inference"
                        + " profile."));
    }
}

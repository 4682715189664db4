package io.bedrockmeter.proxy.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Additions to the bundled price book.
 *
 * @param books folders of price books that lie on the bundled one, lowest first
 * @param aliases the catalogue's id of the model behind an opaque identifier, such as an application inference profile
 */
public record PricesConfig(Map<String, Path> books, Map<String, String> aliases) {
    public PricesConfig {
        books = Collections.unmodifiableMap(new LinkedHashMap<>(books));
        aliases = Map.copyOf(aliases);
    }

    static PricesConfig bind(Section in) {
        return new PricesConfig(
                in.values(
                        "books",
                        "<name>",
                        ValueType.PATH,
                        "Folder of a price book, as 'prices import' writes it. Of several, and of the bundled one below them, the"
                                + " last that has a price decides."),
                in.values(
                        "aliases",
                        "<ARN or id>",
                        ValueType.TEXT,
                        "Model id whose prices apply to calls that name this identifier, for example an application inference"
                                + " profile."));
    }
}

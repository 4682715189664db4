package io.bedrockmeter.proxy.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks. Immutable.
 *
 * @param query the parameters of the query, decoded
 * @param accept the media types asked for, as on the wire; empty if none
 */
public record AdminRequest(Map<String, String> query, String accept) {
    public AdminRequest {
        query = Map.copyOf(query);
    }

    /**
     * Reads a raw query.
     *
     * @throws IllegalArgumentException if a parameter is given twice or its escapes are malformed
     */
    static AdminRequest of(@Nullable String rawQuery, @Nullable String accept) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : rawQuery == null || rawQuery.isEmpty() ? new String[0] : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (query.put(name, value) != null) {
                throw new IllegalArgumentException(
                        "the parameter '" + name + "' is given twice; join its values by commas");
            }
        }
        return new AdminRequest(query, accept == null ? "" : accept);
    }

    /** The value of a parameter. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /**
     * Refuses parameters that nobody reads, so that a misspelt filter is not silently no filter.
     *
     * @throws IllegalArgumentException naming the first of them and those that are known
     */
    public void refuseUnknown(Collection<String> known) {
        for (String name : query.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("there is no parameter '" + name + "'; known are "
                        + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

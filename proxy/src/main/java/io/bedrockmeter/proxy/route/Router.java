package io.bedrockmeter.proxy.route;

import io.bedrockmeter.metering.model.ModelRef;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds the operation of a request by the exact segments of its raw path. Stateless, thread-safe.
 *
 * <p>The model identifier is one opaque segment, decoded once; what it may contain is the alphabet of
 * {@code InvokeModelIdentifier} in the service model.
 */
public final class Router {
    private static final String MODEL = "/model/";
    private static final int IDENTIFIER_LENGTH_MAX = 2_048;

    private Router() {}

    /**
     * Routes one request.
     *
     * @param method the method as it came
     * @param rawTarget the request target as it came, percent-encoding untouched
     */
    public static Route route(String method, String rawTarget) {
        if (!rawTarget.startsWith(MODEL)) {
            return unknown(method, rawTarget);
        }
        int end = rawTarget.indexOf('/', MODEL.length());
        if (end < 0) {
            return unknown(method, rawTarget);
        }
        Operation operation = Operation.ofModelAction(rawTarget.substring(end + 1));
        if (operation == null || !method.equals("POST")) {
            return unknown(method, rawTarget);
        }
        String identifier = decode(rawTarget.substring(MODEL.length(), end));
        if (identifier == null || !isPlain(identifier)) {
            return new Route.Malformed("The provided model identifier is invalid.");
        }
        return new Route.ToModel(operation, ModelRef.parse(identifier), rawTarget);
    }

    /** Whether it is of the alphabet, and no step in a path. */
    private static boolean isPlain(String identifier) {
        for (int i = 0; i < identifier.length(); i++) {
            char c = identifier.charAt(i);
            boolean inAlphabet = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '-' && c <= ':') || c == '_';
            if (!inAlphabet) {
                return false;
            }
        }
        return !identifier.isEmpty()
                && identifier.length() <= IDENTIFIER_LENGTH_MAX
                && !identifier.equals(".")
                && !identifier.equals("..");
    }

    private static Route unknown(String method, String rawTarget) {
        int query = rawTarget.indexOf('?');
        String path = query < 0 ? rawTarget : rawTarget.substring(0, query);
        return new Route.Unknown("No operation is served at " + printable(method) + " " + printable(path)
                + ". Served: POST /model/{modelId}/invoke, /invoke-with-response-stream, /converse, /converse-stream.");
    }

    /** At most 120 characters of plain ASCII: what may be repeated to a caller and to a log. */
    private static String printable(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), 120); i++) {
            char c = text.charAt(i);
            plain.append(c > ' ' && c < 0x7f ? c : '?');
        }
        return plain.toString();
    }

    /** The segment with its percent escapes resolved, once; null if an escape is broken or the result is not ASCII. */
    private static @Nullable String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        byte[] decoded = new byte[segment.length()];
        int length = 0;
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                int high = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
                int low = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                decoded[length++] = (byte) ((high << 4) | low);
                i += 2;
            } else if (c < 0x80) {
                decoded[length++] = (byte) c;
            } else {
                return null;
            }
        }
        return new String(decoded, 0, length, StandardCharsets.US_ASCII);
    }
}

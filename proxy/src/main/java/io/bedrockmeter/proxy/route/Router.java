package io.bedrockmeter.proxy.route;

import io.bedrockmeter.metering.model.ModelRef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the operation of a request by the exact segments of its raw path. Stateless, thread-safe.
 *
 * <p>Bedrock has two endpoints for inference and one of the control plane, and a caller of this proxy has one. The paths of the
 * control plane that are served are no others'. A path that both have is the runtime's,
 * unless the caller signs for {@code bedrock-mantle}, names its host or puts {@link #MANTLE_PREFIX} in front; what only one of
 * them has goes there.
 *
 * <p>An identifier is one opaque segment, decoded once; what a model's may contain is the alphabet of {@code
 * InvokeModelIdentifier} in the service model.
 */
public final class Router {
    /** In front of the paths of {@code bedrock-mantle}; taken off before they are sent. */
    public static final String MANTLE_PREFIX = "/mantle";

    /** The signing name of {@code bedrock-mantle}, and the first label of its host names. */
    private static final String MANTLE = "bedrock-mantle";

    private static final int IDENTIFIER_LENGTH_MAX = 2_048;

    /** More segments than any path has. */
    private static final int SEGMENTS_MAX = 8;

    private Router() {}

    /**
     * Routes one request.
     *
     * @param method the method as it came
     * @param rawTarget the request target as it came, percent-encoding untouched
     * @param signedFor the service in the scope of the caller's signature; null if there is none
     * @param host the host that the caller addressed; null if it named none
     */
    public static Route route(String method, String rawTarget, @Nullable String signedFor, @Nullable String host) {
        boolean prefixed = rawTarget.startsWith(MANTLE_PREFIX + "/");
        String target = prefixed ? rawTarget.substring(MANTLE_PREFIX.length()) : rawTarget;
        boolean mantle = prefixed
                || target.startsWith("/v1/")
                || MANTLE.equals(signedFor)
                || (host != null && host.startsWith(MANTLE + "."));
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        List<String> segments = segments(path);
        RouteTable.Entry entry = segments.isEmpty() ? null : RouteTable.all().find(mantle, method, segments);
        // Only a question about calls has a query; an inference has none in any SDK.
        if (entry == null || (query >= 0 && !method.equals("GET"))) {
            return unknown(method, path, mantle);
        }
        return found(entry, segments, target);
    }

    /** A model that a body names; null if the name cannot be one. */
    public static @Nullable ModelRef modelNamed(String name) {
        return isPlain(name) ? ModelRef.parse(name) : null;
    }

    private static Route found(RouteTable.Entry entry, List<String> segments, String target) {
        ModelRef model = entry.operation().bodyNamesModel() ? null : new ModelRef.NoModel("-");
        String job = null;
        for (int i = 0; i < segments.size(); i++) {
            String label = entry.label(i);
            if (label == null) {
                continue;
            }
            String value = decode(segments.get(i));
            if (value == null || !isPlain(value)) {
                return new Route.Malformed(
                        label.equals("modelId")
                                ? "The provided model identifier is invalid."
                                : "The " + label + " in the path is empty or has characters that it cannot have.");
            }
            if (label.equals("modelId")) {
                model = ModelRef.parse(value);
            } else if (label.equals("guardrailIdentifier")) {
                model = new ModelRef.NoModel(value);
            } else if (label.equals("invocationArn") || label.equals("jobIdentifier")) {
                job = value;
            }
        }
        return new Route.Found(entry.operation(), entry.endpoint(), model, job, target);
    }

    /** The path cut at its slashes; empty if it does not begin with one or has more segments than any path served. */
    private static List<String> segments(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return List.of();
        }
        List<String> segments = new ArrayList<>(SEGMENTS_MAX);
        int start = 1;
        for (int end = path.indexOf('/', start); end >= 0; end = path.indexOf('/', start)) {
            if (segments.size() == SEGMENTS_MAX) {
                return List.of();
            }
            segments.add(path.substring(start, end));
            start = end + 1;
        }
        segments.add(path.substring(start));
        return segments;
    }

    private static Route unknown(String method, String path, boolean mantle) {
        String served = mantle
                ? "/v1/chat/completions, /v1/responses, /v1/models, /openai/v1/…, /anthropic/v1/messages of bedrock-mantle"
                : "the operations of Bedrock Runtime on /model/{modelId}/…, /guardrail/…, /guardrail-checks/invoke,"
                        + " /openai/v1/chat/completions, /openai/v1/responses, /anthropic/v1/messages; and of the control plane"
                        + " /model-invocation-job…";
        return new Route.Unknown(
                "No operation is served at " + printable(method) + " " + printable(path) + ". Served: " + served + ".");
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

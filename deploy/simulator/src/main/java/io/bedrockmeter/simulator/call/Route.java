package io.bedrockmeter.simulator.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a request asks for: an operation and the model identifier of its path, decoded once. */
public record Route(Operation operation, String modelId) {
    private static final String PREFIX = "/model/";

    /** Empty where no operation has this method and path. */
    public static Optional<Route> of(Received request) {
        String path = request.path();
        int lastSlash = path.lastIndexOf('/');
        if (!request.method().equals("POST") || !path.startsWith(PREFIX) || lastSlash < PREFIX.length()) {
            return Optional.empty();
        }
        String encodedId = path.substring(PREFIX.length(), lastSlash);
        return Operation.ofLastSegment(path.substring(lastSlash + 1))
                .flatMap(operation -> decode(encodedId).map(id -> new Route(operation, id)));
    }

    private static Optional<String> decode(String encoded) {
        try {
            // A plus is a plus in a path; only forms read it as a space.
            return Optional.of(URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException badEscape) {
            return Optional.empty();
        }
    }
}

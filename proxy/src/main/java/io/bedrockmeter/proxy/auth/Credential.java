package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.auth.Authentication.Rejected;
import io.bedrockmeter.proxy.sigv4.SigV4;
import java.util.List;

/** The one credential of a request. A second one of whatever kind is refused, not tried. */
sealed interface Credential {
    /** An {@code Authorization} header that begins with the name of the algorithm of Signature Version 4. */
    record Signature(String header) implements Credential {}

    /** What stands behind {@code Bearer}, or in Anthropic's own header on the routes in Anthropic's format. */
    record Bearer(String token) implements Credential {}

    /** There is none, more than one, or one that is never taken. */
    record Unusable(Rejected why) implements Credential {}

    /** Finds it. */
    static Credential of(RequestHead head) {
        List<String> authorizations = head.headers("authorization");
        List<String> apiKeys = takesApiKey(head.target()) ? head.headers("x-api-key") : List.of();
        boolean presigned = isPresigned(head.target());
        int credentials = authorizations.size() + apiKeys.size() + (presigned ? 1 : 0);
        if (credentials == 0) {
            return new Unusable(Rejections.missing());
        }
        if (credentials > 1) {
            return new Unusable(Rejections.ambiguous());
        }
        if (presigned) {
            return new Unusable(Rejections.unsupported(
                    "Presigned requests are not taken; sign the request in its Authorization header."));
        }
        return apiKeys.isEmpty() ? ofAuthorization(authorizations.get(0)) : new Bearer(apiKeys.get(0));
    }

    private static Credential ofAuthorization(String value) {
        String bearer = "bearer ";
        if (value.startsWith(SigV4.ALGORITHM + " ")) {
            return new Signature(value);
        }
        if (value.regionMatches(true, 0, bearer, 0, bearer.length())) {
            return new Bearer(value.substring(bearer.length()));
        }
        return new Unusable(
                value.startsWith("AWS4-ECDSA-P256-SHA256")
                        ? Rejections.unsupported(
                                "SigV4A (AWS4-ECDSA-P256-SHA256) is not taken; sign with " + SigV4.ALGORITHM + ".")
                        : Rejections.malformed(
                                "The Authorization header must be of the scheme " + SigV4.ALGORITHM + " or Bearer."));
    }

    /** Anthropic's own header, on the routes in Anthropic's format. */
    private static boolean takesApiKey(String target) {
        return target.startsWith("/anthropic/") || target.startsWith("/mantle/anthropic/");
    }

    /** Whether a query has a parameter that signs; its name may be written with escapes. */
    private static boolean isPresigned(String target) {
        int query = target.indexOf('?');
        if (query < 0) {
            return false;
        }
        List<String> signing =
                List.of("x-amz-algorithm", "x-amz-signature", "x-amz-credential", "x-amz-security-token");
        for (String parameter : target.substring(query + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = Escapes.decoded(equals < 0 ? parameter : parameter.substring(0, equals));
            if (signing.stream().anyMatch(name::equalsIgnoreCase)) {
                return true;
            }
        }
        return false;
    }
}

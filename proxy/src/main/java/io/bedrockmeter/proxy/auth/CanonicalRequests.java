package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.sigv4.CanonicalQuery;
import io.bedrockmeter.proxy.sigv4.CanonicalText;
import java.util.Iterator;
import java.util.Map;

/**
 * Requests in the form in which they were signed, from the bytes that came. Stateless.
 *
 * <p>The path is not decoded: it was encoded once by whoever sent it, and is encoded once more, as every service but S3 wants.
 */
final class CanonicalRequests {
    private static final String HOST = "host";

    private CanonicalRequests() {}

    /**
     * Whether a target stays as it is when its path is normalised, and its query has no broken escape; so that what was signed,
     * what is routed and what is forwarded are one.
     */
    static boolean isNormal(String target) {
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        int start = 1;
        while (start <= end) {
            int slash = target.indexOf('/', start);
            int stop = slash < 0 || slash > end ? end : slash;
            boolean empty = stop == start && stop < end;
            boolean dots = (stop - start == 1 && target.charAt(start) == '.')
                    || (stop - start == 2 && target.startsWith("..", start));
            if (empty || dots) {
                return false;
            }
            start = stop + 1;
        }
        return query < 0 || CanonicalQuery.isWellFormed(target.substring(query + 1));
    }

    /**
     * Writes a request.
     *
     * @param payload what stands for the body: its hash, or a word
     * @return whether all signed headers are there; if not, nobody can have signed it
     */
    static boolean write(RequestHead head, AuthorizationHeader claim, String payload, CanonicalText text) {
        String target = head.target();
        text.clear();
        text.append(head.method()).append('\n');
        int query = target.indexOf('?');
        text.appendEncodedPath(target, query < 0 ? target.length() : query);
        text.append('\n');
        if (query >= 0) {
            text.append(CanonicalQuery.of(target.substring(query + 1)));
        }
        text.append('\n');
        String names = claim.signedHeaders();
        for (int from = 0; from < names.length(); ) {
            int end = AuthorizationHeader.endOfName(names, from);
            if (!writeHeader(head, claim, from, end, text)) {
                return false;
            }
            from = end + 1;
        }
        text.append('\n').append(names).append('\n').append(payload);
        return true;
    }

    /** One line: the name, and all values of the header in the order in which they came. */
    private static boolean writeHeader(
            RequestHead head, AuthorizationHeader claim, int from, int end, CanonicalText text) {
        boolean authority = claim.isAuthority(from, end);
        boolean found = false;
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = head.fields();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            boolean isIt = authority ? isHost(field.getKey()) : claim.isName(field.getKey(), from, end);
            if (isIt) {
                if (found) {
                    text.append(',');
                } else {
                    text.append(claim.signedHeaders().substring(from, end)).append(':');
                }
                text.appendTrimmed(field.getValue());
                found = true;
            }
        }
        text.append('\n');
        return found;
    }

    private static boolean isHost(CharSequence name) {
        return name.length() == HOST.length() && HOST.equalsIgnoreCase(name.toString());
    }
}

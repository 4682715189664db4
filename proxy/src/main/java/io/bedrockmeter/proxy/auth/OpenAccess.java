package io.bedrockmeter.proxy.auth;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets everybody in who can reach the port, and believes the access key id that a request names: attribution without
 * verification, for a loopback listener only. Thread-safe.
 */
public final class OpenAccess implements Authenticator {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String CREDENTIAL = "Credential=";
    private static final int KEY_ID_LENGTH_MAX = 128;

    /** The key under which calls without an access key id are charged. */
    private static final String ANONYMOUS = "anonymous";

    private final Function<String, Terms> termsOf;

    /**
     * Attributes by these terms.
     *
     * @param termsOf the terms of a key id; has some for every key
     */
    public OpenAccess(Function<String, Terms> termsOf) {
        this.termsOf = termsOf;
    }

    @Override
    public Authentication authenticate(RequestHead head) {
        List<String> fields = head.headers("authorization");
        if (fields.size() > 1) {
            return Rejections.ambiguous();
        }
        String credential = fields.isEmpty() ? null : credential(fields.get(0));
        String keyId = credential == null ? null : accessKeyId(credential);
        return new Authentication.Accepted(
                new Caller(termsOf.apply(keyId == null ? ANONYMOUS : keyId), signedFor(head)));
    }

    /** The service that a signature says it is for, unverified; null if there is none. */
    static @Nullable String signedFor(RequestHead head) {
        List<String> fields = head.headers("authorization");
        String credential = fields.size() == 1 ? credential(fields.get(0)) : null;
        return credential == null ? null : service(credential);
    }

    /** {@code key/date/region/service/aws4_request} of a SigV4 header; null for any other kind of credential. */
    private static @Nullable String credential(String authorization) {
        if (!authorization.startsWith(ALGORITHM)) {
            return null;
        }
        int start = authorization.indexOf(CREDENTIAL);
        if (start < 0) {
            return null;
        }
        start += CREDENTIAL.length();
        int end = authorization.indexOf(',', start);
        return authorization.substring(start, end < 0 ? authorization.length() : end);
    }

    private static @Nullable String accessKeyId(String credential) {
        int end = credential.indexOf('/');
        if (end <= 0 || end > KEY_ID_LENGTH_MAX) {
            return null;
        }
        for (int i = 0; i < end; i++) {
            char c = credential.charAt(i);
            boolean plain = (c < 0x80 && Character.isLetterOrDigit(c)) || "-_.+=@".indexOf(c) >= 0;
            if (!plain) {
                return null;
            }
        }
        return credential.substring(0, end);
    }

    /** The last but one of the parts; null if there are too few. */
    private static @Nullable String service(String credential) {
        int end = credential.lastIndexOf('/');
        int start = end < 0 ? -1 : credential.lastIndexOf('/', end - 1);
        return start < 0 ? null : credential.substring(start + 1, end);
    }
}

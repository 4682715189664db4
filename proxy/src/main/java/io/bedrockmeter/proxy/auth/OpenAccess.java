package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.metering.account.AccountId;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets everybody in who can reach the port, and believes the access key id that a request names: attribution without
 * verification, for a loopback listener only. Thread-safe.
 */
public final class OpenAccess implements Authenticator {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final int KEY_ID_LENGTH_MAX = 128;

    /** The key under which calls without an access key id are charged. */
    private static final String ANONYMOUS = "anonymous";

    private final Function<String, AccountId> accountOf;

    /**
     * Attributes by these accounts.
     *
     * @param accountOf the account of a key id; has one for every key
     */
    public OpenAccess(Function<String, AccountId> accountOf) {
        this.accountOf = accountOf;
    }

    @Override
    public Authentication authenticate(RequestHead head) {
        List<String> fields = head.headers("authorization");
        if (fields.size() > 1) {
            return new Authentication.Rejected(
                    "IncompleteSignatureException", "The request has more than one Authorization header; send one.");
        }
        String keyId = fields.isEmpty() ? null : accessKeyId(fields.get(0));
        return new Authentication.Accepted(new Caller(accountOf.apply(keyId == null ? ANONYMOUS : keyId)));
    }

    /** The access key id in the credential scope of a SigV4 header; null for any other kind of credential. */
    private static @Nullable String accessKeyId(String authorization) {
        if (!authorization.startsWith(ALGORITHM)) {
            return null;
        }
        int start = authorization.indexOf("Credential=");
        if (start < 0) {
            return null;
        }
        start += "Credential=".length();
        int end = authorization.indexOf('/', start);
        if (end <= start || end - start > KEY_ID_LENGTH_MAX) {
            return null;
        }
        for (int i = start; i < end; i++) {
            char c = authorization.charAt(i);
            boolean plain = (c < 0x80 && Character.isLetterOrDigit(c)) || "-_.+=@".indexOf(c) >= 0;
            if (!plain) {
                return null;
            }
        }
        return authorization.substring(start, end);
    }
}

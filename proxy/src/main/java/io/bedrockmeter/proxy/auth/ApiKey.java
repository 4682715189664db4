package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.sigv4.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A caller's own API key of Amazon Bedrock, which only AWS can verify. Immutable; prints nothing of itself.
 *
 * <p>Source: AWS's documentation of Bedrock API keys, and its token generator. A short-term key is {@code bedrock-api-key-} and,
 * in Base64, a presigned address, in which the access key id stands that signed it. A long-term key is {@code ABSK} and, in
 * Base64, the name of its IAM credential, a colon and a secret.
 */
public final class ApiKey {
    private static final String SHORT_TERM = "bedrock-api-key-";
    private static final String LONG_TERM = "ABSK";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9+/=_.-]{20,8192}");
    private static final Pattern SIGNED_BY = Pattern.compile("[?&]X-Amz-Credential=([A-Z0-9]{16,128})(?:%2F|/)");
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9+=,.@_-]{1,128}):");
    private static final int HASH_DIGITS = 16;

    private final String text;
    private final String id;

    private ApiKey(String text, String id) {
        this.text = text;
        this.id = id;
    }

    /** The key that a text is; null if it has not the form of one, so that no other secret is sent to AWS by mistake. */
    static @Nullable ApiKey of(String text) {
        boolean isOne = (text.startsWith(SHORT_TERM) || text.startsWith(LONG_TERM))
                && FORM.matcher(text).matches();
        return isOne ? new ApiKey(text, id(text)) : null;
    }

    /** What it is known by, which is no secret and says nothing of one. */
    String id() {
        return id;
    }

    /** The key itself. Whoever calls this keeps it out of logs, messages and exceptions. */
    public String reveal() {
        return text;
    }

    /** Who it says to be of; of one that says nothing that can be read, the first 64 bits of its SHA-256. */
    private static String id(String text) {
        boolean isLongTerm = text.startsWith(LONG_TERM);
        Matcher said = (isLongTerm ? NAME : SIGNED_BY)
                .matcher(decoded(text.substring((isLongTerm ? LONG_TERM : SHORT_TERM).length())));
        if (isLongTerm ? said.lookingAt() : said.find()) {
            return said.group(1);
        }
        byte[] hash = Digests.ofThisThread().hashOf(text.getBytes(StandardCharsets.US_ASCII));
        return "sha256:" + HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    @Override
    public String toString() {
        return "ApiKey[" + id + "]";
    }
}

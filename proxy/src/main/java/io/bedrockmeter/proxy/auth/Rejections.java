package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.auth.Authentication.Rejected;
import io.bedrockmeter.proxy.keys.KeyId;
import io.bedrockmeter.proxy.tokens.TokenCheck;
import org.jspecify.annotations.Nullable;

/**
 * Refusals under the names that AWS gives them, so that SDKs raise the exception and correct the clock that they would with AWS.
 * Stateless.
 */
final class Rejections {
    private static final String INVALID = "InvalidSignatureException";
    private static final String INCOMPLETE = "IncompleteSignatureException";
    private static final String UNRECOGNIZED = "UnrecognizedClientException";

    private Rejections() {}

    static Rejected missing() {
        return new Rejected(
                "MissingAuthenticationTokenException",
                "Missing Authentication Token: sign the request with a key of this proxy, or send a bearer key or"
                        + " token that it takes.",
                "no_credentials",
                null);
    }

    /** More than one credential: which of them counts, two readers could answer differently. */
    static Rejected ambiguous() {
        return new Rejected(
                INCOMPLETE,
                "The request has more than one credential; send one Authorization header and nothing else.",
                "ambiguous",
                null);
    }

    static Rejected malformed(String why) {
        return new Rejected(INCOMPLETE, why, "malformed", null);
    }

    /** A way of signing that there is, and that is not taken here. */
    static Rejected unsupported(String why) {
        return new Rejected(INCOMPLETE, why, "unsupported", null);
    }

    static Rejected wrongTime(String why, String keyId) {
        return new Rejected(INVALID, why, "clock_skew", known(keyId));
    }

    static Rejected wrongScope(String why, String keyId) {
        return new Rejected(INVALID, why, "wrong_scope", known(keyId));
    }

    static Rejected unsignedHeader(String name, String keyId) {
        return new Rejected(
                INVALID,
                "The header '" + name + "' must be signed: it is not in SignedHeaders.",
                "unsigned_header",
                known(keyId));
    }

    /** Says nothing of what was computed: that would be a signature for whoever asked. */
    static Rejected wrongSignature(String keyId) {
        return new Rejected(
                INVALID,
                "The request signature we calculated does not match the signature you provided. Check your secret access"
                        + " key, and that nothing between you and this proxy changes the host, the path or a header.",
                "wrong_signature",
                known(keyId));
    }

    static Rejected wrongBody(String keyId) {
        return new Rejected(
                INVALID,
                "The SHA-256 of the body is not the one in x-amz-content-sha256, which was signed.",
                "wrong_body",
                known(keyId));
    }

    static Rejected replayed(String keyId) {
        return new Rejected(
                INVALID,
                "This signature was used before, and each is taken once (auth.replay-guard). Sign the request anew.",
                "replayed",
                known(keyId));
    }

    static Rejected unknownKey(String keyId) {
        return new Rejected(
                UNRECOGNIZED,
                "The security token included in the request is invalid: this proxy has no such key.",
                "unknown_key",
                known(keyId));
    }

    static Rejected sessionToken(String keyId) {
        return new Rejected(
                UNRECOGNIZED,
                "The security token included in the request is invalid: keys of this proxy have no session token; remove"
                        + " AWS_SESSION_TOKEN.",
                "session_token",
                known(keyId));
    }

    static Rejected expiredKey(String keyId) {
        return new Rejected(
                "ExpiredTokenException",
                "The security token included in the request is expired: key " + keyId + " has run out.",
                "expired_key",
                known(keyId));
    }

    /** A signature, where there are no keys to make one with. */
    static Rejected tokensOnly() {
        return new Rejected(
                UNRECOGNIZED,
                "The security token included in the request is invalid: this proxy has no keys to sign with, but takes tokens"
                        + " of an identity provider; set AWS_BEARER_TOKEN_BEDROCK to one.",
                "tokens_only",
                null);
    }

    /** The host is signed, and it is that of the proxy. */
    static Rejected signatureNotPassable() {
        return new Rejected(
                INCOMPLETE,
                "This proxy passes callers' own credentials on, and a signature cannot be: it covers the name of the host. Send an"
                        + " Amazon Bedrock API key instead; set AWS_BEARER_TOKEN_BEDROCK.",
                "not_passable",
                null);
    }

    /** A bearer that is no key of Bedrock, and may be some other secret. */
    static Rejected noApiKey() {
        return new Rejected(
                UNRECOGNIZED,
                "The security token included in the request is invalid: this proxy passes Amazon Bedrock API keys on, which begin"
                        + " with ABSK or bedrock-api-key-; this is none, and was not sent anywhere.",
                "no_api_key",
                null);
    }

    static Rejected noCertificate() {
        return new Rejected(
                "MissingAuthenticationTokenException",
                "Missing Authentication Token: this proxy knows callers by their client certificates, and the connection has"
                        + " none.",
                "no_certificate",
                null);
    }

    static Rejected unknownCertificate() {
        return new Rejected(
                UNRECOGNIZED,
                "The security token included in the request is invalid: the client certificate stands for nobody"
                        + " (auth.certificates).",
                "unknown_certificate",
                null);
    }

    static Rejected certificateNotValid(PeerCertificate certificate) {
        return new Rejected(
                "ExpiredTokenException",
                "The security token included in the request is expired: the client certificate is valid from "
                        + certificate.from() + " to " + certificate.until() + ".",
                "certificate_not_valid",
                null);
    }

    static Rejected badToken(TokenCheck.Bad bad) {
        return switch (bad.fault()) {
            case NOT_BELIEVED ->
                new Rejected(
                        UNRECOGNIZED,
                        "The security token included in the request is invalid: it " + bad.why(),
                        "bad_token",
                        bad.keyId());
            case EXPIRED ->
                new Rejected(
                        "ExpiredTokenException",
                        "The security token included in the request is expired: it " + bad.why(),
                        "expired_token",
                        bad.keyId());
            case NOT_ALLOWED ->
                new Rejected("AccessDeniedException", "The token " + bad.why(), "token_not_allowed", bad.keyId());
        };
    }

    static Rejected wrongNetwork(String keyId) {
        return new Rejected(
                "AccessDeniedException",
                "Key " + keyId + " may not be used from this address (networks).",
                "wrong_network",
                known(keyId));
    }

    /** What is logged of an id that anybody may have made up. */
    private static @Nullable String known(String keyId) {
        return KeyId.isOne(keyId) ? keyId : null;
    }
}

package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.auth.Authentication.Rejected;
import io.bedrockmeter.proxy.keys.KeyRing;
import io.bedrockmeter.proxy.keys.RingKey;
import io.bedrockmeter.proxy.keys.SigningSecret;
import io.bedrockmeter.proxy.sigv4.AmzDate;
import io.bedrockmeter.proxy.sigv4.Digests;
import io.bedrockmeter.proxy.sigv4.SigV4;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies Signature Version 4 of a request. Thread-safe.
 *
 * <p>What needs no key is checked first: form, time, scope, which headers are signed. Then comes the signature, with the same
 * work where there is no such key; and only whoever has signed rightly is told more about the key.
 */
final class SigV4Verifier {
    private static final String DATE = "x-amz-date";
    private static final String CONTENT_SHA256 = "x-amz-content-sha256";
    private static final String SECURITY_TOKEN = "x-amz-security-token";
    private static final int HASH_LENGTH = 64;

    /** SHA-256 of nothing; stands where the hash of the body is not known, and no key is. */
    private static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final String region;
    private final Set<String> services;
    private final Duration skew;
    private final @Nullable ReplayGuard replays;
    private final InstantSource clock;

    /**
     * A verifier.
     *
     * @param region the region of this proxy
     * @param services the signing names that it answers to
     * @param skew how far a signature's time may be from now
     * @param replays what finds signatures that are used again; null if they may be
     */
    SigV4Verifier(
            String region, Set<String> services, Duration skew, @Nullable ReplayGuard replays, InstantSource clock) {
        this.region = region;
        this.services = Set.copyOf(services);
        this.skew = skew;
        this.replays = replays;
        this.clock = clock;
    }

    /** What comes of a key whose signature is right. */
    interface OnVerified {
        /** Why its owner may not call all the same; null if it may. */
        @Nullable
        Rejected refusal(RingKey key, RequestHead head, Instant now);

        /** The caller that it stands for. */
        Caller caller(RingKey key, String service);
    }

    /** Verifies a request as far as its head goes, whose {@code Authorization} begins with the name of the algorithm. */
    Authentication verify(RequestHead head, String authorization, KeyRing ring, OnVerified then) {
        AuthorizationHeader claim;
        switch (AuthorizationHeader.read(authorization)) {
            case AuthorizationHeader.Read.Malformed no -> {
                return Rejections.malformed(no.why());
            }
            case AuthorizationHeader.Read.Good good -> claim = good.header();
        }
        Instant now = clock.instant();
        List<String> dates = head.headers(DATE);
        if (dates.size() != 1) {
            return Rejections.malformed("The request must have exactly one X-Amz-Date header.");
        }
        Signed signed = new Signed(head, claim, dates.get(0));
        Rejected fault = faultOf(signed, now);
        if (fault != null) {
            return fault;
        }
        List<String> payloads = head.headers(CONTENT_SHA256);
        if (payloads.size() > 1) {
            return Rejections.malformed("The request has more than one X-Amz-Content-Sha256 header.");
        }
        String payload = payloads.isEmpty() ? null : payloads.get(0);
        if (payload != null && !payload.equals(SigV4.SIGNED_BY_FRAME) && !isHash(payload)) {
            return Rejections.unsupported("X-Amz-Content-Sha256 must be the SHA-256 of the body in lower-case hex; '"
                    + printable(payload) + "' is not taken.");
        }
        RingKey key = ring.find(claim.keyId());
        if (key == null) {
            boolean neverTrue =
                    matching(signed, ring.stranger(), payload == null ? EMPTY_SHA256 : payload, now) != null;
            return neverTrue ? Rejections.wrongSignature(claim.keyId()) : Rejections.unknownKey(claim.keyId());
        }
        if (payload == null) {
            return new Authentication.AwaitingBody(
                    then.caller(key, claim.service()), hash -> refusalOf(signed, key, hash, now, then), false);
        }
        SigningSecret secret = matching(signed, key, payload, now);
        Rejected refusal = secret == null ? Rejections.wrongSignature(claim.keyId()) : refusal(signed, key, now, then);
        if (secret == null || refusal != null) {
            return refusal == null ? Rejections.wrongSignature(claim.keyId()) : refusal;
        }
        Caller caller = then.caller(key, claim.service());
        if (payload.equals(SigV4.SIGNED_BY_FRAME)) {
            return new Authentication.AwaitingFrames(
                    caller, new FrameVerifier(secret, region, claim.service(), claim.signature(), skew, clock));
        }
        return new Authentication.AwaitingBody(
                caller, hash -> hash.equals(payload) ? null : Rejections.wrongBody(claim.keyId()), true);
    }

    /** A request and what it says of its signature. */
    private record Signed(RequestHead head, AuthorizationHeader claim, String timestamp) {}

    private @Nullable Rejected faultOf(Signed signed, Instant now) {
        AuthorizationHeader claim = signed.claim();
        long signedAt = AmzDate.epochSecond(signed.timestamp());
        if (signedAt == AmzDate.NO_TIME) {
            return Rejections.malformed("X-Amz-Date must be a time such as 20261125T113500Z.");
        }
        if (!AmzDate.day(signed.timestamp()).equals(claim.day())) {
            return Rejections.wrongScope(
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
                    claim.keyId());
        }
        Duration late = Duration.between(Instant.ofEpochSecond(signedAt), now);
        if (late.abs().compareTo(skew) > 0) {
            return Rejections.wrongTime(whyWrongTime(signed.timestamp(), late, now), claim.keyId());
        }
        if (!claim.region().equals(region)) {
            return Rejections.wrongScope(
                    "Credential should be scoped to a valid region: this is " + region + ".", claim.keyId());
        }
        if (!services.contains(claim.service())) {
            return Rejections.wrongScope("Credential should be scoped to correct service: 'bedrock'.", claim.keyId());
        }
        if (!signed.head().headers(SECURITY_TOKEN).isEmpty()) {
            return Rejections.sessionToken(claim.keyId());
        }
        return faultOfTarget(signed.head().target(), claim, signed.head());
    }

    private String whyWrongTime(String timestamp, Duration late, Instant now) {
        String bound = " (" + AmzDate.format(now) + (late.isNegative() ? " + " : " - ") + skew.toSeconds() + " s).";
        return late.isNegative()
                ? "Signature not yet current: " + timestamp + " is still later than " + AmzDate.format(now.plus(skew))
                        + bound
                : "Signature expired: " + timestamp + " is now earlier than " + AmzDate.format(now.minus(skew)) + bound;
    }

    private static @Nullable Rejected faultOfTarget(String target, AuthorizationHeader claim, RequestHead head) {
        if (!CanonicalRequests.isNormal(target)) {
            return Rejections.malformed(
                    "The path must not have '//', '/./' or '/../', because readers differ in what is"
                            + " meant; nor the query a broken escape.");
        }
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = head.fields();
        while (fields.hasNext()) {
            CharSequence name = fields.next().getKey();
            if (mustBeSigned(name) && !claim.signs(name)) {
                return Rejections.unsignedHeader(name.toString().toLowerCase(Locale.ROOT), claim.keyId());
            }
        }
        return null;
    }

    /** Whether a header changes what is asked of Bedrock. The body's hash is signed by itself, as a line of its own. */
    private static boolean mustBeSigned(CharSequence name) {
        boolean ofBody = name.length() == CONTENT_SHA256.length() && isPrefix(CONTENT_SHA256, name);
        return (isPrefix("x-amz-", name) && !ofBody) || isPrefix("x-amzn-bedrock-", name);
    }

    private static boolean isPrefix(String prefix, CharSequence name) {
        if (name.length() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = name.charAt(i);
            if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Rejected refusalOf(Signed signed, RingKey key, String hash, Instant now, OnVerified then) {
        return matching(signed, key, hash, now) == null
                ? Rejections.wrongSignature(signed.claim().keyId())
                : refusal(signed, key, now, then);
    }

    /** Why a call with the right signature is refused all the same; null if it is not. */
    private @Nullable Rejected refusal(Signed signed, RingKey key, Instant now, OnVerified then) {
        Rejected refusal = then.refusal(key, signed.head(), now);
        if (refusal == null
                && replays != null
                && !replays.isFirst(signed.claim().signature(), now)) {
            return Rejections.replayed(signed.claim().keyId());
        }
        return refusal;
    }

    /** The secret that a request was signed with; null if it is none of the key's. */
    private @Nullable SigningSecret matching(Signed signed, RingKey key, String payload, Instant now) {
        AuthorizationHeader claim = signed.claim();
        Digests digests = Digests.ofThisThread();
        if (!CanonicalRequests.write(signed.head(), claim, payload, digests.text())) {
            return null;
        }
        String toSign = SigV4.requestToSign(
                signed.timestamp(), SigV4.scope(claim.day(), claim.region(), claim.service()), digests.hashOfText());
        byte[] theirs = HexFormat.of().parseHex(claim.signature());
        SigningSecret found = null;
        for (SigningSecret secret : key.secrets()) {
            if (secret.isValidAt(now)) {
                byte[] ours =
                        digests.hmac(secret.signingKey(digests, claim.day(), claim.region(), claim.service()), toSign);
                if (MessageDigest.isEqual(ours, theirs) && found == null) {
                    found = secret;
                }
            }
        }
        return found;
    }

    private static boolean isHash(String payload) {
        return payload.length() == HASH_LENGTH && AuthorizationHeader.isLowerHex(payload);
    }

    /** What may be repeated to a caller: a short word of plain ASCII. */
    private static String printable(String text) {
        String start = text.length() > HASH_LENGTH ? text.substring(0, HASH_LENGTH) : text;
        return start.replaceAll("[^A-Za-z0-9_-]", "?");
    }
}

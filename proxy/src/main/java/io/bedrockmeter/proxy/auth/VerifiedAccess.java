package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.auth.Authentication.Rejected;
import io.bedrockmeter.proxy.keys.BearerKey;
import io.bedrockmeter.proxy.keys.KeyRing;
import io.bedrockmeter.proxy.keys.RingKey;
import io.bedrockmeter.proxy.keys.SigningSecret;
import io.bedrockmeter.proxy.keys.VirtualKey;
import io.bedrockmeter.proxy.sigv4.SigV4;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets in whoever proves to have a virtual key: by a signature, or by sending its bearer key. A request has one credential; a
 * second one of whatever kind is refused, not tried. Thread-safe.
 */
public final class VerifiedAccess implements Authenticator {
    private static final String BEARER = "bearer ";
    private static final Set<String> SERVICES = Set.of("bedrock", "bedrock-mantle");
    private static final List<String> SIGNING_PARAMETERS =
            List.of("x-amz-algorithm", "x-amz-signature", "x-amz-credential", "x-amz-security-token");

    private final Supplier<KeyRing> keys;
    private final Function<VirtualKey, Terms> termsOf;
    private final InstantSource clock;
    private final SigV4Verifier signatures;

    /**
     * Verifies by the keys of the moment.
     *
     * @param keys the keys in force; never waits
     * @param termsOf the terms of a key
     * @param region the region that signatures must be made for
     * @param rules how strict to be
     */
    public VerifiedAccess(
            Supplier<KeyRing> keys,
            Function<VirtualKey, Terms> termsOf,
            String region,
            Rules rules,
            InstantSource clock) {
        this.keys = keys;
        this.termsOf = termsOf;
        this.clock = clock;
        this.signatures = new SigV4Verifier(
                region, SERVICES, rules.skew(), rules.refuseReplays() ? new ReplayGuard(rules.skew()) : null, clock);
    }

    /**
     * What is left to whoever runs the proxy.
     *
     * @param skew how far a signature's time may be from now
     * @param refuseReplays whether each signature is taken once only
     */
    public record Rules(Duration skew, boolean refuseReplays) {}

    @Override
    public Authentication authenticate(RequestHead head) {
        List<String> authorizations = head.headers("authorization");
        List<String> apiKeys = takesApiKey(head.target()) ? head.headers("x-api-key") : List.of();
        boolean presigned = isPresigned(head.target());
        int credentials = authorizations.size() + apiKeys.size() + (presigned ? 1 : 0);
        if (credentials == 0) {
            return Rejections.missing();
        }
        if (credentials > 1) {
            return Rejections.ambiguous();
        }
        if (presigned) {
            return Rejections.unsupported(
                    "Presigned requests are not taken; sign the request in its Authorization header.");
        }
        return apiKeys.isEmpty() ? byAuthorization(head, authorizations.get(0)) : byBearer(head, apiKeys.get(0));
    }

    private Authentication byAuthorization(RequestHead head, String value) {
        if (value.startsWith(SigV4.ALGORITHM + " ")) {
            return signatures.verify(head, value, keys.get(), new Signer());
        }
        if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return byBearer(head, value.substring(BEARER.length()));
        }
        if (value.startsWith("AWS4-ECDSA-P256-SHA256")) {
            return Rejections.unsupported(
                    "SigV4A (AWS4-ECDSA-P256-SHA256) is not taken; sign with " + SigV4.ALGORITHM + ".");
        }
        return Rejections.malformed(
                "The Authorization header must be of the scheme " + SigV4.ALGORITHM + " or Bearer.");
    }

    private Authentication byBearer(RequestHead head, String bearer) {
        KeyRing ring = keys.get();
        String id = BearerKey.keyId(bearer);
        RingKey known = id == null ? null : ring.find(id);
        Instant now = clock.instant();
        boolean right = isRight(known == null ? ring.stranger() : known, bearer, now);
        if (known == null || !right) {
            return Rejections.unknownKey(id == null ? "" : id);
        }
        Rejected refusal = refusal(known, head, now);
        return refusal == null ? new Authentication.Accepted(caller(known, null)) : refusal;
    }

    private static boolean isRight(RingKey key, String bearer, Instant now) {
        byte[] hash = BearerKey.hash(bearer);
        boolean right = false;
        for (SigningSecret secret : key.secrets()) {
            boolean own = secret.isOfBearer(hash);
            right = right || (own && secret.isValidAt(now));
        }
        return right;
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
        for (String parameter : target.substring(query + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = Escapes.decoded(equals < 0 ? parameter : parameter.substring(0, equals));
            if (SIGNING_PARAMETERS.stream().anyMatch(name::equalsIgnoreCase)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Rejected refusal(RingKey ring, RequestHead head, Instant now) {
        VirtualKey key = ring.key();
        if (key.isExpiredAt(now)) {
            return Rejections.expiredKey(key.id());
        }
        return key.permissions().allows(head.source()) ? null : Rejections.wrongNetwork(key.id());
    }

    private Caller caller(RingKey ring, @Nullable String service) {
        return new Caller(termsOf.apply(ring.key()), service, () -> isValidStill(ring));
    }

    /** Whether a key of some time ago is still one, and one of the secrets that it had then. */
    private boolean isValidStill(RingKey then) {
        RingKey known = keys.get().find(then.key().id());
        Instant now = clock.instant();
        return known != null && !known.key().isExpiredAt(now) && known.hasSecretOf(then, now);
    }

    /** What comes of a right signature is what comes of a right bearer key. */
    private final class Signer implements SigV4Verifier.OnVerified {
        @Override
        public @Nullable Rejected refusal(RingKey key, RequestHead head, Instant now) {
            return VerifiedAccess.this.refusal(key, head, now);
        }

        @Override
        public Caller caller(RingKey key, String service) {
            return VerifiedAccess.this.caller(key, service);
        }
    }
}

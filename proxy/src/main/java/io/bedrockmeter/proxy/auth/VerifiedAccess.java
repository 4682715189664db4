package io.bedrockmeter.proxy.auth;

import io.bedrockmeter.proxy.auth.Authentication.Rejected;
import io.bedrockmeter.proxy.keys.BearerKey;
import io.bedrockmeter.proxy.keys.KeyRing;
import io.bedrockmeter.proxy.keys.RingKey;
import io.bedrockmeter.proxy.keys.SigningSecret;
import io.bedrockmeter.proxy.keys.VirtualKey;
import io.bedrockmeter.proxy.tokens.TokenVerifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets in whoever proves to have a virtual key: by a signature, or by sending its bearer key; and,
 * where there are identity providers, whoever has a token of theirs. Thread-safe.
 */
public final class VerifiedAccess implements Authenticator {
    private static final Set<String> SERVICES = Set.of("bedrock", "bedrock-mantle");

    private final Supplier<KeyRing> keys;
    private final Function<VirtualKey, Terms> termsOf;
    private final InstantSource clock;
    private final SigV4Verifier signatures;
    private final @Nullable TokenAccess tokens;

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
        this(
                keys,
                termsOf,
                clock,
                new SigV4Verifier(
                        region,
                        SERVICES,
                        rules.skew(),
                        rules.refuseReplays() ? new ReplayGuard(rules.skew()) : null,
                        clock),
                null);
    }

    private VerifiedAccess(
            Supplier<KeyRing> keys,
            Function<VirtualKey, Terms> termsOf,
            InstantSource clock,
            SigV4Verifier signatures,
            @Nullable TokenAccess tokens) {
        this.keys = keys;
        this.termsOf = termsOf;
        this.clock = clock;
        this.signatures = signatures;
        this.tokens = tokens;
    }

    /**
     * What is left to whoever runs the proxy.
     *
     * @param skew how far a signature's time may be from now
     * @param refuseReplays whether each signature is taken once only
     */
    public record Rules(Duration skew, boolean refuseReplays) {}

    /** The same, which takes tokens of identity providers too; whether a bearer is a token or a key, its form says. */
    public VerifiedAccess with(TokenAccess added) {
        return new VerifiedAccess(keys, termsOf, clock, signatures, added);
    }

    @Override
    public Authentication authenticate(RequestHead head) {
        return switch (Credential.of(head)) {
            case Credential.Unusable no -> no.why();
            case Credential.Signature signature ->
                signatures.verify(head, signature.header(), keys.get(), new Signer());
            case Credential.Bearer bearer ->
                tokens != null && TokenVerifier.hasForm(bearer.token())
                        ? tokens.authenticate(bearer.token())
                        : byBearer(head, bearer.token());
        };
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

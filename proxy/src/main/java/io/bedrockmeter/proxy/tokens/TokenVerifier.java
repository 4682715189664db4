package io.bedrockmeter.proxy.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.bedrockmeter.proxy.config.TokenIssuer;
import io.bedrockmeter.proxy.keys.CallerIds;
import io.bedrockmeter.proxy.tokens.TokenCheck.Bad;
import io.bedrockmeter.proxy.tokens.TokenCheck.Fault;
import io.bedrockmeter.proxy.tokens.TokenCheck.Undecided;
import io.bedrockmeter.proxy.tokens.VerifiedTokens.Hash;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JSON Web Tokens (RFC 7519) as RFC 8725 wants it: the algorithm is one of a few that need the issuer's private key, the
 * key is one that the issuer publishes where the configuration says, whatever the token says of keys, and issuer and audience
 * are exactly ours. Thread-safe, never waits; 50 to
 * 400 µs for a token that was not seen before, and a hash for one that was.
 */
public final class TokenVerifier {
    private static final int LENGTH_MAX = 8_192;
    private static final Set<JOSEObjectType> TYPES =
            Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"));

    private final List<Issuer> issuers;
    private final InstantSource clock;
    private final VerifiedTokens<Verified> verified = new VerifiedTokens<>();

    /** Verifies tokens of these issuers. */
    public TokenVerifier(List<Issuer> issuers, InstantSource clock) {
        this.issuers = List.copyOf(issuers);
        this.clock = clock;
    }

    /**
     * An issuer whose tokens are believed.
     *
     * @param name its name in the configuration
     * @param rules what its tokens must be like
     * @param keys its keys
     */
    public record Issuer(String name, TokenIssuer rules, IssuerKeys keys) {}

    /** What was found of a token whose signature is right, and with which key; good until it runs out. */
    private record Verified(TokenCheck found, Issuer issuer, JWK by, Instant until) {}

    /** Whether a text has the form of a token: three parts, of which the first is a JSON object. */
    public static boolean hasForm(String bearer) {
        int first = bearer.indexOf('.');
        int second = bearer.indexOf('.', first + 1);
        return bearer.startsWith("eyJ") && first > 0 && second > 0 && bearer.indexOf('.', second + 1) < 0;
    }

    /** Looks at a token. */
    public TokenCheck verify(String token) {
        if (token.length() > LENGTH_MAX) {
            return notBelieved("is longer than " + LENGTH_MAX + " characters.");
        }
        Instant now = clock.instant();
        Hash hash = Hash.of(token);
        Verified known = verified.find(hash);
        if (known != null && now.isBefore(known.until())) {
            KeySet keys = known.issuer().keys().usable(now);
            // A key that was withdrawn takes its tokens with it.
            if (keys != null && keys.has(known.by())) {
                return known.found();
            }
        }
        try {
            SignedJWT parsed = SignedJWT.parse(token);
            JWTClaimsSet claims = parsed.getJWTClaimsSet();
            return claims == null ? notBelieved("has no claims.") : verify(new Presented(parsed, claims, hash), now);
        } catch (ParseException | IllegalArgumentException e) {
            return notBelieved("is not a signed JSON Web Token.");
        }
    }

    private record Presented(SignedJWT token, JWTClaimsSet claims, Hash hash) {}

    private TokenCheck verify(Presented presented, Instant now) {
        JWSHeader header = presented.token().getHeader();
        if (!KeySet.ALGORITHMS.contains(header.getAlgorithm())) {
            return notBelieved(
                    "is signed by an algorithm that is not taken; RS and PS with 256, 384 and 512, and ES256 are.");
        }
        if (header.getCriticalParams() != null || (header.getType() != null && !TYPES.contains(header.getType()))) {
            return notBelieved("is of another kind than JWT or at+jwt, or has extensions that must be understood.");
        }
        Issuer issuer = null;
        boolean knownIssuer = false;
        for (Issuer one : issuers) {
            if (one.rules().issuer().equals(presented.claims().getIssuer())) {
                knownIssuer = true;
                if (isForUs(presented.claims(), one.rules())) {
                    issuer = one;
                }
            }
        }
        if (issuer == null) {
            return notBelieved(
                    knownIssuer
                            ? "was made for another audience than this proxy (auth.issuers, audience)."
                            : "is of an issuer that this proxy does not know (auth.issuers, issuer).");
        }
        return verify(presented, issuer, now);
    }

    private static boolean isForUs(JWTClaimsSet claims, TokenIssuer rules) {
        return claims.getAudience().stream().anyMatch(rules.audiences()::contains);
    }

    private TokenCheck verify(Presented presented, Issuer issuer, Instant now) {
        JWSHeader header = presented.token().getHeader();
        KeySet keys = issuer.keys().usable(now);
        KeySet.Key key = keys == null ? null : keys.find(header.getKeyID(), header.getAlgorithm());
        if (key == null) {
            boolean mayCome = issuer.keys().mayCome(now);
            return keys == null || mayCome
                    ? new Undecided("The keys of the issuer '" + issuer.name() + "' are being fetched, or cannot be"
                            + " had at the moment. Try again.")
                    : notBelieved("is signed with a key that its issuer does not publish.");
        }
        if (!isSignedBy(presented.token(), key)) {
            return notBelieved("has a signature that is not its issuer's.");
        }
        TokenCheck found = judge(presented.claims(), issuer, now);
        Instant until = until(presented.claims(), issuer.rules().skew());
        if (until != null && !(found instanceof Bad bad && bad.fault() != Fault.NOT_ALLOWED)) {
            verified.put(presented.hash(), new Verified(found, issuer, key.jwk(), until));
        }
        return found;
    }

    private static boolean isSignedBy(SignedJWT token, KeySet.Key key) {
        try {
            return token.verify(key.verifier());
        } catch (JOSEException e) {
            return false;
        }
    }

    private static @Nullable Instant until(JWTClaimsSet claims, Duration skew) {
        return claims.getExpirationTime() == null
                ? null
                : claims.getExpirationTime().toInstant().plus(skew);
    }

    /** What a token says that is its issuer's. */
    private static TokenCheck judge(JWTClaimsSet claims, Issuer issuer, Instant now) {
        TokenIssuer rules = issuer.rules();
        String subject = claims.getSubject();
        String keyId = subject == null || subject.isBlank() ? null : CallerIds.of(issuer.name(), subject);
        Instant until = until(claims, rules.skew());
        if (until == null) {
            return notAllowed(keyId, "has no 'exp', and one without an end is not taken.");
        }
        if (!now.isBefore(until)) {
            return new Bad(Fault.EXPIRED, "ran out at " + until.minus(rules.skew()) + ".", keyId);
        }
        if (claims.getNotBeforeTime() != null
                && now.plus(rules.skew()).isBefore(claims.getNotBeforeTime().toInstant())) {
            return new Bad(
                    Fault.NOT_BELIEVED,
                    "is not valid before " + claims.getNotBeforeTime().toInstant() + ".",
                    keyId);
        }
        if (keyId == null) {
            return notAllowed(null, "has no claim 'sub', which says who calls.");
        }
        return new Claims(claims.getClaims(), rules).caller(issuer.name(), keyId);
    }

    private static Bad notBelieved(String why) {
        return new Bad(Fault.NOT_BELIEVED, why, null);
    }

    private static Bad notAllowed(@Nullable String keyId, String why) {
        return new Bad(Fault.NOT_ALLOWED, why, keyId);
    }
}

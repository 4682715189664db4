package io.bedrockmeter.proxy.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an issuer as they were fetched once. Immutable, thread-safe. Keys that are secret, weak, or not for signatures are
 * not among them.
 *
 * @param keys those that are left
 * @param fetchedAt when it was fetched
 */
record KeySet(List<Key> keys, Instant fetchedAt) {
    /**
     * Signatures that anybody can check and the issuer alone can make; HMAC and {@code none} are neither. To check one takes the
     * JDK 50 to 80 µs with RSA and 390 µs with ES256. ES384 would take 1.7 ms and ES512 3 ms, too long for an event loop.
     */
    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256);

    /** NIST SP 800-131A: shorter ones are not to be used. */
    private static final int RSA_BITS_MIN = 2_048;

    KeySet {
        keys = List.copyOf(keys);
    }

    /**
     * A key that signatures are checked with. Two are the same if they are equal.
     *
     * @param jwk the key
     * @param verifier checks with it; thread-safe
     */
    record Key(JWK jwk, JWSVerifier verifier) {
        boolean fits(JWSAlgorithm algorithm) {
            boolean asked = jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(algorithm);
            return asked && verifier.supportedJWSAlgorithms().contains(algorithm);
        }
    }

    /**
     * Reads a JWK set.
     *
     * @throws ParseException if it is none
     */
    static KeySet parse(String json, Instant now) throws ParseException {
        List<Key> keys = new ArrayList<>();
        for (JWK jwk : JWKSet.parse(json).getKeys()) {
            JWSVerifier verifier = isForSignatures(jwk) ? verifier(jwk) : null;
            if (verifier != null) {
                keys.add(new Key(jwk, verifier));
            }
        }
        return new KeySet(keys, now);
    }

    /**
     * The key that a token names; null if there is none for its algorithm. One that names none is taken if there is no choice.
     *
     * @param id its {@code kid}; null if it has none
     */
    @Nullable
    Key find(@Nullable String id, JWSAlgorithm algorithm) {
        Key found = null;
        for (Key key : keys) {
            if (key.fits(algorithm) && (id == null || id.equals(key.jwk().getKeyID()))) {
                if (found != null) {
                    return null;
                }
                found = key;
            }
        }
        return found;
    }

    /** Whether a key is still among them. */
    boolean has(JWK jwk) {
        for (Key key : keys) {
            if (key.jwk().equals(jwk)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isForSignatures(JWK jwk) {
        boolean use = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean operations =
                jwk.getKeyOperations() == null || jwk.getKeyOperations().contains(KeyOperation.VERIFY);
        return use && operations && !jwk.isPrivate();
    }

    private static @Nullable JWSVerifier verifier(JWK jwk) {
        try {
            return switch (jwk) {
                case RSAKey rsa -> rsa.size() < RSA_BITS_MIN ? null : new RSASSAVerifier(rsa);
                case ECKey ec -> ec.getCurve().equals(Curve.P_256) ? new ECDSAVerifier(ec) : null;
                default -> null;
            };
        } catch (JOSEException e) {
            // A curve that nobody asked for; the set's other keys are as good.
            return null;
        }
    }
}

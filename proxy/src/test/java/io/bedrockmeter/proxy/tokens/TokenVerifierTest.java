package io.bedrockmeter.proxy.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.bedrockmeter.proxy.config.CallerRules;
import io.bedrockmeter.proxy.config.TokenIssuer;
import io.bedrockmeter.proxy.config.TokenIssuer.Named;
import io.bedrockmeter.proxy.keys.CallerIds;
import io.bedrockmeter.proxy.tokens.TokenCheck.Bad;
import io.bedrockmeter.proxy.tokens.TokenCheck.Fault;
import io.bedrockmeter.proxy.tokens.TokenCheck.Good;
import io.bedrockmeter.proxy.tokens.TokenCheck.Undecided;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens as they should be, and as attackers make them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenVerifierTest {
    private static final URI KEYS = URI.create("https://idp.example/keys");
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private RSAKey rsa;
    private RSAKey otherRsa;
    private RSAKey weak;
    private ECKey ec;
    private Instant now = NOW;

    /** What the issuer publishes; null if it cannot be reached. */
    private String published = "";

    private final List<URI> fetched = new ArrayList<>();

    @BeforeAll
    void makeKeys() throws JOSEException {
        rsa = new RSAKeyGenerator(2_048).keyID("r").generate();
        otherRsa = new RSAKeyGenerator(2_048).keyID("o").generate();
        weak = new RSAKeyGenerator(1_024, true).keyID("w").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
    }

    @BeforeEach
    void startTheClock() {
        now = NOW;
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
    void takesTokensThatAreSignedWithRsa(String algorithm) {
        assertThat(verifier(rsa).verify(signed(header(algorithm, rsa).build(), rsa, c -> c)))
                .isEqualTo(new Good(new TokenCaller("corp", "search", "ranking", "corp:robot=7C7")));
    }

    @Test
    void takesTokensThatAreSignedWithAnEllipticCurve() {
        assertThat(verifier(rsa, ec).verify(signed(header("ES256", ec).build(), ec, c -> c)))
                .isInstanceOf(Good.class);
    }

    @Test
    void refusesCurvesThatTakeTooLong() throws JOSEException {
        ECKey slow = new ECKeyGenerator(Curve.P_521).keyID("s").generate();

        isNotBelieved(verifier(rsa, slow), signed(header("ES512", slow).build(), slow, c -> c));
    }

    @Test
    void takesATokenWithoutAKeyIdWhereThereIsNoChoice() {
        String token = signed(new JWSHeader(JWSAlgorithm.RS256), rsa, c -> c);

        assertThat(verifier(rsa, ec).verify(token)).isInstanceOf(Good.class);
        assertThat(verifier(rsa, otherRsa).verify(token)).isNotInstanceOf(Good.class);
    }

    @Test
    void takesAccessTokensOfRfc9068AndNoTokensOfAnotherKind() {
        TokenVerifier verifier = verifier(rsa);
        JWSHeader access =
                header("RS256", rsa).type(new JOSEObjectType("at+jwt")).build();
        JWSHeader logout =
                header("RS256", rsa).type(new JOSEObjectType("logout+jwt")).build();

        assertThat(verifier.verify(signed(access, rsa, c -> c))).isInstanceOf(Good.class);
        assertThat(verifier.verify(signed(logout, rsa, c -> c))).isInstanceOf(Bad.class);
    }

    @Test
    void refusesATokenThatNobodySigned() {
        isNotBelieved(verifier(rsa), new PlainJWT(claims(c -> c)).serialize());
    }

    @Test
    void refusesAnHmacWithThePublicKeyAsItsSecret() throws JOSEException {
        byte[] publicKey = rsa.toRSAPublicKey().getEncoded();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("r").build(), claims(c -> c));
        token.sign(new MACSigner(publicKey));

        isNotBelieved(verifier(rsa), token.serialize());
    }

    @Test
    void refusesAnHmacWithASecretThatTheIssuerPublishesByMistake() throws JOSEException {
        OctetSequenceKey secret = new OctetSequenceKey.Builder(
                        "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII))
                .keyID("s")
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("s").build(), claims(c -> c));
        token.sign(new MACSigner(secret));
        published = "{\"keys\":[" + rsa.toPublicJWK().toJSONString() + "," + secret.toJSONString() + "]}";

        isNotBelieved(verifierOfPublished(), token.serialize());
    }

    @Test
    void believesNoKeyThatATokenBrings() {
        TokenVerifier verifier = verifier(rsa);

        isNotBelieved(
                verifier,
                signed(header("RS256", rsa).jwk(otherRsa.toPublicJWK()).build(), otherRsa, c -> c));
        isNotBelieved(
                verifier,
                signed(
                        header("RS256", rsa)
                                .jwkURL(URI.create("https://evil.example/keys"))
                                .build(),
                        otherRsa,
                        c -> c));
        isNotBelieved(
                verifier,
                signed(
                        header("RS256", rsa)
                                .x509CertURL(URI.create("https://evil.example/crt"))
                                .build(),
                        otherRsa,
                        c -> c));
        assertThat(fetched).containsOnly(KEYS);
    }

    @Test
    void refusesExtensionsThatMustBeUnderstood() {
        JWSHeader critical = header("RS256", rsa)
                .criticalParams(Set.of("exp"))
                .customParam("exp", 1)
                .build();

        isNotBelieved(verifier(rsa), signed(critical, rsa, c -> c));
    }

    @Test
    void usesNoKeyThatIsWeakOrMadeForSomethingElse() {
        RSAKey forSecrets =
                new RSAKey.Builder(otherRsa).keyUse(KeyUse.ENCRYPTION).build();
        RSAKey forPs = new RSAKey.Builder(otherRsa)
                .keyID("p")
                .algorithm(JWSAlgorithm.PS256)
                .build();
        TokenVerifier verifier = verifier(rsa, weak, forSecrets, forPs);
        now = now.plus(IssuerKeys.ASK_AGAIN).minusMillis(1);

        isNotBelieved(verifier, signed(header("RS256", weak).build(), weak, c -> c));
        isNotBelieved(verifier, signed(header("RS256", forSecrets).build(), forSecrets, c -> c));
        isNotBelieved(verifier, signed(header("RS256", forPs).build(), forPs, c -> c));
        assertThat(verifier.verify(signed(header("PS256", forPs).build(), forPs, c -> c)))
                .isInstanceOf(Good.class);
    }

    @Test
    void refusesASignatureOfAnotherKeyAndOfOtherClaims() {
        TokenVerifier verifier = verifier(rsa);
        String good = signed(header("RS256", rsa).build(), rsa, c -> c);
        String[] parts = good.split("\\.", -1);
        String others = Base64URL.encode(claims(c -> c.claim("team", "support")).toString())
                .toString();

        isNotBelieved(verifier, signed(header("RS256", rsa).build(), otherRsa, c -> c));
        isNotBelieved(verifier, parts[0] + "." + others + "." + parts[2]);
        isNotBelieved(verifier, parts[0] + "." + parts[1] + ".");
        isNotBelieved(
                verifier, parts[0] + "." + parts[1] + "." + parts[2].substring(0, parts[2].length() - 4) + "AAAA");
    }

    @Test
    void refusesAnotherIssuerAndAnotherAudience() {
        TokenVerifier verifier = verifier(rsa);

        isNotBelieved(verifier, token(c -> c.issuer("https://idp.example/")));
        isNotBelieved(verifier, token(c -> c.issuer(null)));
        isNotBelieved(verifier, token(c -> c.audience("somebody-else")));
        isNotBelieved(verifier, token(c -> c.audience((String) null)));
        assertThat(verifier.verify(token(c -> c.audience(List.of("somebody-else", "meter")))))
                .isInstanceOf(Good.class);
    }

    @Test
    void goesByTheTimeWithTheSkewOfItsIssuer() {
        TokenVerifier verifier = verifier(rsa);
        String token = token(c -> c.notBeforeTime(Date.from(NOW)).expirationTime(Date.from(NOW.plusSeconds(60))));

        now = NOW.minusSeconds(31);
        assertThat(verifier.verify(token)).isInstanceOf(Bad.class);
        now = NOW.minusSeconds(30);
        assertThat(verifier.verify(token)).isInstanceOf(Good.class);
        now = NOW.plusSeconds(89);
        assertThat(verifier.verify(token)).isInstanceOf(Good.class);
        now = NOW.plusSeconds(90);
        assertThat(verifier.verify(token))
                .isEqualTo(new Bad(Fault.EXPIRED, "ran out at 2026-11-25T12:01:00Z.", "corp:robot=7C7"));
    }

    @Test
    void refusesATokenWithoutAnEnd() {
        assertThat(verifier(rsa).verify(token(c -> c.expirationTime(null))))
                .isEqualTo(new Bad(
                        Fault.NOT_ALLOWED, "has no 'exp', and one without an end is not taken.", "corp:robot=7C7"));
    }

    @Test
    void namesTheClaimThatIsMissingOrIsNoName() {
        TokenVerifier verifier = verifier(rsa);

        for (Object wrong : new Object[] {null, "", "a b", "x".repeat(64), 7, List.of("search"), "a\u00e4"}) {
            assertThat(verifier.verify(token(c -> c.claim("team", wrong))))
                    .isInstanceOfSatisfying(
                            Bad.class,
                            bad -> assertThat(bad)
                                    .returns(Fault.NOT_ALLOWED, Bad::fault)
                                    .extracting(Bad::why)
                                    .asString()
                                    .startsWith("has no claim 'team' with the name of a team"));
        }
        assertThat(verifier.verify(token(c -> c.subject(null))))
                .isInstanceOfSatisfying(Bad.class, bad -> assertThat(bad.why()).startsWith("has no claim 'sub'"));
    }

    @Test
    void findsClaimsByTheirWay() {
        published = new JWKSet(rsa.toPublicJWK()).toString();
        TokenVerifier verifier = verifier(
                new Named(null, "/kubernetes.io/namespace"),
                new Named("fixed", null),
                Map.of("/realm/roles", "bedrock", "https://example/tier", "gold"));
        Map<String, Object> kubernetes = Map.of("namespace", "search");
        UnaryOperator<JWTClaimsSet.Builder> good = c -> c.claim("kubernetes.io", kubernetes)
                .claim("https://example/tier", "gold")
                .claim("realm", Map.of("roles", List.of("other", "bedrock")));

        assertThat(verifier.verify(token(good)))
                .isEqualTo(new Good(new TokenCaller("corp", "search", "fixed", "corp:robot=7C7")));
        assertThat(verifier.verify(token(c -> good.apply(c).claim("realm", Map.of("roles", List.of("other"))))))
                .isInstanceOfSatisfying(
                        Bad.class, bad -> assertThat(bad.why()).contains("'bedrock'", "'/realm/roles'"));
        assertThat(verifier.verify(token(c -> good.apply(c).claim("kubernetes.io", "text"))))
                .isInstanceOf(Bad.class);
    }

    @Test
    void tellsSectionsOfOneIssuerApartByTheirAudience() {
        published = new JWKSet(rsa.toPublicJWK()).toString();
        IssuerKeys keys = keys();
        TokenVerifier verifier = new TokenVerifier(
                List.of(
                        new TokenVerifier.Issuer(
                                "one", rules("one", new Named("a", null), new Named("x", null), Map.of()), keys),
                        new TokenVerifier.Issuer(
                                "two", rules("two", new Named("b", null), new Named("x", null), Map.of()), keys)),
                () -> now);

        assertThat(verifier.verify(token(c -> c.audience("two"))))
                .isEqualTo(new Good(new TokenCaller("two", "b", "x", "two:robot=7C7")));
    }

    @Test
    void asksForAKeyThatItDoesNotKnowButNotAllTheTime() {
        TokenVerifier verifier = verifier(rsa);
        String token = signed(header("RS256", otherRsa).build(), otherRsa, c -> c);

        isNotBelieved(verifier, token);
        now = now.plus(IssuerKeys.ASK_AGAIN);
        assertThat(verifier.verify(token)).isInstanceOf(Undecided.class);
    }

    @Test
    void forgetsATokenWhoseKeyWasWithdrawn() {
        published = new JWKSet(rsa.toPublicJWK()).toString();
        IssuerKeys keys = keys();
        TokenVerifier verifier = verifier(keys);
        String token = token(c -> c);
        assertThat(verifier.verify(token)).isInstanceOf(Good.class);

        published = new JWKSet(ec.toPublicJWK()).toString();
        keys.refresh();

        isNotBelieved(verifier, token);
    }

    @Test
    void goesOnWithOldKeysUpToAnAge() {
        published = new JWKSet(rsa.toPublicJWK()).toString();
        IssuerKeys keys = keys();
        TokenVerifier verifier = verifier(keys);
        String token = token(c -> c.expirationTime(Date.from(NOW.plusSeconds(100_000))));
        published = "";
        keys.refresh();

        now = NOW.plus(Duration.ofHours(24)).minusMillis(1);
        assertThat(verifier.verify(token)).isInstanceOf(Good.class);
        now = NOW.plus(Duration.ofHours(24));
        assertThat(verifier.verify(token)).isInstanceOf(Undecided.class);
    }

    @Test
    void keepsItsKeysWhereTheIssuerAnswersWithNone() {
        published = new JWKSet(rsa.toPublicJWK()).toString();
        IssuerKeys keys = keys();
        TokenVerifier verifier = verifier(keys);
        for (String nonsense : List.of("{\"keys\":[]}", "{}", "<html>", "[")) {
            published = nonsense;
            keys.refresh();
        }

        assertThat(verifier.verify(token(c -> c))).isInstanceOf(Good.class);
    }

    @Test
    void refusesWhatIsNoToken() throws JOSEException {
        TokenVerifier verifier = verifier(rsa);
        EncryptedJWT encrypted =
                new EncryptedJWT(new JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM), claims(c -> c));
        encrypted.encrypt(new RSAEncrypter(rsa));
        String deep = Base64URL.encode("[".repeat(4_000)).toString();

        for (String wrong : List.of(
                "eyJ.e30.x",
                "eyJhbGciOiJSUzI1NiJ9.e30.",
                "eyJhbGciOiJSUzI1NiJ9." + deep + ".AAAA",
                "eyJhbGciOiJSUzI1NiJ9.bnVsbA.AAAA",
                "eyJhbGciOjd9.e30.AAAA",
                "eyJ" + "a".repeat(9_000) + ".a.a",
                encrypted.serialize())) {
            assertThat(verifier.verify(wrong)).as(wrong).isInstanceOf(Bad.class);
        }
        assertThat(TokenVerifier.hasForm(encrypted.serialize())).isFalse();
        assertThat(TokenVerifier.hasForm("bmk_BMKAAAAAAAAAAAAAAAAA_x")).isFalse();
        assertThat(TokenVerifier.hasForm("bedrock-api-key-a.b.c")).isFalse();
    }

    @Test
    void neverBelievesNorFailsOnATokenThatWasChanged() {
        long seed = System.nanoTime();
        System.out.println("seed of changed tokens: " + seed);
        Random random = new Random(seed);
        TokenVerifier verifier = verifier(rsa, ec);
        String good = token(c -> c.claim("nested", Map.of("a", List.of(1, "b"))));
        String[] parts = good.split("\\.", -1);
        for (int i = 0; i < 5_000; i++) {
            int part = random.nextInt(2);
            byte[] json = Base64URL.from(parts[part]).decode();
            for (int changes = 0; changes <= random.nextInt(3); changes++) {
                json[random.nextInt(json.length)] = (byte) random.nextInt(256);
            }
            String[] changed = parts.clone();
            changed[part] = Base64URL.encode(json).toString();
            String token = String.join(".", changed);

            assertThat(token.equals(good) || !(verifier.verify(token) instanceof Good))
                    .as("seed %d: %s", seed, token)
                    .isTrue();
        }
    }

    @Test
    void boundsWhatItWritesOfASubjectAndNeverMixesTwoUp() {
        assertThat(CallerIds.of("corp", "system:serviceaccount:search:ranking"))
                .isEqualTo("corp:system:serviceaccount:search:ranking");
        assertThat(CallerIds.of("corp", "a b\n\u00e4=")).isEqualTo("corp:a=20b=0A=C3=A4=3D");
        String one = CallerIds.of("corp", "x".repeat(5_000) + "1");
        String two = CallerIds.of("corp", "x".repeat(5_000) + "2");
        assertThat(one).hasSize(128).isNotEqualTo(two).contains("~");
    }

    private void isNotBelieved(TokenVerifier verifier, String token) {
        assertThat(verifier.verify(token))
                .isInstanceOfSatisfying(
                        Bad.class,
                        bad -> assertThat(bad)
                                .returns(Fault.NOT_BELIEVED, Bad::fault)
                                .returns(null, Bad::keyId));
    }

    private TokenVerifier verifier(JWK... keys) {
        published = new JWKSet(List.of(keys)).toString();
        return verifierOfPublished();
    }

    private TokenVerifier verifierOfPublished() {
        return verifier(keys());
    }

    private TokenVerifier verifier(IssuerKeys keys) {
        return new TokenVerifier(
                List.of(new TokenVerifier.Issuer(
                        "corp", rules("meter", new Named(null, "team"), new Named(null, "app"), Map.of()), keys)),
                () -> now);
    }

    private TokenVerifier verifier(Named team, Named app, Map<String, String> required) {
        return new TokenVerifier(
                List.of(new TokenVerifier.Issuer("corp", rules("meter", team, app, required), keys())), () -> now);
    }

    private IssuerKeys keys() {
        IssuerKeys keys = new IssuerKeys(
                new IssuerKeys.Source(
                        "corp", "https://idp.example", KEYS, Duration.ofMinutes(10), Duration.ofHours(24)),
                document -> {
                    fetched.add(document);
                    if (published.isEmpty()) {
                        throw new IOException("nobody there");
                    }
                    return published;
                },
                () -> now);
        keys.refresh();
        return keys;
    }

    private static TokenIssuer rules(String audience, Named team, Named app, Map<String, String> required) {
        return new TokenIssuer(
                "https://idp.example",
                List.of(audience),
                KEYS,
                team,
                app,
                required,
                CallerRules.NONE,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ofHours(24));
    }

    private String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return signed(header("RS256", rsa).build(), rsa, change);
    }

    private static JWSHeader.Builder header(String algorithm, JWK key) {
        return new JWSHeader.Builder(JWSAlgorithm.parse(algorithm)).keyID(key.getKeyID());
    }

    private static String signed(JWSHeader header, JWK key, UnaryOperator<JWTClaimsSet.Builder> change) {
        try {
            JWSSigner signer = key instanceof RSAKey rsaKey
                    ? new RSASSASigner(rsaKey.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()))
                    : new ECDSASigner((ECKey) key);
            SignedJWT token = new SignedJWT(header, claims(change));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
        return change.apply(new JWTClaimsSet.Builder()
                        .issuer("https://idp.example")
                        .audience("meter")
                        .subject("robot|7")
                        .expirationTime(Date.from(NOW.plusSeconds(3_600)))
                        .claim("team", "search")
                        .claim("app", "ranking"))
                .build();
    }
}

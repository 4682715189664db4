package io.bedrockmeter.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.account.AccountId;
import io.bedrockmeter.metering.account.Owner;
import io.bedrockmeter.proxy.auth.Authentication.Rejected;
import io.bedrockmeter.proxy.keys.KeyRing;
import io.bedrockmeter.proxy.keys.Network;
import io.bedrockmeter.proxy.keys.Permissions;
import io.bedrockmeter.proxy.keys.RingKey;
import io.bedrockmeter.proxy.keys.TestKeys;
import io.bedrockmeter.proxy.keys.VirtualKey;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule by which a signature is taken or refused. */
final class VerifiedAccessTest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final Instant NOW = Instant.parse("2026-11-25T11:35:00Z");
    private static final String TIMESTAMP = "20261125T113500Z";
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final String TARGET = "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse";
    private static final byte[] BODY = "{\"messages\":[]}".getBytes(StandardCharsets.UTF_8);
    private static final PlainSigner BOTO = new PlainSigner(
            TestKeys.ID,
            SECRET,
            TIMESTAMP,
            "20261125",
            "us-east-1",
            "bedrock",
            List.of("content-type", "host", "x-amz-date"),
            plain().sha256());

    /** Whoever signs rightly may do anything. */
    static final SigV4Verifier.OnVerified ANYTHING = new SigV4Verifier.OnVerified() {
        @Override
        public @Nullable Rejected refusal(RingKey key, RequestHead head, Instant now) {
            return null;
        }

        @Override
        public Caller caller(RingKey key, String service) {
            return new Caller(terms(key.key()), service);
        }
    };

    @Test
    void takesWhatTheSdkSignsAndNothingThatDiffersInAByte() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        VerifiedAccess access = access(TestKeys.ring(Map.of(TestKeys.ID, SECRET)), NOW);

        for (int i = 0; i < 200; i++) {
            Request unsigned = randomRequest(random);
            Instant signedAt = NOW.plusSeconds(random.nextInt(601) - 300);
            String service = random.nextBoolean() ? "bedrock" : "bedrock-mantle";
            Request signed = Sdk.sign(unsigned, TestKeys.ID, SECRET, "us-east-1", service, signedAt);

            assertThat(verdict(access, signed)).as("seed %d, %s", seed, signed).isNull();
            for (UnaryOperator<Request> change : changes(signed, random)) {
                Request changed = change.apply(signed);
                assertThat(verdict(access, changed))
                        .as("seed %d, %s became %s", seed, signed, changed)
                        .isNotNull();
            }
        }
    }

    @Test
    void provesACallerOfBoto3OnlyByItsBody() {
        VerifiedAccess access = access(NOW);
        Request signed = BOTO.sign(plain());

        Authentication head = access.authenticate(signed.head());

        assertThat(head).isInstanceOf(Authentication.AwaitingBody.class);
        SignedBody body = ((Authentication.AwaitingBody) head).body();
        assertThat(body.refusal(signed.sha256())).isNull();
        assertThat(body.refusal("0".repeat(64)))
                .extracting(Rejected::errorType, Rejected::reason)
                .containsExactly("InvalidSignatureException", "wrong_signature");
    }

    @Test
    void refusesAnotherSecretBeforeTheBodyIsReadWhereItsHashIsDeclared() {
        Request signed = Sdk.sign(plain(), TestKeys.ID, "another", "us-east-1", "bedrock", NOW);

        Authentication head = access(NOW).authenticate(signed.head());

        assertThat(head)
                .isInstanceOfSatisfying(
                        Rejected.class, no -> assertThat(no.reason()).isEqualTo("wrong_signature"));
    }

    @Test
    void refusesABodyThatIsNotTheOneThatWasDeclared() {
        Request signed = Sdk.sign(plain(), TestKeys.ID, SECRET, "us-east-1", "bedrock", NOW);

        Rejected no = verdict(access(NOW), signed.withBody(new byte[] {1}));

        assertThat(no).extracting(Rejected::reason).isEqualTo("wrong_body");
    }

    @Test
    void takesTheAuthorityOfHttp2UnderEitherOfItsNames() {
        PlainSigner js = new PlainSigner(
                TestKeys.ID,
                SECRET,
                TIMESTAMP,
                "20261125",
                "us-east-1",
                "bedrock",
                List.of(":authority", "x-amz-date"),
                plain().sha256());

        assertThat(verdict(access(NOW), js.sign(plain()))).isNull();
        assertThat(verdict(access(NOW), js.sign(plain()).replacing("Host", "elsewhere")))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"-301, true", "-300, false", "300, false", "301, true"})
    void takesATimeUpToFiveMinutesOff(long seconds, boolean refused) {
        Rejected no = verdict(access(NOW.plusSeconds(seconds)), BOTO.sign(plain()));

        assertThat(no != null).isEqualTo(refused);
        if (no != null) {
            assertThat(no.errorType()).isEqualTo("InvalidSignatureException");
            assertThat(no.message()).contains(TIMESTAMP).contains(seconds > 0 ? "expired" : "not yet current");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "20261125T113500",
                "20261125 113500Z",
                "20261331T113500Z",
                "20260229T113500Z",
                "20261125T243500Z",
                "20261125T113560Z",
                "٢٠٢٦١١٢٥T113500Z",
                "Wed, 25 Nov 2026 11:35:00 GMT"
            })
    void wantsATimeThatThereIs(String timestamp) {
        Rejected no = verdict(access(NOW), BOTO.sign(plain()).replacing("X-Amz-Date", timestamp));

        assertThat(no).extracting(Rejected::errorType).isEqualTo("IncompleteSignatureException");
    }

    @Test
    void wantsOneTimeOnly() {
        Request signed = BOTO.sign(plain());

        assertThat(verdict(access(NOW), signed.with("X-Amz-Date", TIMESTAMP)))
                .extracting(Rejected::reason)
                .isEqualTo("malformed");
        assertThat(verdict(access(NOW), signed.without("X-Amz-Date").with("Date", "Wed, 25 Nov 2026 11:35:00 GMT")))
                .extracting(Rejected::reason)
                .isEqualTo("malformed");
    }

    @ParameterizedTest
    @CsvSource({
        "20261124, us-east-1, bedrock",
        "20261125, us-west-2, bedrock",
        "20261125, us-east-1, s3",
        "20261125, us-east-1, bedrock-runtime"
    })
    void refusesWhatWasSignedForAnotherPurpose(String day, String region, String service) {
        PlainSigner other =
                new PlainSigner(TestKeys.ID, SECRET, TIMESTAMP, day, region, service, BOTO.names(), BOTO.payload());

        assertThat(verdict(access(NOW), other.sign(plain())))
                .extracting(Rejected::errorType, Rejected::reason)
                .containsExactly("InvalidSignatureException", "wrong_scope");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Amzn-Bedrock-GuardrailIdentifier",
                "x-amzn-bedrock-service-tier",
                "X-AMZ-Target",
                "x-amz-user-agent",
                "x-amz-anything"
            })
    void wantsHeadersSignedThatChangeWhatIsAsked(String name) {
        Request signed = BOTO.sign(plain());

        assertThat(verdict(access(NOW), signed.with(name, "x")))
                .extracting(Rejected::errorType, Rejected::reason)
                .containsExactly("InvalidSignatureException", "unsigned_header");
        assertThat(verdict(access(NOW), signed.with("x-amzn-trace-id", "Root=1").with("amz-sdk-request", "attempt=2")))
                .as("what only says how the call went on may be added")
                .isNull();
    }

    @Test
    void refusesSignedHeadersThatDidNotArrive() {
        assertThat(verdict(access(NOW), BOTO.sign(plain()).without("content-type")))
                .extracting(Rejected::reason)
                .isEqualTo("wrong_signature");
    }

    @Test
    void refusesASessionTokenThatWasLeftBehind() {
        Request withToken = plain().with("X-Amz-Security-Token", "token");
        PlainSigner signer = new PlainSigner(
                TestKeys.ID,
                SECRET,
                TIMESTAMP,
                "20261125",
                "us-east-1",
                "bedrock",
                List.of("host", "x-amz-date", "x-amz-security-token"),
                plain().sha256());

        assertThat(verdict(access(NOW), signer.sign(withToken)))
                .extracting(Rejected::errorType, Rejected::reason)
                .containsExactly("UnrecognizedClientException", "session_token");
    }

    @Test
    void knowsNoKeyButItsOwn() {
        PlainSigner stranger = new PlainSigner(
                "AKIAIOSFODNN7EXAMPLE",
                SECRET,
                TIMESTAMP,
                "20261125",
                "us-east-1",
                "bedrock",
                BOTO.names(),
                BOTO.payload());

        assertThat(access(NOW).authenticate(stranger.sign(plain()).head()))
                .isInstanceOfSatisfying(Rejected.class, no -> {
                    assertThat(no.errorType()).isEqualTo("UnrecognizedClientException");
                    assertThat(no.keyId())
                            .as("nothing that anybody made up is logged")
                            .isNull();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UNSIGNED-PAYLOAD",
                "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
                "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "",
                "e3b0"
            })
    void takesNoPayloadButAHashOrSignedFrames(String payload) {
        PlainSigner signer = new PlainSigner(
                TestKeys.ID,
                SECRET,
                TIMESTAMP,
                "20261125",
                "us-east-1",
                "bedrock",
                List.of("host", "x-amz-content-sha256", "x-amz-date"),
                payload);

        assertThat(access(NOW)
                        .authenticate(signer.sign(plain().with("X-Amz-Content-Sha256", payload))
                                .head()))
                .isInstanceOfSatisfying(
                        Rejected.class, no -> assertThat(no.reason()).isEqualTo("unsupported"));
    }

    @Test
    void refusesOtherWaysOfSigningByTheirNames() {
        Request presigned = plain().withTarget(TARGET + "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00");
        Request escaped = plain().withTarget(TARGET + "?x%2Damz%2Dsignature=00");
        Request sigV4A = plain().with("Authorization", "AWS4-ECDSA-P256-SHA256 Credential=x");

        assertThat(verdict(access(NOW), presigned))
                .extracting(Rejected::message)
                .asString()
                .contains("Presigned");
        assertThat(verdict(access(NOW), escaped))
                .extracting(Rejected::message)
                .asString()
                .contains("Presigned");
        assertThat(verdict(access(NOW), sigV4A))
                .extracting(Rejected::message)
                .asString()
                .contains("SigV4A");
        assertThat(verdict(access(NOW), plain().with("Authorization", "Basic eDp5")))
                .extracting(Rejected::errorType)
                .isEqualTo("IncompleteSignatureException");
    }

    @Test
    void wantsExactlyOneCredential() {
        Request signed = BOTO.sign(plain());
        String own = String.valueOf(signed.first("Authorization"));

        assertThat(verdict(access(NOW), plain()))
                .extracting(Rejected::errorType)
                .isEqualTo("MissingAuthenticationTokenException");
        for (Request two : List.of(
                signed.with("Authorization", own),
                signed.with("authorization", "Bearer x"),
                signed.withTarget(TARGET + "?X-Amz-Signature=00"),
                plain().withTarget("/anthropic/v1/messages")
                        .with("x-api-key", "x")
                        .with("Authorization", "Bearer x"))) {
            assertThat(verdict(access(NOW), two)).extracting(Rejected::reason).isEqualTo("ambiguous");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/model//converse",
                "/model/../converse",
                "/./model/x/converse",
                "/model/x/..",
                "/async-invoke?a=%zz"
            })
    void refusesTargetsThatReadersUnderstandDifferently(String target) {
        assertThat(verdict(access(NOW), BOTO.sign(plain().withTarget(target))))
                .extracting(Rejected::reason)
                .isEqualTo("malformed");
    }

    @Test
    void tellsTheRulesOfAKeyToItsOwnerOnly() throws Exception {
        Permissions near =
                new Permissions(List.of(), List.of(), List.of(), List.of(), List.of(Network.parse("10.0.0.0/8")));
        VerifiedAccess expired = access(TestKeys.ring(TestKeys.key(NOW, Permissions.ALL), SECRET), NOW);
        VerifiedAccess elsewhere = access(TestKeys.ring(TestKeys.key(null, near), SECRET), NOW);
        Request signed = Sdk.sign(plain(), TestKeys.ID, SECRET, "us-east-1", "bedrock", NOW);
        Request forged = Sdk.sign(plain(), TestKeys.ID, "another", "us-east-1", "bedrock", NOW);

        assertThat(verdict(expired, signed)).extracting(Rejected::errorType).isEqualTo("ExpiredTokenException");
        assertThat(verdict(elsewhere, signed)).extracting(Rejected::errorType).isEqualTo("AccessDeniedException");
        assertThat(verdict(expired, forged)).extracting(Rejected::reason).isEqualTo("wrong_signature");
        assertThat(verdict(elsewhere, forged)).extracting(Rejected::reason).isEqualTo("wrong_signature");
        assertThat(elsewhere.authenticate(signed.head(InetAddress.getByName("10.1.2.3"))))
                .isInstanceOf(Authentication.AwaitingBody.class);
    }

    @Test
    void takesASignatureOnceWhereReplaysAreRefused() {
        VerifiedAccess guarded =
                access(TestKeys.ring(Map.of(TestKeys.ID, SECRET)), NOW, new VerifiedAccess.Rules(SKEW, true));
        Request first = BOTO.sign(plain());
        Request second = Sdk.sign(plain(), TestKeys.ID, SECRET, "us-east-1", "bedrock", NOW);

        assertThat(verdict(guarded, first)).isNull();
        assertThat(verdict(guarded, second)).isNull();
        assertThat(verdict(guarded, first)).extracting(Rejected::reason).isEqualTo("replayed");
        assertThat(verdict(guarded, second)).extracting(Rejected::reason).isEqualTo("replayed");
    }

    @Test
    void neverTellsWhatTheSignatureShouldHaveBeen() {
        Request signed = Sdk.sign(plain(), TestKeys.ID, SECRET, "us-east-1", "bedrock", NOW);
        String right = String.valueOf(signed.first("Authorization")).replaceAll(".*Signature=", "");
        String forged = String.valueOf(signed.first("Authorization")).replace(right, "0".repeat(64));

        Rejected no = verdict(access(NOW), signed.replacing("Authorization", forged));

        assertThat(String.valueOf(no)).doesNotContain(right).doesNotContain(SECRET);
    }

    private static List<UnaryOperator<Request>> changes(Request signed, Random random) {
        List<UnaryOperator<Request>> changes = new ArrayList<>();
        changes.add(request -> request.withBody(flipped(request.body(), random)));
        changes.add(request -> request.withTarget(changedIn(request.target(), random)));
        String authorization = String.valueOf(signed.first("Authorization"));
        changes.add(request -> request.replacing("Authorization", changedIn(authorization, random)));
        String names = authorization.replaceAll(".*SignedHeaders=|,.*", "");
        for (String name : names.split(";", -1)) {
            String value = String.valueOf(signed.first(name));
            changes.add(request -> request.replacing(name, changedIn(value, random)));
            changes.add(request -> request.without(name));
            changes.add(request -> request.with(name, "more"));
        }
        changes.add(request -> request.with("x-amzn-bedrock-accept", "text/plain"));
        return changes;
    }

    /** The same text with one character, no space, replaced by one that means something else. */
    private static String changedIn(String text, Random random) {
        while (true) {
            int at = random.nextInt(text.length());
            char other = "abcdefXYZ0123456789".charAt(random.nextInt(19));
            // In an escape, a small letter is as good as a capital.
            if (text.charAt(at) != ' ' && Character.toLowerCase(text.charAt(at)) != Character.toLowerCase(other)) {
                return text.substring(0, at) + other + text.substring(at + 1);
            }
        }
    }

    private static byte[] flipped(byte[] body, Random random) {
        byte[] copy = body.clone();
        copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        return copy;
    }

    private static Request randomRequest(Random random) {
        String[] targets = {
            TARGET,
            "/model/eu.anthropic.claude-haiku-4-5-20251001-v1:0/converse-stream",
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2/converse",
            "/async-invoke?maxResults=7&statusEquals=Completed&sortBy=SubmissionTime",
            "/async-invoke?submitTimeAfter=2026-11-25T12%3A00%3A00Z&nextToken=a%2Fb%2B%3D~"
        };
        byte[] body = new byte[1 + random.nextInt(300)];
        random.nextBytes(body);
        Request request = Request.of("POST", targets[random.nextInt(targets.length)], body)
                .with("Host", random.nextBoolean() ? "bedrock-runtime.us-east-1.amazonaws.com" : "127.0.0.1:8080");
        if (random.nextBoolean()) {
            request = request.with("Content-Type", "application/json");
        }
        if (random.nextBoolean()) {
            request = request.with("X-Amzn-Bedrock-Request-Metadata", "{\"team\":\"a b\"}");
        }
        return request;
    }

    private static Request plain() {
        return Request.of("POST", TARGET, BODY).with("Host", "127.0.0.1:8080").with("Content-Type", "application/json");
    }

    private static VerifiedAccess access(Instant now) {
        return access(TestKeys.ring(Map.of(TestKeys.ID, SECRET)), now);
    }

    private static VerifiedAccess access(KeyRing ring, Instant now) {
        return access(ring, now, new VerifiedAccess.Rules(SKEW, false));
    }

    private static VerifiedAccess access(KeyRing ring, Instant now, VerifiedAccess.Rules rules) {
        return new VerifiedAccess(() -> ring, VerifiedAccessTest::terms, "us-east-1", rules, InstantSource.fixed(now));
    }

    private static Terms terms(VirtualKey key) {
        AccountId account = new AccountId(key.team(), key.app(), key.id());
        return new Terms(account, Owner.application(account), false, key.permissions(), key.allowance());
    }

    /** Why a request is refused, sooner or later; null if it is not. */
    static @Nullable Rejected verdict(VerifiedAccess access, Request request) {
        return switch (access.authenticate(request.head())) {
            case Rejected no -> no;
            case Authentication.Accepted yes -> null;
            case Authentication.AwaitingFrames yes -> null;
            case Authentication.Undecided undecided -> throw new AssertionError(undecided.why());
            case Authentication.AwaitingBody yes -> yes.body().refusal(request.sha256());
        };
    }
}

package io.bedrockmeter.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bedrockmeter.proxy.auth.Authentication.Rejected;
import io.bedrockmeter.proxy.keys.TestKeys;
import io.bedrockmeter.proxy.sigv4.CanonicalText;
import io.bedrockmeter.proxy.sigv4.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The published test suites of signature version 4, and what SDKs really sent, where they are checked out beside this project.
 * What each rule does has a case of its own in {@link VerifiedAccessTest}.
 */
final class SigV4DataTest {
    private static final Path DATA = Path.of(Objects.requireNonNull(System.getProperty("bedrockmeter.root")))
            .resolve("../shared/data/sigv4");
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final Instant OFFICIAL = Instant.parse("2015-08-30T12:36:00Z");

    @Test
    void agreesWithEveryPublishedCase() throws IOException {
        int verified = 0;
        int refused = 0;
        for (JsonNode one : cases()) {
            String suite = one.path("suite").asString();
            if (suite.equals("sdk-captures")
                    || (one.has("normalize") && !one.path("normalize").asBoolean())) {
                continue;
            }
            Path dir = DATA.resolve(one.path("dir").asString());
            Request request = asSigned(one, Request.parse(Files.readAllBytes(signedRequest(suite, dir))));
            SigV4Verifier verifier = verifier(OFFICIAL, "us-east-1", "service");

            Rejected no = verdict(verifier, request, "AKIDEXAMPLE");

            boolean token = request.first("X-Amz-Security-Token") != null;
            boolean normal = CanonicalRequests.isNormal(request.target());
            boolean plain = request.target().chars().allMatch(c -> c > ' ' && c < 0x7f);
            if (!plain) {
                continue;
            }
            if (token || !normal) {
                assertThat(no).as(one.path("id").asString()).isNotNull();
                refused++;
            } else {
                assertThat(no).as(one.path("id").asString()).isNull();
                verified++;
            }
        }
        assertThat(verified).isGreaterThan(50);
        assertThat(refused).isGreaterThan(5);
    }

    /** The end of a file is not the end of a line of every body; the index says where not. */
    private static Request asSigned(JsonNode one, Request request) {
        boolean lacksIt = one.path("note").asString("").contains("without the final newline");
        return lacksIt
                ? new Request(
                        request.method(),
                        request.target(),
                        request.headers(),
                        request.content().stripTrailing())
                : request;
    }

    @Test
    void writesTheCanonicalFormOfEveryCaseByteForByte() throws IOException {
        int compared = 0;
        for (JsonNode one : cases()) {
            Path canonical = canonical(one);
            if (!Files.exists(canonical) || one.has("wire_illegal")) {
                continue;
            }
            Path signed = one.has("file")
                    ? DATA.resolve(one.path("file").asString())
                    : signedRequest(
                            one.path("suite").asString(),
                            DATA.resolve(one.path("dir").asString()));
            Request request = Request.parse(Files.readAllBytes(signed));
            String authorization = request.first("Authorization");
            boolean legal = CanonicalRequests.isNormal(request.target());
            if (authorization == null || authorization.startsWith("Bearer") || !legal) {
                continue;
            }
            AuthorizationHeader claim =
                    ((AuthorizationHeader.Read.Good) AuthorizationHeader.read(authorization)).header();
            String declared = request.first("x-amz-content-sha256");
            CanonicalText text = Digests.ofThisThread().text();

            CanonicalRequests.write(request.head(), claim, declared == null ? request.sha256() : declared, text);

            byte[] expected = Files.readString(canonical, StandardCharsets.ISO_8859_1)
                    .replace("\r\n", "\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
            assertThat(Digests.ofThisThread().hashOfText())
                    .as(one.path("id").asString())
                    .isEqualTo(Digests.ofThisThread().hashOf(ByteBuffer.wrap(expected)));
            compared++;
        }
        assertThat(compared).isGreaterThanOrEqualTo(90);
    }

    @Test
    void verifiesWhatSdksSent() throws IOException {
        int accepted = 0;
        for (JsonNode one : cases()) {
            String kind = one.path("kind").asString("");
            if (!one.path("suite").asString().equals("sdk-captures") || !one.has("clock") || kind.contains("bidi")) {
                continue;
            }
            String file = one.path("file").asString();
            if (!file.endsWith(".http")) {
                continue;
            }
            Request request = Request.parse(Files.readAllBytes(DATA.resolve(file)));
            boolean expected = one.path("expect").asString().equals("accept");
            boolean taken = kind.equals("sigv4-header") && request.first("X-Amz-Security-Token") == null;

            Rejected no = verdict(verifier(clock(one), "us-east-1", "bedrock"), request, "AKIDPROXYEXAMPLE0001");

            assertThat(no == null).as("%s: %s", one.path("id").asString(), no).isEqualTo(expected && taken);
            accepted += no == null ? 1 : 0;
        }
        assertThat(accepted).isGreaterThan(35);
    }

    @Test
    void verifiesTheFramesThatSdksSentOverHttp2() throws IOException {
        int frames = 0;
        cases();
        for (String sdk : List.of("aws-sdk-java-v2-bidi-h2", "aws-sdk-js-v3-bidi-h2")) {
            Path dir = DATA.resolve("sdk-captures").resolve(sdk);
            Request request = http2(JsonMapper.shared().readTree(Files.readAllBytes(dir.resolve("headers.json"))));
            Instant signedAt = instant(String.valueOf(request.first("x-amz-date")));
            SigV4Verifier verifier = verifier(signedAt, "us-east-1", "bedrock");

            Authentication head = authenticate(verifier, request, "AKIDPROXYEXAMPLE0001");

            assertThat(head).as(sdk).isInstanceOf(Authentication.AwaitingFrames.class);
            FrameVerifier verifierOfFrames = ((Authentication.AwaitingFrames) head).frames();
            ByteBuffer body = ByteBuffer.wrap(Files.readAllBytes(dir.resolve("body.bin")));
            while (body.hasRemaining()) {
                assertThat(fault(verifierOfFrames, body)).as(sdk).isNull();
                frames++;
            }
        }
        assertThat(frames).isGreaterThan(4);
    }

    /** The fault of the next frame of a stream. */
    private static @Nullable String fault(FrameVerifier frames, ByteBuffer stream) {
        int start = stream.position();
        int length = stream.getInt(start);
        int headers = stream.getInt(start + 4);
        ByteBuffer named = stream.slice(start + 12, headers);
        long date = 0;
        byte[] signature = new byte[32];
        while (named.hasRemaining()) {
            byte[] name = new byte[named.get()];
            named.get(name);
            if (named.get() == 8) {
                date = named.getLong();
            } else {
                named.getShort();
                named.get(signature);
            }
        }
        ByteBuffer payload = stream.slice(start + 12 + headers, length - headers - 16);
        stream.position(start + length);
        return frames.fault(date, signature, payload);
    }

    private static Request http2(JsonNode captured) {
        String method = "";
        String path = "";
        Request request = Request.of("", "", new byte[0]);
        for (Map.Entry<String, JsonNode> field : captured.properties()) {
            String value = field.getValue().asString();
            switch (field.getKey()) {
                case ":method" -> method = value;
                case ":path" -> path = value;
                case ":authority" -> request = request.with("host", value);
                case ":scheme" -> {}
                default -> request = request.with(field.getKey(), value);
            }
        }
        return new Request(method, path, request.headers(), "");
    }

    private static Path signedRequest(String suite, Path dir) {
        return Stream.of("header-signed-request.txt", "signed-request.txt", "signed.txt")
                .map(dir::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError(suite + " has no signed request in " + dir));
    }

    private static Path canonical(JsonNode one) {
        if (one.has("file")) {
            return DATA.resolve(one.path("file").asString().replaceFirst("\\.http$", ".canonical.txt"));
        }
        Path dir = DATA.resolve(one.path("dir").asString());
        Path header = dir.resolve("header-canonical-request.txt");
        return Files.exists(header) ? header : dir.resolve("canonical-request.txt");
    }

    private static Iterable<JsonNode> cases() throws IOException {
        Path index = DATA.resolve("index.json");
        assumeTrue(Files.exists(index), "there is no " + index);
        return JsonMapper.shared().readTree(Files.readAllBytes(index)).path("cases");
    }

    private static Instant clock(JsonNode one) {
        return instant(one.path("clock").asString());
    }

    private static Instant instant(String timestamp) {
        return Instant.parse(timestamp.replaceFirst("(....)(..)(..)T(..)(..)(..)Z", "$1-$2-$3T$4:$5:$6Z"));
    }

    private static SigV4Verifier verifier(Instant now, String region, String service) {
        return new SigV4Verifier(region, Set.of(service), Duration.ofMinutes(5), null, InstantSource.fixed(now));
    }

    private static Authentication authenticate(SigV4Verifier verifier, Request request, String keyId) {
        return verifier.verify(
                request.head(),
                String.valueOf(request.first("Authorization")),
                TestKeys.ring(Map.of(keyId, SECRET)),
                VerifiedAccessTest.ANYTHING);
    }

    private static @Nullable Rejected verdict(SigV4Verifier verifier, Request request, String keyId) {
        return switch (authenticate(verifier, request, keyId)) {
            case Rejected no -> no;
            case Authentication.Accepted yes -> null;
            case Authentication.AwaitingFrames yes -> null;
            case Authentication.Undecided undecided -> throw new AssertionError(undecided.why());
            case Authentication.AwaitingBody yes -> yes.body().refusal(request.sha256());
        };
    }
}

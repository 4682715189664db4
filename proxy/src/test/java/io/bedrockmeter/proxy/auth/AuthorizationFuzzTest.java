package io.bedrockmeter.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bedrockmeter.proxy.sigv4.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a caller sends as its credential and its target, it is read or refused; what is read says what was written. */
final class AuthorizationFuzzTest {
    private static final String GOOD =
            "AWS4-HMAC-SHA256 Credential=BMKATESTTESTTESTTEST/20261125/us-east-1/bedrock/aws4_request,"
                    + " SignedHeaders=content-type;host;x-amz-date, Signature=" + "0a".repeat(32);

    @MethodSource("headers")
    @FuzzTest
    void readsOrRefusesAnyHeader(byte[] bytes) {
        String value = "AWS4-HMAC-SHA256 " + new String(bytes, StandardCharsets.ISO_8859_1);

        if (AuthorizationHeader.read(value) instanceof AuthorizationHeader.Read.Good good) {
            AuthorizationHeader header = good.header();
            assertThat(header.day()).matches("[0-9]{8}");
            assertThat(header.signature()).matches("[0-9a-f]{64}");
            assertThat(value)
                    .contains("Credential=" + header.keyId() + "/" + header.day() + "/" + header.region() + "/"
                            + header.service() + "/aws4_request")
                    .contains("SignedHeaders=" + header.signedHeaders())
                    .contains("Signature=" + header.signature());
            String[] names = header.signedHeaders().split(";", -1);
            assertThat(names).isSorted().doesNotHaveDuplicates().doesNotContain("");
            assertThat(names).containsAnyOf("host", ":authority");
            assertThat(Arrays.stream(names)).allMatch(header::signs);
        }
    }

    @MethodSource("targets")
    @FuzzTest
    void writesAnyTargetInOneWay(byte[] bytes) {
        String target = "/" + new String(bytes, StandardCharsets.ISO_8859_1);
        AuthorizationHeader claim = ((AuthorizationHeader.Read.Good) AuthorizationHeader.read(GOOD)).header();
        Request request = Request.of("POST", target, new byte[0])
                .with("Host", "h")
                .with("Content-Type", new String(bytes, StandardCharsets.ISO_8859_1))
                .with("X-Amz-Date", "20261125T113500Z");

        String first = hash(request, claim);
        String second = hash(request.with("Accept", "x"), claim);

        assertThat(second).as("headers that are not signed change nothing").isEqualTo(first);
        if (CanonicalRequests.isNormal(target) && target.indexOf('?') < 0) {
            assertThat(target + "/").doesNotContain("/../", "/./");
            assertThat(hash(request.withTarget(target + "x"), claim)).isNotEqualTo(first);
        }
    }

    private static String hash(Request request, AuthorizationHeader claim) {
        Digests digests = Digests.ofThisThread();
        assertThat(CanonicalRequests.write(request.head(), claim, "payload", digests.text()))
                .isTrue();
        return digests.hashOfText();
    }

    static Stream<Arguments> headers() {
        String good = GOOD.substring("AWS4-HMAC-SHA256 ".length());
        return Stream.of(
                        good,
                        good.replace(", ", ","),
                        good.replace(", ", " , "),
                        good + ",",
                        good + ", Signature=00",
                        good.replace("/bedrock/", "/"),
                        good.replace("/bedrock/", "/a/bedrock/"),
                        good.replace("content-type;host", "host;content-type"),
                        good.replace("content-type;host", "Host"),
                        good.replace("content-type;host", ":authority;host"),
                        good.replace("content-type;host;", ";host;"),
                        good.replace("0a", "0A"),
                        good.replace("20261125", "2026112٥"),
                        "Credential",
                        "=,=,=",
                        ",,,",
                        "")
                .map(header -> Arguments.of((Object) header.getBytes(StandardCharsets.ISO_8859_1)));
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                        "model/a%3Ab/converse",
                        "model/%2e%2e/invoke", "a/../b", "?a=b&a=%&&=", "é ü?x=%C3%A9", "//", "%", "")
                .map(target -> Arguments.of((Object) target.getBytes(StandardCharsets.ISO_8859_1)));
    }
}

package io.bedrockmeter.proxy.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Our signature against that of the AWS SDK, which is the oracle. */
final class SigV4SignerTest {
    private static final String HOST = "bedrock-runtime.us-east-1.amazonaws.com";
    private static final int REQUESTS = 400;

    @Test
    void signsAsTheSdkDoes() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);

        for (int i = 0; i < REQUESTS; i++) {
            Case generated = Case.random(random);

            String ours = generated.ours();

            assertThat(ours).as("seed %d, %s", seed, generated).isEqualTo(generated.sdks());
        }
    }

    @Test
    void saysWhyThereIsNothingToSignWith() {
        SigV4Signer signer = new SigV4Signer(() -> null, () -> "no profile named 'x'", "us-east-1", "bedrock");
        HttpHeaders headers = new DefaultHttpHeaders();

        boolean signed = signer.sign("POST", "/model/m/invoke", headers, "0".repeat(64), Instant.EPOCH);

        assertThat(signed).isFalse();
        assertThat(headers.isEmpty()).isTrue();
        assertThat(signer.whyNot()).contains("no profile named 'x'");
    }

    @Test
    void printsNoSecret() {
        CredentialsSnapshot snapshot = new CredentialsSnapshot("AKID", "the-secret", "the-token", null);

        assertThat(snapshot.toString()).contains("AKID").doesNotContain("the-secret", "the-token");
    }

    private record Case(
            String path,
            String body,
            HttpHeaders headers,
            String keyId,
            String secret,
            @Nullable String token,
            Instant now) {
        private static final String[] PATHS = {
            "/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke",
            "/model/us.anthropic.claude-opus-4-8/converse",
            "/model/eu.anthropic.claude-haiku-4-5-20251001-v1:0/converse-stream",
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3d4e5f6/converse",
            "/model/amazon.nova-lite-v1%3a0/invoke-with-response-stream",
            "/model/a~b_c-d.e/invoke",
            "/async-invoke?maxResults=7&statusEquals=Completed&sortBy=SubmissionTime",
            "/async-invoke?submitTimeAfter=2026-11-25T12%3A00%3A00Z&nextToken=a%2Fb%2B%3D~",
            "/openai/v1/responses/resp_1?include=b&include=a&stream",
            "/openai/v1/responses/resp_1?a-b=1&a=2&a=1&a."
        };

        static Case random(Random random) {
            String body = "x".repeat(random.nextInt(300)) + random.nextInt();
            HttpHeaders headers = new DefaultHttpHeaders();
            headers.set("host", random.nextBoolean() ? HOST : "127.0.0.1:" + (1024 + random.nextInt(60000)));
            if (random.nextBoolean()) {
                headers.set("content-type", "application/json");
            }
            if (random.nextBoolean()) {
                headers.set("x-amzn-bedrock-service-tier", "flex   now");
            }
            if (random.nextBoolean()) {
                headers.set("X-Amzn-Bedrock-Request-Metadata", "{\"team\":\"a  b\"}");
            }
            return new Case(
                    PATHS[random.nextInt(PATHS.length)],
                    body,
                    headers,
                    "AKIA" + random.nextInt(1_000_000),
                    "secret/" + random.nextLong(),
                    random.nextBoolean() ? "token+" + random.nextLong() : null,
                    Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000)));
        }

        String ours() throws Exception {
            SigV4Signer signer = new SigV4Signer(
                    () -> new CredentialsSnapshot(keyId, secret, token, null), () -> "none", "us-east-1", "bedrock");
            HttpHeaders copy = headers.copy();
            assertThat(signer.sign("POST", path, copy, sha256(), now)).isTrue();
            return copy.get("authorization");
        }

        String sdks() throws Exception {
            SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                    .method(SdkHttpMethod.POST)
                    .uri(URI.create("http://" + headers.get("host").replaceAll(":.*", "") + path));
            headers.forEach(header -> request.appendHeader(header.getKey(), header.getValue()));
            request.putHeader("x-amz-content-sha256", sha256());
            AwsCredentialsIdentity identity = token == null
                    ? AwsCredentialsIdentity.create(keyId, secret)
                    : AwsSessionCredentialsIdentity.create(keyId, secret, token);
            return AwsV4HttpSigner.create()
                    .sign(r -> r.identity(identity)
                            .request(request.build())
                            .payload(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))
                            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                            .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)))
                    .request()
                    .firstMatchingHeader("Authorization")
                    .orElseThrow();
        }

        private String sha256() throws Exception {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public String toString() {
            return path + " " + headers.entries() + " " + body.length();
        }
    }
}

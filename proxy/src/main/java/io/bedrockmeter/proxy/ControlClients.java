package io.bedrockmeter.proxy;

import io.bedrockmeter.proxy.config.UpstreamAuth;
import io.bedrockmeter.proxy.config.UpstreamConfig;
import io.bedrockmeter.proxy.signing.CredentialsSnapshot;
import io.bedrockmeter.proxy.signing.CredentialsSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.token.credentials.SdkToken;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.BedrockClientBuilder;
import software.amazon.awssdk.services.bedrock.auth.scheme.BedrockAuthSchemeProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;

/** Makes clients of the control plane and of S3 that prove themselves as the proxy does to the runtime. Thread-safe. */
final class ControlClients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

    private final UpstreamConfig upstream;
    private final @Nullable CredentialsSource credentials;
    private final TrustManager @Nullable [] trusted;

    private ControlClients(
            UpstreamConfig upstream, @Nullable CredentialsSource credentials, TrustManager @Nullable [] trusted) {
        this.upstream = upstream;
        this.credentials = credentials;
        this.trusted = trusted;
    }

    /**
     * Clients that trust whom the configuration says.
     *
     * @param credentials null with an API key
     * @throws IOException if the authorities to trust cannot be read
     */
    static ControlClients of(UpstreamConfig upstream, @Nullable CredentialsSource credentials) throws IOException {
        Path pem = upstream.trustedCertificates();
        return new ControlClients(upstream, credentials, pem == null ? null : trustManagers(pem));
    }

    /** A client of the control plane. It does not retry, because whoever asks does. */
    BedrockClient bedrock() {
        BedrockClientBuilder client = BedrockClient.builder()
                .region(Region.of(upstream.region()))
                .endpointOverride(upstream.controlEndpoint())
                // Else the SDK asks the environment, and refuses these beside an endpoint that is named.
                .fipsEnabled(false)
                .dualstackEnabled(false)
                .httpClientBuilder(http())
                .overrideConfiguration(override ->
                        override.apiCallTimeout(ANSWER_TIMEOUT).retryStrategy(retry -> retry.maxAttempts(1)));
        return switch (upstream.auth()) {
            case UpstreamAuth.SigV4 sigV4 ->
                client.credentialsProvider(() -> current(credentials)).build();
            // Without a preference the SDK signs, with whatever credentials it finds on this machine.
            case UpstreamAuth.Bearer bearer ->
                client.authSchemeProvider(BedrockAuthSchemeProvider.defaultProvider(List.of("httpBearerAuth")))
                        .tokenProvider(StaticTokenProvider.create(
                                new BearerToken(bearer.token().reveal())))
                        .build();
        };
    }

    /** A client of S3, which takes no API key of Bedrock. It does not retry; an object may take as long as it likes to pass. */
    S3Client s3() {
        URI endpoint = upstream.s3Endpoint();
        S3ClientBuilder client = S3Client.builder()
                .region(Region.of(upstream.region()))
                .credentialsProvider(() -> current(credentials))
                .httpClientBuilder(http())
                .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(1)));
        if (endpoint != null) {
            client.endpointOverride(endpoint).forcePathStyle(true);
        }
        return client.fipsEnabled(endpoint == null && upstream.publicEndpoints().fips())
                .dualstackEnabled(endpoint == null && upstream.publicEndpoints().dualStack())
                .build();
    }

    /** A client of STS. */
    StsClient sts() {
        return StsClient.builder()
                .region(Region.of(upstream.region()))
                .endpointOverride(upstream.stsEndpoint())
                .fipsEnabled(false)
                .dualstackEnabled(false)
                .credentialsProvider(() -> current(credentials))
                .httpClientBuilder(http())
                .overrideConfiguration(override ->
                        override.apiCallTimeout(ANSWER_TIMEOUT).retryStrategy(retry -> retry.maxAttempts(2)))
                .build();
    }

    private UrlConnectionHttpClient.Builder http() {
        UrlConnectionHttpClient.Builder http = UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(ANSWER_TIMEOUT);
        TrustManager[] managers = trusted;
        return managers == null ? http : http.tlsTrustManagersProvider(() -> managers);
    }

    private static AwsCredentials current(@Nullable CredentialsSource credentials) {
        CredentialsSnapshot now = credentials == null ? null : credentials.current();
        if (now == null) {
            throw SdkClientException.create("there are no AWS credentials at the moment");
        }
        String token = now.sessionToken();
        return token == null
                ? AwsBasicCredentials.create(now.accessKeyId(), now.secretAccessKey())
                : AwsSessionCredentials.create(now.accessKeyId(), now.secretAccessKey(), token);
    }

    private static TrustManager[] trustManagers(Path pem) throws IOException {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException("upstream.trusted-certificates: " + pem + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** An API key of Bedrock, as the SDK wants it. */
    private record BearerToken(String token) implements SdkToken {
        @Override
        public Optional<Instant> expirationTime() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "***";
        }
    }
}

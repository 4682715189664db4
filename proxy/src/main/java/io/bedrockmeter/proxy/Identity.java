package io.bedrockmeter.proxy;

import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.config.UpstreamAuth;
import io.bedrockmeter.proxy.signing.BearerSigner;
import io.bedrockmeter.proxy.signing.CredentialsSource;
import io.bedrockmeter.proxy.signing.RequestSigner;
import io.bedrockmeter.proxy.signing.SigV4Signer;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** How this proxy proves itself to Bedrock: a signer and, where it signs with credentials, where those come from. */
final class Identity implements AutoCloseable {
    /** Signing name of the runtime and the control plane alike (service model). */
    private static final String SERVICE = "bedrock";

    private final RequestSigner signer;
    private final @Nullable CredentialsSource credentials;

    private Identity(RequestSigner signer, @Nullable CredentialsSource credentials) {
        this.signer = signer;
        this.credentials = credentials;
    }

    /** Looks the credentials up once, waiting for them, and keeps them fresh from then on. Never fails for want of any. */
    static Identity load(ProxyConfig config, InstantSource clock) {
        return switch (config.upstream().auth()) {
            case UpstreamAuth.Bearer bearer ->
                new Identity(new BearerSigner(bearer.token().reveal()), null);
            case UpstreamAuth.SigV4 sigV4 -> {
                CredentialsSource source = new CredentialsSource(provider(sigV4), clock);
                source.start();
                yield new Identity(
                        new SigV4Signer(
                                source::current,
                                source::failure,
                                config.upstream().region(),
                                SERVICE),
                        source);
            }
        };
    }

    RequestSigner signer() {
        return signer;
    }

    /** Why there are no credentials; null if there are, or none are needed. */
    @Nullable
    String whyMissing() {
        return credentials == null || credentials.current() != null ? null : credentials.failure();
    }

    @Override
    public void close() {
        if (credentials != null) {
            credentials.close();
        }
    }

    private static AwsCredentialsProvider provider(UpstreamAuth.SigV4 auth) {
        UpstreamAuth.StaticKeys keys = auth.keys();
        if (keys == null) {
            DefaultCredentialsProvider.Builder chain = DefaultCredentialsProvider.builder();
            return auth.profile() == null
                    ? chain.build()
                    : chain.profileName(auth.profile()).build();
        }
        String id = keys.accessKeyId();
        String secret = keys.secretAccessKey().reveal();
        return StaticCredentialsProvider.create(
                keys.sessionToken() == null
                        ? AwsBasicCredentials.create(id, secret)
                        : AwsSessionCredentials.create(
                                id, secret, keys.sessionToken().reveal()));
    }
}

package io.bedrockmeter.proxy;

import io.bedrockmeter.proxy.batch.AwsBatchSource;
import io.bedrockmeter.proxy.batch.BatchSource;
import io.bedrockmeter.proxy.batch.NoBatchSource;
import io.bedrockmeter.proxy.capacity.AwsCapacitySource;
import io.bedrockmeter.proxy.capacity.CapacitySource;
import io.bedrockmeter.proxy.config.AssumedRole;
import io.bedrockmeter.proxy.config.AuthConfig;
import io.bedrockmeter.proxy.config.ProxyConfig;
import io.bedrockmeter.proxy.config.UpstreamAuth;
import io.bedrockmeter.proxy.config.UpstreamConfig;
import io.bedrockmeter.proxy.control.BedrockControlPlane;
import io.bedrockmeter.proxy.control.ControlPlane;
import io.bedrockmeter.proxy.signing.BearerSigner;
import io.bedrockmeter.proxy.signing.CredentialsSource;
import io.bedrockmeter.proxy.signing.RoleSessions;
import io.bedrockmeter.proxy.signing.SigV4Signer;
import io.bedrockmeter.proxy.signing.Signers;
import io.bedrockmeter.proxy.signing.StsRole;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.bedrock.BedrockClient;

/** How this proxy proves itself to Bedrock: a signer and, where it signs with credentials, where those come from. */
final class Identity implements AutoCloseable {
    /** Signing name of the runtime and the control plane alike (service model). */
    private static final String SERVICE = "bedrock";

    /** Signing name of the other endpoint. */
    private static final String MANTLE_SERVICE = "bedrock-mantle";

    private static final String NO_KEY_OF_S3 =
            "the files of batch jobs cannot be read with an Amazon Bedrock API key; set upstream.auth.scheme to sigv4 until the"
                    + " jobs that are open are over";

    private final UpstreamAuth auth;
    private final @Nullable AssumedRole assumeRole;
    private final Signers signers;
    private final Signers mantleSigners;
    private final @Nullable StsRole role;
    private final @Nullable CredentialsSource credentials;
    private final ControlPlane controlPlane;
    private final CapacitySource capacities;
    private final ControlClients clients;

    /** Made when the first batch job is to be followed, which for most proxies is never. Guarded by this. */
    private @Nullable BatchSource batchSource;

    private Identity(
            UpstreamConfig upstream, Signing signing, @Nullable CredentialsSource credentials, ControlClients clients) {
        this.auth = upstream.auth();
        this.assumeRole = upstream.assumeRole();
        this.signers = signing.runtime();
        this.mantleSigners = signing.mantle();
        this.role = signing.role();
        this.credentials = credentials;
        this.clients = clients;
        // Connects to nothing until something is asked.
        BedrockClient client = clients.bedrock();
        this.controlPlane = new BedrockControlPlane(client);
        this.capacities = new AwsCapacitySource(client, upstream.region());
    }

    /** Who signs at each endpoint, and the role that they are sessions of, if they are. */
    private record Signing(
            Signers runtime, Signers mantle, @Nullable StsRole role) {}

    /** Looks the credentials up once, waiting for them, and keeps them fresh from then on. Never fails for want of any. */
    static Identity load(ProxyConfig config, InstantSource clock) throws IOException {
        UpstreamConfig upstream = config.upstream();
        return switch (upstream.auth()) {
            case UpstreamAuth.Bearer bearer -> {
                Signers signers =
                        new Signers.Shared(new BearerSigner(bearer.token().reveal()));
                yield new Identity(
                        upstream, new Signing(signers, signers, null), null, ControlClients.of(upstream, null));
            }
            case UpstreamAuth.SigV4 sigV4 -> {
                CredentialsSource source = new CredentialsSource(provider(sigV4), clock);
                source.start();
                ControlClients clients = ControlClients.of(upstream, source);
                AssumedRole assumed = upstream.assumeRole();
                yield new Identity(
                        upstream,
                        assumed == null
                                ? ofItsOwn(source, upstream.region())
                                : ofRole(assumed, clients, upstream.region(), clock),
                        source,
                        clients);
            }
        };
    }

    private static Signing ofItsOwn(CredentialsSource source, String region) {
        return new Signing(
                new Signers.Shared(new SigV4Signer(source::current, source::failure, region, SERVICE)),
                new Signers.Shared(new SigV4Signer(source::current, source::failure, region, MANTLE_SERVICE)),
                null);
    }

    private static Signing ofRole(AssumedRole assumed, ControlClients clients, String region, InstantSource clock) {
        StsRole role = new StsRole(clients.sts(), assumed);
        RoleSessions sessions = new RoleSessions(
                role, region, clock, () -> ThreadLocalRandom.current().nextLong());
        return new Signing(
                new Signers.OfRole(sessions, assumed.per(), SERVICE),
                new Signers.OfRole(sessions, assumed.per(), MANTLE_SERVICE),
                role);
    }

    /**
     * The same for a proxy that runs already: fails if there are no credentials, rather than take those away that work.
     *
     * @throws IOException if there are none; the message says why
     */
    static Identity loadNow(ProxyConfig config, InstantSource clock) throws IOException {
        Identity identity = load(config, clock);
        String whyMissing = identity.whyMissing();
        if (whyMissing != null && isNeeded(config)) {
            identity.close();
            throw new IOException("upstream.auth: no AWS credentials: " + whyMissing);
        }
        return identity;
    }

    /** Whether calls go out in its name. */
    static boolean isNeeded(ProxyConfig config) {
        return !(config.auth() instanceof AuthConfig.PassThrough);
    }

    /** Whether it is the one that a configuration asks for. */
    boolean isFor(ProxyConfig config) {
        return auth.equals(config.upstream().auth())
                && Objects.equals(assumeRole, config.upstream().assumeRole());
    }

    /** Sign for the runtime and the control plane. */
    Signers signers() {
        return signers;
    }

    /** Sign for {@code bedrock-mantle}. */
    Signers mantleSigners() {
        return mantleSigners;
    }

    /** Asks the control plane in this name. */
    ControlPlane controlPlane() {
        return controlPlane;
    }

    /** Asks about batch jobs in this name, and reads what they wrote. */
    synchronized BatchSource batchSource() {
        BatchSource made = batchSource;
        if (made == null) {
            made = switch (auth) {
                case UpstreamAuth.SigV4 sigV4 -> new AwsBatchSource(clients.bedrock(), clients.s3());
                case UpstreamAuth.Bearer bearer -> new NoBatchSource(NO_KEY_OF_S3);
            };
            batchSource = made;
        }
        return made;
    }

    /** Asks what capacity there is in this name. */
    CapacitySource capacities() {
        return capacities;
    }

    /** Why there are no credentials; null if there are, or none are needed. */
    @Nullable
    String whyMissing() {
        return credentials == null || credentials.current() != null ? null : credentials.failure();
    }

    @Override
    public synchronized void close() {
        controlPlane.close();
        if (batchSource != null) {
            batchSource.close();
        }
        if (role != null) {
            role.close();
        }
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

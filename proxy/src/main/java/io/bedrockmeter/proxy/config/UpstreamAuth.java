package io.bedrockmeter.proxy.config;

import org.jspecify.annotations.Nullable;

/** How the proxy proves itself to Amazon Bedrock. */
public sealed interface UpstreamAuth {
    /**
     * It signs each call with AWS Signature Version 4.
     *
     * @param profile profile of the AWS configuration files to use; null for the default provider chain
     * @param keys fixed keys instead of the chain; null for none
     */
    record SigV4(@Nullable String profile, @Nullable StaticKeys keys) implements UpstreamAuth {
        public SigV4 {
            if (profile != null && keys != null) {
                throw new InvalidSetting("profile", "and access-key-id exclude one another; remove one");
            }
        }
    }

    /** It sends an Amazon Bedrock API key. */
    record Bearer(Secret token) implements UpstreamAuth {}

    /**
     * An access key written into the configuration.
     *
     * @param sessionToken the token of temporary keys; null for lasting ones
     */
    record StaticKeys(
            String accessKeyId,
            Secret secretAccessKey,
            @Nullable Secret sessionToken) {}

    /** The name of a way in the configuration. */
    enum Scheme {
        SIGV4,
        BEARER
    }

    static UpstreamAuth bind(Section in) {
        Scheme scheme = in.get(
                "scheme",
                ValueType.choice(Scheme.values()),
                "sigv4",
                "How the proxy proves itself: an AWS signature, or an Amazon Bedrock API key.");
        Secret token = in.find(
                "token",
                ValueType.SECRET,
                "Amazon Bedrock API key, for scheme bearer; write `${AWS_BEARER_TOKEN_BEDROCK}`.");
        String profile = in.find(
                "profile",
                ValueType.TEXT,
                "Profile of the AWS configuration files, for scheme sigv4. Default: the SDK's provider chain.");
        StaticKeys keys = bindKeys(in);
        return switch (scheme) {
            case SIGV4 -> {
                if (token != null) {
                    throw new InvalidSetting("token", "belongs to scheme bearer; set scheme: bearer or remove it");
                }
                yield new SigV4(profile, keys);
            }
            case BEARER -> {
                if (profile != null || keys != null) {
                    throw new InvalidSetting(
                            profile != null ? "profile" : "access-key-id",
                            "belongs to scheme sigv4; set scheme: sigv4 or remove it");
                }
                if (token == null) {
                    throw new InvalidSetting(
                            "token", "is required with scheme bearer; write token: ${AWS_BEARER_TOKEN_BEDROCK}");
                }
                yield new Bearer(token);
            }
        };
    }

    private static @Nullable StaticKeys bindKeys(Section in) {
        String id = in.find("access-key-id", ValueType.TEXT, "Fixed access key instead of the SDK's provider chain.");
        Secret secret = in.find("secret-access-key", ValueType.SECRET, "Secret of access-key-id.");
        Secret session =
                in.find("session-token", ValueType.SECRET, "Session token of access-key-id, if it is temporary.");
        if (id != null && secret != null) {
            return new StaticKeys(id, secret, session);
        }
        if (id != null) {
            throw new InvalidSetting("secret-access-key", "is required with access-key-id");
        }
        if (secret != null || session != null) {
            throw new InvalidSetting("access-key-id", "is required with secret-access-key and session-token");
        }
        return null;
    }
}

package io.bedrockmeter.proxy.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Amazon Bedrock runtime that calls are forwarded to.
 *
 * @param region the region to sign for and to price by
 * @param endpoint scheme, host and port; the region's public endpoint unless configured
 * @param mantleEndpoint the same of {@code bedrock-mantle}; null where there is none
 * @param controlEndpoint the same of the control plane
 * @param s3Endpoint the same of S3; null for the region's public endpoint
 * @param stsEndpoint the same of STS
 * @param publicEndpoints which public endpoints those are that are not configured
 * @param auth how the proxy proves itself
 * @param assumeRole whose sessions it signs with then, one for each account; null to sign with what it has itself
 * @param metadata under which keys Amazon Bedrock is told who calls
 * @param timeouts how long it waits
 * @param poolIdle how long an idle connection is kept
 * @param connectionsPerLoopMax connections of one event loop
 * @param trustedCertificates PEM file of the authorities to trust; null for those of the Java runtime
 */
public record UpstreamConfig(
        String region,
        URI endpoint,
        @Nullable URI mantleEndpoint,
        URI controlEndpoint,
        @Nullable URI s3Endpoint,
        URI stsEndpoint,
        PublicEndpoints publicEndpoints,
        UpstreamAuth auth,
        @Nullable AssumedRole assumeRole,
        RequestMetadataConfig metadata,
        UpstreamTimeouts timeouts,
        Duration poolIdle,
        int connectionsPerLoopMax,
        @Nullable Path trustedCertificates) {
    /** This configuration where it can change while the proxy runs, and the running one where it cannot. */
    UpstreamConfig withFixedPartsOf(UpstreamConfig running) {
        return new UpstreamConfig(
                running.region(),
                running.endpoint(),
                running.mantleEndpoint(),
                running.controlEndpoint(),
                running.s3Endpoint(),
                running.stsEndpoint(),
                running.publicEndpoints(),
                auth,
                assumeRole,
                metadata,
                timeouts,
                poolIdle,
                connectionsPerLoopMax,
                running.trustedCertificates());
    }

    static UpstreamConfig bind(Section in) {
        Section fixed = in.untilRestart();
        String region =
                fixed.require("region", ValueType.REGION, "us-east-1", "AWS region to sign for; its prices apply.");
        URI endpoint = fixed.find(
                "endpoint",
                ValueType.ENDPOINT,
                "Scheme, host and port of Bedrock Runtime, as of a VPC endpoint. Default: the region's public endpoint.");
        URI mantleEndpoint = fixed.find(
                "mantle-endpoint",
                ValueType.ENDPOINT,
                "The same of bedrock-mantle. Default: endpoint where that is set, else the region's public endpoint, of which there is"
                        + " none with fips.");
        URI controlEndpoint = fixed.find(
                "control-endpoint",
                ValueType.ENDPOINT,
                "The same of Bedrock's control plane, where batch jobs are created and which is asked for the model behind an"
                        + " identifier (metering.resolve). Default: endpoint where that is set, else the region's public endpoint.");
        URI s3Endpoint = fixed.find(
                "s3-endpoint",
                ValueType.ENDPOINT,
                "The same of S3, where the proxy reads what batch jobs read and wrote. Buckets are then named in the path."
                        + " Default: endpoint where that is set, else the region's public endpoint.");
        URI stsEndpoint = fixed.find(
                "sts-endpoint",
                ValueType.ENDPOINT,
                "The same of STS, for assume-role. Default: endpoint where that is set, else the region's public endpoint.");
        boolean fips = fixed.get(
                "fips", ValueType.FLAG, "false", "Public endpoints are those with FIPS 140 validated cryptography.");
        boolean dualStack = fixed.get(
                "dual-stack", ValueType.FLAG, "false", "Public endpoints are those that have addresses of IPv6 too.");
        boolean plaintextAllowed = fixed.get(
                "allow-plaintext",
                ValueType.FLAG,
                "false",
                "Allow an http endpoint on another machine: prompts and answers then cross the network unprotected.");
        UpstreamAuth auth = in.section("auth", UpstreamAuth::bind);
        AssumedRole assumeRole = in.optionalSection("assume-role", AssumedRole::bind);
        RequestMetadataConfig metadata = in.section("request-metadata", RequestMetadataConfig::bind);
        Path trustedCertificates = fixed.find(
                "trusted-certificates",
                ValueType.PATH,
                "PEM file of the authorities to trust. Default: those of the Java runtime.");
        Duration poolIdle = in.get(
                "pool-idle",
                ValueType.duration("1s", "1h"),
                "50s",
                "How long an idle connection is kept; less than the other side keeps it.");
        int connectionsPerLoopMax = in.get(
                "max-connections-per-loop",
                ValueType.count(1, 65_535),
                "1000",
                "Connections of one event loop, and as many for sessions; there is one loop for each core.");
        UpstreamTimeouts timeouts = UpstreamTimeouts.bind(in);
        if (!plaintextAllowed) {
            refusePlaintext("endpoint", endpoint);
            refusePlaintext("mantle-endpoint", mantleEndpoint);
            refusePlaintext("control-endpoint", controlEndpoint);
            refusePlaintext("s3-endpoint", s3Endpoint);
            refusePlaintext("sts-endpoint", stsEndpoint);
        }
        if (assumeRole != null && auth instanceof UpstreamAuth.Bearer) {
            throw new InvalidSetting(
                    "assume-role",
                    "takes auth.scheme sigv4: an Amazon Bedrock API key assumes no role; remove one of them");
        }
        PublicEndpoints open = new PublicEndpoints(region, fips, dualStack);
        open.refuseUnlessOwn("endpoint", endpoint, "bedrock-runtime");
        open.refuseUnlessOwn("mantle-endpoint", mantleEndpoint, "bedrock-mantle");
        open.refuseUnlessOwn("control-endpoint", controlEndpoint, "bedrock");
        refuseFlagsOfANamedEndpoint(endpoint, fips, dualStack);
        return new UpstreamConfig(
                region,
                endpoint == null ? open.runtime() : endpoint,
                mantleEndpoint(open, endpoint, mantleEndpoint),
                controlEndpoint(open, endpoint, controlEndpoint),
                s3Endpoint == null ? endpoint : s3Endpoint,
                stsEndpoint(open, endpoint, stsEndpoint),
                open,
                auth,
                assumeRole,
                metadata,
                timeouts,
                poolIdle,
                connectionsPerLoopMax,
                trustedCertificates);
    }

    /** The SDK refuses the same: what is named is used as it is, and a flag would have no meaning. */
    private static void refuseFlagsOfANamedEndpoint(@Nullable URI endpoint, boolean fips, boolean dualStack) {
        if (endpoint != null && (fips || dualStack)) {
            throw new InvalidSetting(
                    fips ? "fips" : "dual-stack",
                    "and endpoint exclude one another, because an endpoint that is named is used as it is; name the one that"
                            + " you want, or remove one of the two");
        }
    }

    private static URI stsEndpoint(PublicEndpoints open, @Nullable URI endpoint, @Nullable URI stsEndpoint) {
        if (stsEndpoint != null) {
            return stsEndpoint;
        }
        return endpoint != null ? endpoint : open.sts();
    }

    /** As with {@code bedrock-mantle}: nothing leaves for the public endpoint where another is set. */
    private static URI controlEndpoint(PublicEndpoints open, @Nullable URI endpoint, @Nullable URI controlEndpoint) {
        if (controlEndpoint != null) {
            return controlEndpoint;
        }
        return endpoint != null ? endpoint : open.control();
    }

    /** Whoever sends calls somewhere else than to the public endpoint does not expect some of them to go there all the same. */
    private static @Nullable URI mantleEndpoint(
            PublicEndpoints open, @Nullable URI endpoint, @Nullable URI mantleEndpoint) {
        if (mantleEndpoint != null) {
            return mantleEndpoint;
        }
        return endpoint != null ? endpoint : open.mantle();
    }

    private static void refusePlaintext(String key, @Nullable URI endpoint) {
        if (endpoint != null && "http".equals(endpoint.getScheme()) && !isLoopback(endpoint)) {
            throw new InvalidSetting(
                    key, "must be https unless its host is a loopback address; or set allow-plaintext: true");
        }
    }

    private static boolean isLoopback(URI endpoint) {
        String host = endpoint.getHost();
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        return host.equals("localhost") || (address != null && address.isLoopbackAddress());
    }
}

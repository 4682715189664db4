package io.bedrockmeter.proxy.config;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrock.endpoints.BedrockEndpointProvider;
import software.amazon.awssdk.services.sts.endpoints.StsEndpointProvider;

/**
 * The public endpoints of a region, by the rules that the AWS SDK has for the control plane. Those of the other services differ in
 * the first part of their names only. Immutable.
 *
 * @param region its id
 * @param fips those whose cryptography is validated (FIPS 140)
 * @param dualStack those with addresses of IPv6 too
 */
public record PublicEndpoints(String region, boolean fips, boolean dualStack) {
    /** A name that AWS gives to an endpoint of Bedrock, public or of a VPC: its service and its region. */
    private static final Pattern OF_BEDROCK = Pattern.compile(
            "(?:.+\\.)?(?<service>bedrock(?:-runtime|-mantle)?)(?:-fips)?\\.(?<region>[a-z]{2,4}(?:-[a-z]+){1,2}-[0-9]{1,2})\\.(?:vpce\\.)?[a-z.-]+",
            Pattern.CASE_INSENSITIVE);

    private static final String CONTROL = "bedrock";

    public PublicEndpoints {
        control(region, fips, dualStack);
    }

    /** Of Bedrock Runtime. */
    URI runtime() {
        return of("bedrock-runtime");
    }

    /** Of the control plane. */
    URI control() {
        return control(region, fips, dualStack);
    }

    /** Of {@code bedrock-mantle}, whose names are in the domain of dual-stack endpoints only; null with FIPS: it has none. */
    @Nullable
    URI mantle() {
        return fips ? null : renamed(control(region, false, true), "bedrock-mantle");
    }

    /** Of STS. */
    URI sts() {
        return StsEndpointProvider.defaultProvider()
                .resolveEndpoint(asked -> asked.region(Region.of(region))
                        .useFips(fips)
                        .useDualStack(dualStack)
                        .useGlobalEndpoint(false))
                .join()
                .endpointUrl()
                .toUri();
    }

    private URI of(String service) {
        return renamed(control(), service);
    }

    private static URI renamed(URI control, String service) {
        return URI.create("https://" + service + control.getHost().substring(CONTROL.length()));
    }

    private static URI control(String region, boolean fips, boolean dualStack) {
        try {
            return BedrockEndpointProvider.defaultProvider()
                    .resolveEndpoint(asked ->
                            asked.region(Region.of(region)).useFips(fips).useDualStack(dualStack))
                    .join()
                    .endpointUrl()
                    .toUri();
        } catch (SdkClientException e) {
            throw new InvalidSetting(
                    fips ? "fips" : "dual-stack",
                    "cannot be true in region " + region + " (" + e.getMessage()
                            + "); remove it, or give the endpoints by name");
        }
    }

    /**
     * Refuses an endpoint that AWS has named for something else: a signature for another region is never right, and another
     * region's prices are not those that apply.
     *
     * @param key the endpoint's key
     * @param service what it should be of
     */
    void refuseUnlessOwn(String key, @Nullable URI endpoint, String service) {
        Matcher name = OF_BEDROCK.matcher(endpoint == null ? "" : endpoint.getHost());
        if (!name.matches()) {
            return;
        }
        if (!name.group("region").equalsIgnoreCase(region)) {
            throw new InvalidSetting(
                    key,
                    "is in " + name.group("region") + ", but calls are signed and priced for upstream.region " + region
                            + "; make them the same");
        }
        if (!name.group("service").equalsIgnoreCase(service)) {
            throw new InvalidSetting(
                    key,
                    "is of " + name.group("service") + ", where only one of " + service + " answers; give that one's");
        }
    }
}

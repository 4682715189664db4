package io.bedrockmeter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrock.endpoints.BedrockEndpointProvider;
import software.amazon.awssdk.services.bedrockruntime.endpoints.BedrockRuntimeEndpointProvider;

/** Which endpoints calls go to, beside what the SDK itself would call, and which combinations make no sense. */
class PublicEndpointsTest {
    private static final List<Boolean> BOTH = List.of(false, true);

    @Test
    void areThoseOfTheSdkInEveryRegionItKnowsWithEveryFlag() {
        int compared = 0;
        for (Region region : Region.regions()) {
            for (boolean fips : BOTH) {
                for (boolean dualStack : BOTH) {
                    URI runtime = BedrockRuntimeEndpointProvider.defaultProvider()
                            .resolveEndpoint(r -> r.region(region).useFips(fips).useDualStack(dualStack))
                            .join()
                            .endpointUrl()
                            .toUri();
                    URI control = BedrockEndpointProvider.defaultProvider()
                            .resolveEndpoint(r -> r.region(region).useFips(fips).useDualStack(dualStack))
                            .join()
                            .endpointUrl()
                            .toUri();

                    PublicEndpoints ours = new PublicEndpoints(region.id(), fips, dualStack);

                    assertThat(ours.runtime()).as("%s", ours).isEqualTo(runtime);
                    assertThat(ours.control()).as("%s", ours).isEqualTo(control);
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(150);
    }

    static Stream<Arguments> named() {
        return Stream.of(
                Arguments.of("us-east-1", false, false, "bedrock-runtime.us-east-1.amazonaws.com"),
                Arguments.of("us-east-1", true, false, "bedrock-runtime-fips.us-east-1.amazonaws.com"),
                Arguments.of("us-east-1", false, true, "bedrock-runtime.us-east-1.api.aws"),
                Arguments.of("us-gov-west-1", true, true, "bedrock-runtime-fips.us-gov-west-1.api.aws"),
                Arguments.of("cn-north-1", false, false, "bedrock-runtime.cn-north-1.amazonaws.com.cn"),
                Arguments.of("cn-north-1", false, true, "bedrock-runtime.cn-north-1.api.amazonwebservices.com.cn"));
    }

    @ParameterizedTest
    @MethodSource("named")
    void haveTheNamesThatAreDocumented(String region, boolean fips, boolean dualStack, String host) {
        assertThat(new PublicEndpoints(region, fips, dualStack).runtime()).isEqualTo(URI.create("https://" + host));
    }

    @Test
    void takeFlagsToEveryEndpointThatIsNotNamed() {
        UpstreamConfig upstream = upstream("fips: true, dual-stack: true, control-endpoint: 'https://127.0.0.1:9'");

        assertThat(upstream.endpoint()).isEqualTo(URI.create("https://bedrock-runtime-fips.us-east-1.api.aws"));
        assertThat(upstream.controlEndpoint()).isEqualTo(URI.create("https://127.0.0.1:9"));
        assertThat(upstream.s3Endpoint()).isNull();
        assertThat(upstream.stsEndpoint()).isEqualTo(URI.create("https://sts-fips.us-east-1.api.aws"));
        assertThat(upstream.publicEndpoints()).isEqualTo(new PublicEndpoints("us-east-1", true, true));
    }

    @Test
    void haveNoMantleWithFipsUnlessItIsNamed() {
        assertThat(upstream("fips: true").mantleEndpoint()).isNull();
        assertThat(upstream("dual-stack: true").mantleEndpoint())
                .isEqualTo(URI.create("https://bedrock-mantle.us-east-1.api.aws"));
        assertThat(upstream("fips: true, mantle-endpoint: 'https://127.0.0.1:9'")
                        .mantleEndpoint())
                .isEqualTo(URI.create("https://127.0.0.1:9"));
    }

    @Test
    void areNotMixedWithOneThatIsNamed() {
        assertThat(problems("fips: true, endpoint: 'https://127.0.0.1:9'"))
                .singleElement()
                .asString()
                .contains("upstream.fips: and endpoint exclude one another", "remove one of the two");
        assertThat(problems("dual-stack: true, endpoint: 'https://127.0.0.1:9'"))
                .singleElement()
                .asString()
                .contains("upstream.dual-stack: and endpoint exclude one another");
    }

    static Stream<Arguments> wrong() {
        String vpc = "https://vpce-0a1b2c3d-x7y8.bedrock-runtime.us-west-2.vpce.amazonaws.com";
        return Stream.of(
                Arguments.of("endpoint", vpc, "is in us-west-2"),
                Arguments.of("endpoint", "https://bedrock-runtime.us-west-2.api.aws", "is in us-west-2"),
                Arguments.of("endpoint", "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
                Arguments.of("endpoint", "https://bedrock.us-east-1.amazonaws.com", "is of bedrock, where"),
                Arguments.of("endpoint", "https://bedrock-mantle.us-east-1.api.aws", "is of bedrock-mantle"),
                Arguments.of("mantle-endpoint", "https://bedrock-runtime.us-east-1.amazonaws.com", "bedrock-mantle"),
                Arguments.of("control-endpoint", "https://bedrock-runtime.us-east-1.api.aws", "is of bedrock-runtime"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refuseOneThatAwsNamedForSomethingElse(String key, String endpoint, String why) {
        assertThat(problems(key + ": '" + endpoint + "'"))
                .singleElement()
                .asString()
                .contains("upstream." + key)
                .contains(why);
    }

    @ParameterizedTest
    @MethodSource("right")
    void takeOneThatIsNamedAsItIs(String endpoint) {
        assertThat(upstream("endpoint: '" + endpoint + "'").endpoint()).isEqualTo(URI.create(endpoint));
    }

    static Stream<String> right() {
        return Stream.of(
                "https://vpce-0a1b2c3d-x7y8.bedrock-runtime.us-east-1.vpce.amazonaws.com",
                "https://vpce-0a1b2c3d-x7y8-us-east-1a.bedrock-runtime.us-east-1.vpce.amazonaws.com",
                "https://bedrock-runtime.us-east-1.amazonaws.com",
                "https://bedrock-runtime-fips.us-east-1.api.aws",
                "https://bedrock.internal.example:8443",
                "https://bedrock-runtime.example.com");
    }

    private static UpstreamConfig upstream(String more) {
        return Configs.valid("upstream: {region: us-east-1, " + more + "}")
                .config()
                .upstream();
    }

    private static List<String> problems(String more) {
        return Configs.problems("upstream: {region: us-east-1, " + more + "}");
    }
}

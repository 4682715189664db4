package io.bedrockmeter.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.metering.model.ModelRef;
import io.bedrockmeter.metering.model.Routing;
import io.bedrockmeter.proxy.control.Finding.Nothing;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.control.Resource;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrock.BedrockClient;

/** What the answers of the control plane are taken for. */
final class BedrockControlPlaneTest {
    private static final String HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String LITE = "amazon.nova-lite-v1:0";
    private static final String ACCOUNT = "arn:aws:bedrock:us-east-1:123456789012:";
    private static final ModelRef PROFILE = ModelRef.parse(ACCOUNT + "application-inference-profile/profile00001");
    private static final Simulator SIMULATOR = Simulator.start(SimulatorOptions.defaults());
    private static final ControlPlane PLANE = plane(SIMULATOR.endpoint());

    @BeforeEach
    void forget() {
        SIMULATOR.reset();
    }

    @AfterAll
    static void stop() {
        PLANE.close();
        SIMULATOR.close();
    }

    @Test
    void takesAProfileWithAModelInNoRegionForAGlobalOne() {
        SIMULATOR.resource(Resource.globalProfile("profile00001", HAIKU));

        ModelRef global = found(PLANE.find(PROFILE));

        assertThat(global.catalogueId()).hasValue(HAIKU);
        assertThat(global.routing()).isEqualTo(Routing.GLOBAL);
    }

    @Test
    void takesAProfileOverSeveralRegionsForAGeographicOne() {
        SIMULATOR.resource(Resource.geographicProfile("profile00001", HAIKU));

        ModelRef geographic = found(PLANE.find(PROFILE));

        assertThat(geographic.catalogueId()).hasValue(HAIKU);
        assertThat(geographic.routing()).isEqualTo(Routing.IN_REGION_OR_GEO);
    }

    @Test
    void knowsTheModelOfARouterOnlyWhereAllItsCandidatesAreOne() {
        SIMULATOR.resource(Resource.promptRouter("router000001", LITE, LITE));
        SIMULATOR.resource(Resource.promptRouter("router000002", LITE, HAIKU));

        Finding one = PLANE.find(ModelRef.parse(ACCOUNT + "prompt-router/router000001"));
        Finding several = PLANE.find(ModelRef.parse(ACCOUNT + "prompt-router/router000002"));

        assertThat(found(one).catalogueId()).hasValue(LITE);
        assertThat(several).isInstanceOfSatisfying(Nothing.class, nothing -> {
            assertThat(nothing.why()).isEqualTo(Finding.Why.AMBIGUOUS);
            assertThat(nothing.message()).contains(LITE, HAIKU);
        });
    }

    @Test
    void followsADeploymentToTheBaseOfItsModelAndACustomModelToItsOwn() {
        Resource.deployment("deploy000001", "custom000001", LITE).forEach(SIMULATOR::resource);

        Finding deployment = PLANE.find(ModelRef.parse(ACCOUNT + "custom-model-deployment/deploy000001"));
        Finding custom = PLANE.find(ModelRef.parse(ACCOUNT + "custom-model/" + LITE + "/custom000001"));

        assertThat(found(deployment).catalogueId()).hasValue(LITE);
        assertThat(found(custom).catalogueId()).hasValue(LITE);
    }

    @Test
    void namesTheQuestionOfAChainThatWasDenied() {
        Resource.deployment("deploy000001", "custom000001", LITE).forEach(SIMULATOR::resource);
        SIMULATOR.script(Script.NORMAL
                .forOperation("GetCustomModel")
                .withError(ErrorAnswer.of(403, "AccessDeniedException", "not authorized")));

        Finding finding = PLANE.find(ModelRef.parse(ACCOUNT + "custom-model-deployment/deploy000001"));

        assertThat(finding.operation()).isEqualTo("GetCustomModel");
        assertThat(finding.label()).isEqualTo("denied");
    }

    @ParameterizedTest
    @CsvSource({
        "400, ValidationException, refused",
        "400, ThrottlingException, throttled",
        "403, AccessDeniedException, denied",
        "404, ResourceNotFoundException, not_found",
        "429, ThrottlingException, throttled",
        "500, InternalServerException, unavailable",
        "503, ServiceUnavailableException, unavailable",
    })
    void tellsFailuresApart(int status, String type, String label) {
        SIMULATOR.script(
                Script.NORMAL.forOperation("GetInferenceProfile").withError(ErrorAnswer.of(status, type, "no")));

        Finding finding = PLANE.find(PROFILE);

        assertThat(finding.label()).isEqualTo(label);
        assertThat(SIMULATOR.lookups()).hasSize(1);
    }

    @Test
    void isUnavailableWhereNobodyListens() {
        try (ControlPlane nobody = plane(URI.create("http://127.0.0.1:1"))) {
            Finding finding = nobody.find(PROFILE);

            assertThat(finding.label()).isEqualTo("unavailable");
        }
    }

    @Test
    void asksNothingAboutAModelThatIsNamed() {
        assertThatThrownBy(() -> PLANE.find(ModelRef.parse(LITE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(LITE);
    }

    private static ModelRef found(Finding finding) {
        assertThat(finding).isInstanceOf(Finding.Model.class);
        return ((Finding.Model) finding).model();
    }

    private static ControlPlane plane(URI endpoint) {
        return new BedrockControlPlane(BedrockClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(endpoint)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        SimulatorOptions.DEFAULT_ACCESS_KEY, SimulatorOptions.DEFAULT_SECRET_KEY)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(1)))
                .build());
    }
}

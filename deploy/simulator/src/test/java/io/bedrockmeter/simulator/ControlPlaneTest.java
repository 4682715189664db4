package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.simulator.control.Lookup;
import io.bedrockmeter.simulator.control.Resource;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.traffic.SignedHttp;
import io.bedrockmeter.simulator.traffic.SignedHttp.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What stands behind identifiers: told by the control plane, and served by the data plane alike. */
class ControlPlaneTest {
    private static final String HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String LITE = "amazon.nova-lite-v1:0";
    private static final String ACCOUNT = "arn:aws:bedrock:us-east-1:123456789012:";
    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension
    static final Running RUNNING = Running.byDefault();

    private static final SignedHttp HTTP = new SignedHttp(
            RUNNING.simulator().endpoint(),
            "us-east-1",
            "bedrock",
            SimulatorOptions.DEFAULT_ACCESS_KEY,
            SimulatorOptions.DEFAULT_SECRET_KEY);

    @AfterAll
    static void stop() {
        HTTP.close();
    }

    @Test
    void aGlobalProfileIsKnownByAModelWithoutARegion() {
        RUNNING.simulator().resource(Resource.globalProfile("global000001", HAIKU));
        RUNNING.simulator().resource(Resource.geographicProfile("geo000000001", HAIKU));
        RUNNING.simulator().resource(Resource.regionalProfile("regional0001", HAIKU));

        JsonNode global = get("/inference-profiles/", ACCOUNT + "application-inference-profile/global000001");
        JsonNode geographic = get("/inference-profiles/", "geo000000001");
        JsonNode regional = get("/inference-profiles/", "regional0001");
        JsonNode system = get("/inference-profiles/", "global." + HAIKU);

        assertThat(global.at("/models/0/modelArn").asString()).isEqualTo("arn:aws:bedrock:::foundation-model/" + HAIKU);
        assertThat(global.path("type").asString()).isEqualTo("APPLICATION");
        assertThat(geographic.path("models").size()).isEqualTo(3);
        assertThat(regional.path("models").size()).isEqualTo(1);
        assertThat(system.path("type").asString()).isEqualTo("SYSTEM_DEFINED");
        assertThat(system.at("/models/0/modelArn").asString()).contains(":bedrock:::");
    }

    @ParameterizedTest
    @CsvSource({"global000001, 0.006", "geo000000001, 0.0066", "regional0001, 0.0066"})
    void aCallThroughAProfileCostsWhatIsBehindIt(String id, String usd) {
        RUNNING.simulator().resource(Resource.globalProfile("global000001", HAIKU));
        RUNNING.simulator().resource(Resource.geographicProfile("geo000000001", HAIKU));
        RUNNING.simulator().resource(Resource.regionalProfile("regional0001", HAIKU));
        RUNNING.simulator().script(Script.NORMAL.withTokens(1000, 1000));

        ConverseResponse response = RUNNING.clients()
                .sync()
                .converse(request -> request.modelId(ACCOUNT + "application-inference-profile/" + id));

        assertThat(response.usage().inputTokens()).isEqualTo(1000);
        assertThat(RUNNING.truth().usd()).isEqualTo(usd);
        assertThat(RUNNING.truth().modelId()).endsWith(id);
    }

    @Test
    void aProvisionedModelHasUnitsAndNoPriceByTheToken() {
        RUNNING.simulator().resource(Resource.provisionedModel("prov00000001", LITE, 3));
        RUNNING.simulator().script(Script.NORMAL.withTokens(1000, 1000));

        JsonNode found = get("/provisioned-model-throughput/", ACCOUNT + "provisioned-model/prov00000001");
        RUNNING.clients().sync().converse(request -> request.modelId(ACCOUNT + "provisioned-model/prov00000001"));

        assertThat(found.path("modelUnits").asInt()).isEqualTo(3);
        assertThat(found.path("modelArn").asString()).endsWith("foundation-model/" + LITE);
        assertThat(RUNNING.truth().mode()).isEqualTo("provisioned");
        assertThat(RUNNING.truth().usd()).isEqualTo("0");
    }

    @Test
    void aDeploymentLeadsToACustomModelAndThatToItsBase() {
        Resource.deployment("deploy000001", "custom000001", LITE).forEach(RUNNING.simulator()::resource);

        JsonNode deployment = get("/model-customization/custom-model-deployments/", "deploy000001");
        JsonNode custom = get("/custom-models/", deployment.path("modelArn").asString());
        var response = RUNNING.clients()
                .sync()
                .converse(request -> request.modelId(ACCOUNT + "custom-model-deployment/deploy000001"));

        assertThat(deployment.path("status").asString()).isEqualTo("Active");
        assertThat(custom.path("baseModelArn").asString()).endsWith("foundation-model/" + LITE);
        // Nova answers with cache counts; the model that unknown identifiers stand for does not.
        assertThat(response.usage().cacheReadInputTokens()).isZero();
        assertThat(RUNNING.truth().usd()).isNull();
    }

    @Test
    void importedModelsRoutersAndModelsAreFound() {
        RUNNING.simulator().resource(Resource.importedModel("import000001", 2));
        RUNNING.simulator().resource(Resource.promptRouter("router000001", LITE, HAIKU));

        JsonNode imported = get("/imported-models/", ACCOUNT + "imported-model/import000001");
        JsonNode router = get("/prompt-routers/", ACCOUNT + "prompt-router/router000001");
        JsonNode model = get("/foundation-models/", LITE);
        JsonNode profiles = JSON.readTree(
                HTTP.get("/inference-profiles?type=APPLICATION&maxResults=10").body());

        assertThat(imported.at("/customModelUnits/customModelUnitsPerModelCopy").asInt())
                .isEqualTo(2);
        assertThat(router.path("models").size()).isEqualTo(2);
        assertThat(model.at("/modelDetails/modelId").asString()).isEqualTo(LITE);
        assertThat(profiles.path("inferenceProfileSummaries").isEmpty()).isTrue();
    }

    @Test
    void aRouterAnswersAsTheFirstOfItsModels() {
        RUNNING.simulator().resource(Resource.promptRouter("router000001", LITE, HAIKU));
        RUNNING.simulator().script(Script.NORMAL.withTokens(1_000_000, 0));

        var response =
                RUNNING.clients().sync().converse(request -> request.modelId(ACCOUNT + "prompt-router/router000001"));

        assertThat(response.trace().promptRouter().invokedModelId()).endsWith(LITE);
        assertThat(RUNNING.truth().usd()).isEqualTo("0.06");
    }

    @Test
    void lookUpsCanBeRefusedAndLeaveNoTruth() {
        RUNNING.simulator()
                .script(Script.NORMAL
                        .forOperation("GetInferenceProfile")
                        .withError(ErrorAnswer.of(403, "AccessDeniedException", "not authorized")));
        RUNNING.simulator()
                .script(Script.NORMAL.forOperation("GetInferenceProfile").withError(ErrorAnswer.throttled()));
        RUNNING.simulator().script(Script.NORMAL.withTokens(1, 1));

        List<Integer> statuses = List.of(
                HTTP.get("/inference-profiles/nothing00001").status(),
                HTTP.get("/inference-profiles/nothing00001").status(),
                HTTP.get("/inference-profiles/nothing00001").status());

        assertThat(statuses).containsExactly(403, 429, 404);
        assertThat(RUNNING.simulator().lookups()).extracting(Lookup::status).containsExactlyElementsOf(statuses);
        assertThat(RUNNING.simulator().truth()).isEmpty();
    }

    private static JsonNode get(String path, String identifier) {
        Reply reply = HTTP.get(path + URLEncoder.encode(identifier, StandardCharsets.UTF_8));
        assertThat(reply.status()).isEqualTo(200);
        return JSON.readTree(reply.body());
    }
}

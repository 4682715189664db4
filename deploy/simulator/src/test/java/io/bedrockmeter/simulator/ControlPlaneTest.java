package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.simulator.control.Lookup;
import io.bedrockmeter.simulator.control.Resource;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.traffic.SignedHttp;
import io.bedrockmeter.simulator.traffic.SignedHttp.Reply;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

    private static final Simulator SIMULATOR = Simulator.start(SimulatorOptions.defaults());
    private static final Clients CLIENTS = new Clients(SIMULATOR.endpoint(), SimulatorOptions.DEFAULT_SECRET_KEY);
    private static final SignedHttp HTTP = new SignedHttp(
            SIMULATOR.endpoint(),
            "us-east-1",
            "bedrock",
            SimulatorOptions.DEFAULT_ACCESS_KEY,
            SimulatorOptions.DEFAULT_SECRET_KEY);

    @BeforeEach
    void forget() {
        SIMULATOR.reset();
    }

    @AfterAll
    static void stop() {
        HTTP.close();
        CLIENTS.close();
        SIMULATOR.close();
    }

    @Test
    void aGlobalProfileIsKnownByAModelWithoutARegion() {
        SIMULATOR.resource(Resource.globalProfile("global000001", HAIKU));
        SIMULATOR.resource(Resource.geographicProfile("geo000000001", HAIKU));
        SIMULATOR.resource(Resource.regionalProfile("regional0001", HAIKU));

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
        SIMULATOR.resource(Resource.globalProfile("global000001", HAIKU));
        SIMULATOR.resource(Resource.geographicProfile("geo000000001", HAIKU));
        SIMULATOR.resource(Resource.regionalProfile("regional0001", HAIKU));
        SIMULATOR.script(Script.NORMAL.withTokens(1000, 1000));

        ConverseResponse response =
                CLIENTS.sync().converse(request -> request.modelId(ACCOUNT + "application-inference-profile/" + id));

        assertThat(response.usage().inputTokens()).isEqualTo(1000);
        assertThat(truth().usd()).isEqualTo(usd);
        assertThat(truth().modelId()).endsWith(id);
    }

    @Test
    void aProvisionedModelHasUnitsAndNoPriceByTheToken() {
        SIMULATOR.resource(Resource.provisionedModel("prov00000001", LITE, 3));
        SIMULATOR.script(Script.NORMAL.withTokens(1000, 1000));

        JsonNode found = get("/provisioned-model-throughput/", ACCOUNT + "provisioned-model/prov00000001");
        CLIENTS.sync().converse(request -> request.modelId(ACCOUNT + "provisioned-model/prov00000001"));

        assertThat(found.path("modelUnits").asInt()).isEqualTo(3);
        assertThat(found.path("modelArn").asString()).endsWith("foundation-model/" + LITE);
        assertThat(truth().mode()).isEqualTo("provisioned");
        assertThat(truth().usd()).isEqualTo("0");
    }

    @Test
    void aDeploymentLeadsToACustomModelAndThatToItsBase() {
        Resource.deployment("deploy000001", "custom000001", LITE).forEach(SIMULATOR::resource);

        JsonNode deployment = get("/model-customization/custom-model-deployments/", "deploy000001");
        JsonNode custom = get("/custom-models/", deployment.path("modelArn").asString());
        var response =
                CLIENTS.sync().converse(request -> request.modelId(ACCOUNT + "custom-model-deployment/deploy000001"));

        assertThat(deployment.path("status").asString()).isEqualTo("Active");
        assertThat(custom.path("baseModelArn").asString()).endsWith("foundation-model/" + LITE);
        // Nova answers with cache counts; the model that unknown identifiers stand for does not.
        assertThat(response.usage().cacheReadInputTokens()).isZero();
        assertThat(truth().usd()).isNull();
    }

    @Test
    void importedModelsRoutersAndModelsAreFound() {
        SIMULATOR.resource(Resource.importedModel("import000001", 2));
        SIMULATOR.resource(Resource.promptRouter("router000001", LITE, HAIKU));

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
        SIMULATOR.resource(Resource.promptRouter("router000001", LITE, HAIKU));
        SIMULATOR.script(Script.NORMAL.withTokens(1_000_000, 0));

        var response = CLIENTS.sync().converse(request -> request.modelId(ACCOUNT + "prompt-router/router000001"));

        assertThat(response.trace().promptRouter().invokedModelId()).endsWith(LITE);
        assertThat(truth().usd()).isEqualTo("0.06");
    }

    @Test
    void lookUpsCanBeRefusedAndLeaveNoTruth() {
        SIMULATOR.script(Script.NORMAL
                .forOperation("GetInferenceProfile")
                .withError(ErrorAnswer.of(403, "AccessDeniedException", "not authorized")));
        SIMULATOR.script(Script.NORMAL.forOperation("GetInferenceProfile").withError(ErrorAnswer.throttled()));
        SIMULATOR.script(Script.NORMAL.withTokens(1, 1));

        List<Integer> statuses = List.of(
                HTTP.get("/inference-profiles/nothing00001").status(),
                HTTP.get("/inference-profiles/nothing00001").status(),
                HTTP.get("/inference-profiles/nothing00001").status());

        assertThat(statuses).containsExactly(403, 429, 404);
        assertThat(SIMULATOR.lookups()).extracting(Lookup::status).containsExactlyElementsOf(statuses);
        assertThat(SIMULATOR.truth()).isEmpty();
    }

    private static JsonNode get(String path, String identifier) {
        Reply reply = HTTP.get(path + URLEncoder.encode(identifier, StandardCharsets.UTF_8));
        assertThat(reply.status()).isEqualTo(200);
        return JSON.readTree(reply.body());
    }

    private static TruthEntry truth() {
        return SIMULATOR.truth().get(SIMULATOR.truth().size() - 1);
    }
}

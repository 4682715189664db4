package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.GuardrailScript;
import io.bedrockmeter.simulator.script.GuardrailScript.Action;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.Served;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailTrace;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.PayloadPart;
import software.amazon.awssdk.services.bedrockruntime.model.ResponseStream;
import software.amazon.awssdk.services.bedrockruntime.model.Trace;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Guardrails inside inference calls: what blocks, what masks, what is billed, what is shown. */
class GuardrailsInCallsTest {
    private static final String NOVA = "amazon.nova-lite-v1:0";
    private static final String TITAN = "amazon.titan-text-express-v1";
    private static final Map<String, Long> ONE_UNIT = Map.of("guardrail_topic", 1L);
    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension
    static final Running RUNNING = Running.byDefault();

    @Test
    void aPromptThatIsBlockedIsBilledByTheGuardrailAlone() {
        scripted(Action.BLOCK_INPUT);

        ConverseResponse response = converse(GuardrailTrace.ENABLED);

        assertThat(response.stopReasonAsString()).isEqualTo("guardrail_intervened");
        assertThat(response.usage().totalTokens()).isZero();
        assertThat(response.trace().guardrail().inputAssessment())
                .hasEntrySatisfying(
                        "gr1abcdefghi",
                        assessment -> assertThat(
                                        assessment.invocationMetrics().usage().topicPolicyUnits())
                                .isEqualTo(1));
        assertThat(response.trace().guardrail().hasOutputAssessments()).isFalse();
        assertThat(RUNNING.truth().outcome()).isEqualTo("guardrail_blocked");
        assertThat(RUNNING.truth().units()).isEqualTo(ONE_UNIT);
        assertThat(RUNNING.truth().usd()).isEqualTo("0.00015");
    }

    @Test
    void anAnswerThatIsMaskedIsBilledByTheModelAndTwoEvaluations() {
        scripted(Action.MASK_OUTPUT);

        ConverseResponse response = converse(GuardrailTrace.ENABLED);

        assertThat(response.output().message().content().get(0).text()).contains("{NAME}");
        assertThat(response.usage().totalTokens()).isEqualTo(150);
        assertThat(response.trace().guardrail().outputAssessments().get("gr1abcdefghi"))
                .hasSize(1);
        assertThat(RUNNING.truth().units()).isEqualTo(Map.of("input", 100L, "output", 50L, "guardrail_topic", 2L));
    }

    @Test
    void withoutATraceTheUnitsAreBilledButNotShown() {
        scripted(null);

        ConverseResponse response = converse(GuardrailTrace.DISABLED);

        assertThat(response.trace()).isNull();
        assertThat(RUNNING.truth().units()).containsEntry("guardrail_topic", 2L);
    }

    @Test
    void aStreamWhosePromptIsBlockedIsOneChunkWithoutMetrics() {
        scripted(Action.BLOCK_INPUT);

        List<JsonNode> chunks = stream(TITAN);

        assertThat(chunks).hasSize(1);
        JsonNode only = chunks.get(0);
        assertThat(only.path("amazon-bedrock-guardrailAction").asString()).isEqualTo("INTERVENED");
        assertThat(only.has("amazon-bedrock-invocationMetrics")).isFalse();
        assertThat(only.at(
                                "/amazon-bedrock-trace/guardrail/input/gr1abcdefghi/invocationMetrics/usage/topicPolicyUnits")
                        .asInt())
                .isEqualTo(1);
        assertThat(RUNNING.truth().units()).isEqualTo(ONE_UNIT);
    }

    @Test
    void aStreamThatIsMaskedHasMetricsAndTheModelsOwnAnswer() {
        scripted(Action.MASK_OUTPUT);

        List<JsonNode> chunks = stream(TITAN);

        JsonNode last = chunks.get(chunks.size() - 1);
        assertThat(last.at("/amazon-bedrock-invocationMetrics/outputTokenCount").asInt())
                .isEqualTo(50);
        assertThat(last.path("amazon-bedrock-guardrailAction").asString()).isEqualTo("INTERVENED");
        JsonNode modelOutput = JSON.readTree(
                last.at("/amazon-bedrock-trace/guardrail/modelOutput/0").asString());
        assertThat(modelOutput.at("/results/0/tokenCount").asInt()).isEqualTo(50);
    }

    @Test
    void aMaskedAnswerOfNovaCountsItsInputOnlyWhileHeadersCountBoth() {
        scripted(Action.MASK_OUTPUT);

        InvokeModelResponse response = RUNNING.clients()
                .sync()
                .invokeModel(request -> request.modelId(NOVA)
                        .guardrailIdentifier("gr1abcdefghi")
                        .guardrailVersion("1")
                        .body(SdkBytes.fromUtf8String("{\"messages\":[]}")));

        JsonNode body = JSON.readTree(response.body().asUtf8String());
        assertThat(body.path("usage").properties()).singleElement().returns("inputTokens", Map.Entry::getKey);
        assertThat(response.sdkHttpResponse().firstMatchingHeader("X-Amzn-Bedrock-Output-Token-Count"))
                .hasValue("50");
        assertThat(body.has("amazon-bedrock-trace")).isFalse();
    }

    @Test
    void aFaultBlocksWithoutAGuardrailInTheCallAndWithoutABill() {
        RUNNING.simulator().script(Script.NORMAL.withFault(Fault.guardrailBlockedInput()));

        RUNNING.clients().sync().converse(request -> request.modelId(NOVA));

        assertThat(RUNNING.truth().billed()).isFalse();
    }

    @Test
    void aRouterSaysWhichModelItAsked() {
        RUNNING.simulator().script(Script.NORMAL.withTokens(1000, 100).withServed(Served.AS_ASKED.withBaseModel(NOVA)));

        ConverseResponse response = RUNNING.clients()
                .sync()
                .converse(request ->
                        request.modelId("arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/amazon.nova:1"));

        assertThat(response.trace().promptRouter().invokedModelId())
                .isEqualTo("arn:aws:bedrock:us-east-1::foundation-model/" + NOVA);
    }

    private static void scripted(@Nullable Action action) {
        RUNNING.simulator()
                .script(Script.NORMAL
                        .withTokens(100, 50)
                        .withGuardrail(new GuardrailScript(action, null).withUnits(ONE_UNIT)));
    }

    private static ConverseResponse converse(GuardrailTrace trace) {
        return RUNNING.clients()
                .sync()
                .converse(request -> request.modelId(NOVA)
                        .messages(Message.builder()
                                .role("user")
                                .content(ContentBlock.fromText("hello"))
                                .build())
                        .guardrailConfig(guardrail -> guardrail
                                .guardrailIdentifier("gr1abcdefghi")
                                .guardrailVersion("1")
                                .trace(trace)));
    }

    private static List<JsonNode> stream(String modelId) {
        List<JsonNode> chunks = new ArrayList<>();
        var handler = InvokeModelWithResponseStreamResponseHandler.builder()
                .subscriber((ResponseStream event) -> {
                    if (event instanceof PayloadPart part) {
                        chunks.add(JSON.readTree(part.bytes().asUtf8String()));
                    }
                })
                .build();
        RUNNING.clients()
                .async()
                .invokeModelWithResponseStream(
                        request -> request.modelId(modelId)
                                .guardrailIdentifier("gr1abcdefghi")
                                .guardrailVersion("1")
                                .trace(Trace.ENABLED)
                                .body(SdkBytes.fromUtf8String("{\"inputText\":\"hello\"}")),
                        handler)
                .join();
        return chunks;
    }
}

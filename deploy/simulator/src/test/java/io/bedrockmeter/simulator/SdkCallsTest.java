package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.Served;
import io.bedrockmeter.simulator.script.UsageScript;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelNotReadyException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceTierType;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SdkCallsTest {
    private static final String CLAUDE = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension
    static final Running RUNNING = Running.byDefault();

    @ParameterizedTest
    @ValueSource(
            strings = {
                CLAUDE,
                "amazon.nova-lite-v1:0",
                "amazon.titan-text-express-v1",
                "meta.llama3-8b-instruct-v1:0",
                "mistral.mistral-7b-instruct-v0:2",
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
                "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl"
            })
    void conversesWithEveryTextFamily(String modelId) {
        RUNNING.simulator().script(Script.NORMAL.withTokens(120, 34));

        ConverseResponse response = converse(modelId);

        assertThat(response.usage().inputTokens()).isEqualTo(120);
        assertThat(response.usage().outputTokens()).isEqualTo(34);
        assertThat(response.usage().totalTokens()).isEqualTo(154);
        assertThat(response.output().message().content().get(0).text()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "us.anthropic.claude-haiku-4-5-20251001-v1:0, /usage/input_tokens, /usage/output_tokens",
        "amazon.nova-lite-v1:0, /usage/inputTokens, /usage/outputTokens",
        "amazon.titan-text-express-v1, /inputTextTokenCount, /results/0/tokenCount",
        "meta.llama3-8b-instruct-v1:0, /prompt_token_count, /generation_token_count",
    })
    void invokesFamiliesThatCountInTheBody(String modelId, String input, String output) {
        RUNNING.simulator().script(Script.NORMAL.withTokens(77, 11));

        InvokeModelResponse response = invoke(modelId);

        JsonNode body = JSON.readTree(response.body().asUtf8String());
        assertThat(body.at(input).asLong()).isEqualTo(77);
        assertThat(body.at(output).asLong()).isEqualTo(11);
        assertThat(header(response, "X-Amzn-Bedrock-Input-Token-Count")).containsExactly("77");
        assertThat(header(response, "X-Amzn-Bedrock-Output-Token-Count")).containsExactly("11");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amazon.titan-embed-text-v1",
                "amazon.titan-embed-text-v2:0",
                "cohere.embed-english-v3",
                "cohere.embed-v4:0"
            })
    void anEmbeddingHasInputOnly(String modelId) {
        InvokeModelResponse response = invoke(modelId);

        assertThat(header(response, "X-Amzn-Bedrock-Input-Token-Count")).hasSize(1);
        assertThat(header(response, "X-Amzn-Bedrock-Output-Token-Count")).isEmpty();
        assertThat(RUNNING.simulator().truth().get(0).units()).containsOnlyKeys("input");
    }

    @Test
    void claudeSplitsItsCacheWritesByTimeToLive() {
        RUNNING.simulator().script(Script.NORMAL.withUsage(new UsageScript(3L, 44L, 9511L, 1900L, 56L, null)));

        InvokeModelResponse response = invoke(CLAUDE);

        JsonNode usage = JSON.readTree(response.body().asUtf8String()).path("usage");
        assertThat(usage.path("cache_creation_input_tokens").asLong()).isEqualTo(1956);
        assertThat(usage.at("/cache_creation/ephemeral_5m_input_tokens").asLong())
                .isEqualTo(1900);
        assertThat(usage.at("/cache_creation/ephemeral_1h_input_tokens").asLong())
                .isEqualTo(56);
        assertThat(header(response, "X-Amzn-Bedrock-Cache-Read-Input-Token-Count"))
                .containsExactly("9511");
        assertThat(header(response, "X-Amzn-Bedrock-Cache-Write-Input-Token-Count"))
                .containsExactly("1956");
    }

    @Test
    void aPromptIsWrittenToTheCacheOnceAndReadAfterwards() {
        ConverseResponse first = converseCached();

        ConverseResponse second = converseCached();

        assertThat(first.usage().cacheWriteInputTokens()).isGreaterThan(1024);
        assertThat(first.usage().cacheDetails())
                .singleElement()
                .satisfies(detail -> assertThat(detail.ttlAsString()).isEqualTo("5m"));
        assertThat(second.usage().cacheReadInputTokens())
                .isEqualTo(first.usage().cacheWriteInputTokens());
        assertThat(second.usage().cacheWriteInputTokens()).isZero();
    }

    @Test
    void aTierThatWasServedIsEchoedAndADefaultIsNot() {
        ConverseResponse flex = converse("amazon.nova-pro-v1:0", ServiceTierType.FLEX);
        RUNNING.simulator().script(Script.NORMAL.withServed(Served.AS_ASKED.withTier("default")));
        ConverseResponse downgraded = converse("amazon.nova-pro-v1:0", ServiceTierType.PRIORITY);
        ConverseResponse plain = converse("amazon.nova-pro-v1:0");

        assertThat(flex.serviceTier().typeAsString()).isEqualTo("flex");
        assertThat(downgraded.serviceTier().typeAsString()).isEqualTo("default");
        assertThat(plain.serviceTier()).isNull();
        assertThat(RUNNING.simulator().truth()).extracting("mode").containsExactly("flex", "on_demand", "on_demand");
    }

    @Test
    void streamsConverseWithUsageInTheLastEvent() {
        RUNNING.simulator().script(Script.NORMAL.withTokens(41, 12).withPace(Pace.DEFAULT.withEvents(5, 8)));

        List<String> events = new ArrayList<>();
        List<ConverseStreamMetadataEvent> metadata = new ArrayList<>();
        converseStream(events, metadata);

        assertThat(events)
                .startsWith("messageStart", "contentBlockDelta")
                .endsWith("contentBlockStop", "messageStop", "metadata")
                .hasSize(9);
        assertThat(metadata).singleElement().satisfies(last -> {
            assertThat(last.usage().inputTokens()).isEqualTo(41);
            assertThat(last.usage().outputTokens()).isEqualTo(12);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CLAUDE,
                "amazon.nova-lite-v1:0",
                "amazon.titan-text-express-v1",
                "meta.llama3-8b-instruct-v1:0",
                "mistral.mistral-7b-instruct-v0:2"
            })
    void streamsEveryFamilyWithMetricsInTheLastChunkOnly(String modelId) {
        RUNNING.simulator().script(Script.NORMAL.withTokens(30, 55));

        List<JsonNode> chunks = invokeStream(modelId);

        JsonNode metrics = chunks.get(chunks.size() - 1).path("amazon-bedrock-invocationMetrics");
        assertThat(metrics.path("inputTokenCount").asLong()).isEqualTo(30);
        assertThat(metrics.path("outputTokenCount").asLong()).isEqualTo(55);
        assertThat(chunks.subList(0, chunks.size() - 1))
                .noneMatch(chunk -> chunk.has("amazon-bedrock-invocationMetrics"));
    }

    @Test
    void aToolStreamMayCountLessInItsMetricsThanInItsMessage() {
        RUNNING.simulator()
                .script(Script.NORMAL
                        .withUsage(new UsageScript(392L, 133L, 0L, 0L, 0L, 97L))
                        .withServed(Served.AS_ASKED.withTool()));

        List<JsonNode> chunks = invokeStream(CLAUDE);

        JsonNode delta = chunks.get(chunks.size() - 2);
        JsonNode stop = chunks.get(chunks.size() - 1);
        assertThat(delta.at("/usage/output_tokens").asLong()).isEqualTo(133);
        assertThat(delta.at("/delta/stop_reason").asString()).isEqualTo("tool_use");
        assertThat(stop.at("/amazon-bedrock-invocationMetrics/outputTokenCount").asLong())
                .isEqualTo(97);
        assertThat(RUNNING.simulator().truth().get(0).units()).containsEntry("output", 133L);
    }

    @Test
    void errorsBecomeTheModelledExceptions() {
        RUNNING.simulator().script(Script.NORMAL.withError(ErrorAnswer.throttled()));
        RUNNING.simulator().script(Script.NORMAL.withError(ErrorAnswer.modelNotReady()));
        RUNNING.simulator().script(Script.NORMAL.withError(ErrorAnswer.modelError(503)));

        assertThatThrownBy(() -> converse(CLAUDE))
                .isInstanceOf(ThrottlingException.class)
                .hasMessageContaining("Too many requests");
        assertThatThrownBy(() -> converse(CLAUDE)).isInstanceOf(ModelNotReadyException.class);
        assertThatThrownBy(() -> converse(CLAUDE))
                .isInstanceOfSatisfying(
                        ModelErrorException.class,
                        failure -> assertThat(failure.originalStatusCode()).isEqualTo(503));
        assertThat(RUNNING.simulator().truth()).allSatisfy(entry -> {
            assertThat(entry.billed()).isFalse();
            assertThat(entry.usd()).isEqualTo("0");
        });
    }

    @Test
    void aModelThatDoesNotExistIsAValidationError() {
        assertThatThrownBy(() -> converse("acme.model-v1:0"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("The provided model identifier is invalid.");
    }

    @Test
    void anExceptionFrameEndsAStreamWithTheModelledException() {
        RUNNING.simulator()
                .script(Script.NORMAL
                        .withTokens(10, 20)
                        .withPace(Pace.DEFAULT.withEvents(10, 8))
                        .withFault(Fault.exceptionAfter(3, "throttlingException", "slow")));
        List<String> events = new ArrayList<>();

        assertThatThrownBy(() -> converseStream(events, new ArrayList<>()))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ThrottlingException.class);

        assertThat(events).hasSize(4);
        assertThat(RUNNING.simulator().truth().get(0).units())
                .containsEntry("input", 10L)
                .containsEntry("output", 6L);
    }

    @Test
    void aWrongSecretIsRefusedOverBothProtocols() {
        try (Clients wrong = new Clients(RUNNING.simulator().endpoint(), "another-secret")) {
            assertThatThrownBy(() -> wrong.sync()
                            .converse(request -> request.modelId(CLAUDE).messages(hello())))
                    .isInstanceOfSatisfying(BedrockRuntimeException.class, SdkCallsTest::isRefusedSignature);
            assertThatThrownBy(() -> wrong.async()
                            .converse(request -> request.modelId(CLAUDE).messages(hello()))
                            .join())
                    .cause()
                    .isInstanceOfSatisfying(BedrockRuntimeException.class, SdkCallsTest::isRefusedSignature);
        }
    }

    @Test
    void manyStreamsShareOneConnection() {
        var calls = new ArrayList<CompletableFuture<Void>>();

        for (int call = 0; call < 40; call++) {
            calls.add(RUNNING.clients()
                    .async()
                    .converseStream(
                            request -> request.modelId(CLAUDE).messages(hello()),
                            ConverseStreamResponseHandler.builder()
                                    .subscriber(event -> {})
                                    .build()));
        }

        calls.forEach(call -> call.orTimeout(20, TimeUnit.SECONDS).join());
        assertThat(RUNNING.simulator().truth())
                .hasSize(40)
                .extracting("requestId")
                .doesNotHaveDuplicates();
    }

    private static void isRefusedSignature(BedrockRuntimeException failure) {
        assertThat(failure.statusCode()).isEqualTo(403);
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException");
    }

    private ConverseResponse converse(String modelId) {
        return RUNNING.clients()
                .sync()
                .converse(request -> request.modelId(modelId).messages(hello()));
    }

    private ConverseResponse converse(String modelId, ServiceTierType tier) {
        return RUNNING.clients()
                .sync()
                .converse(request -> request.modelId(modelId).messages(hello()).serviceTier(asked -> asked.type(tier)));
    }

    private ConverseResponse converseCached() {
        Message message = Message.builder()
                .role(ConversationRole.USER)
                .content(
                        ContentBlock.fromText("a long text that many questions share. ".repeat(200)),
                        ContentBlock.fromCachePoint(point -> point.type("default")),
                        ContentBlock.fromText("What is it about?"))
                .build();
        return RUNNING.clients()
                .sync()
                .converse(request -> request.modelId(CLAUDE).messages(message));
    }

    private InvokeModelResponse invoke(String modelId) {
        return RUNNING.clients()
                .sync()
                .invokeModel(request -> request.modelId(modelId).body(anyBody()));
    }

    private List<JsonNode> invokeStream(String modelId) {
        List<JsonNode> chunks = new ArrayList<>();
        var handler = InvokeModelWithResponseStreamResponseHandler.builder()
                .subscriber(InvokeModelWithResponseStreamResponseHandler.Visitor.builder()
                        .onChunk(part -> chunks.add(JSON.readTree(part.bytes().asUtf8String())))
                        .build())
                .build();
        RUNNING.clients()
                .async()
                .invokeModelWithResponseStream(
                        request -> request.modelId(modelId).body(anyBody()), handler)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        return chunks;
    }

    private void converseStream(List<String> events, List<ConverseStreamMetadataEvent> metadata) {
        var handler = ConverseStreamResponseHandler.builder()
                .subscriber(event -> {
                    events.add(Character.toLowerCase(event.sdkEventType().name().charAt(0))
                            + event.sdkEventType().toString().substring(1));
                    if (event instanceof ConverseStreamMetadataEvent last) {
                        metadata.add(last);
                    }
                })
                .build();
        RUNNING.clients()
                .async()
                .converseStream(request -> request.modelId(CLAUDE).messages(hello()), handler)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static Message hello() {
        return Message.builder()
                .role(ConversationRole.USER)
                .content(ContentBlock.fromText("hello"))
                .build();
    }

    private static SdkBytes anyBody() {
        return SdkBytes.fromUtf8String("{\"prompt\":\"hello\",\"texts\":[\"one\",\"two\"],\"inputText\":\"hello\"}");
    }

    private static List<String> header(InvokeModelResponse response, String name) {
        return response.sdkHttpResponse().matchingHeaders(name);
    }
}

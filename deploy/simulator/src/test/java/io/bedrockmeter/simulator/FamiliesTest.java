package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.Served;
import io.bedrockmeter.simulator.script.UsageScript;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.PayloadPart;
import software.amazon.awssdk.services.bedrockruntime.model.ResponseStream;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every family by the unmodified SDK: which signals there are, and what is billed. */
class FamiliesTest {
    private static final String INPUT = "X-Amzn-Bedrock-Input-Token-Count";
    private static final String OUTPUT = "X-Amzn-Bedrock-Output-Token-Count";
    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension
    static final Running RUNNING = Running.byDefault();

    @ParameterizedTest
    @CsvSource({
        "openai.gpt-oss-120b-1:0, /usage/prompt_tokens, /usage/completion_tokens",
        "qwen.qwen3-32b-v1:0, /usage/prompt_tokens, /usage/completion_tokens",
        "deepseek.v3-v1:0, /usage/prompt_tokens, /usage/completion_tokens",
        "google.gemma-3-27b-it, /usage/prompt_tokens, /usage/completion_tokens",
        "moonshot.kimi-k2-thinking, /usage/prompt_tokens, /usage/completion_tokens",
        "minimax.minimax-m2, /usage/prompt_tokens, /usage/completion_tokens",
        "nvidia.nemotron-nano-12b-v2, /usage/prompt_tokens, /usage/completion_tokens",
        "zai.glm-4.7-flash, /usage/prompt_tokens, /usage/completion_tokens",
        "xai.grok-4.3, /usage/prompt_tokens, /usage/completion_tokens",
        "writer.palmyra-x4-v1:0, /usage/prompt_tokens, /usage/completion_tokens",
        "mistral.mistral-large-3-675b-instruct, /usage/prompt_tokens, /usage/completion_tokens",
        "ai21.jamba-1-5-mini-v1:0, /usage/prompt_tokens, /usage/completion_tokens",
        "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl, /usage/prompt_tokens, /usage/completion_tokens",
        "arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine, /usage/prompt_tokens, /usage/completion_tokens",
        "cohere.command-text-v14, ,",
        "cohere.command-r-v1:0, ,",
        "us.deepseek.r1-v1:0, ,",
        "anthropic.claude-v2, ,"
    })
    void countsInHeadersAndWhereTheFamilyCountsItself(String modelId, String inputPath, String outputPath) {
        RUNNING.simulator().script(Script.NORMAL.withTokens(120, 34));

        InvokeModelResponse response = invoke(modelId, "{\"prompt\":\"hello\"}");

        assertThat(header(response, INPUT)).isEqualTo("120");
        assertThat(header(response, OUTPUT)).isEqualTo("34");
        JsonNode body = body(response);
        if (inputPath == null) {
            assertThat(body.has("usage")).isFalse();
        } else {
            assertThat(body.at(inputPath).asLong()).isEqualTo(120);
            assertThat(body.at(outputPath).asLong()).isEqualTo(34);
        }
        assertThat(RUNNING.truth().units()).isEqualTo(Map.of("input", 120L, "output", 34L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai.gpt-oss-120b-1:0",
                "cohere.command-text-v14",
                "cohere.command-r-v1:0",
                "us.deepseek.r1-v1:0",
                "anthropic.claude-v2",
                "ai21.jamba-1-5-mini-v1:0",
                "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl"
            })
    void streamsWithMetricsInTheLastChunk(String modelId) {
        RUNNING.simulator().script(Script.NORMAL.withTokens(120, 34));

        List<JsonNode> chunks = stream(modelId, "{\"prompt\":\"hello\"}");

        JsonNode metrics = chunks.get(chunks.size() - 1).path("amazon-bedrock-invocationMetrics");
        assertThat(metrics.path("inputTokenCount").asLong()).isEqualTo(120);
        assertThat(metrics.path("outputTokenCount").asLong()).isEqualTo(34);
        assertThat(chunks.subList(0, chunks.size() - 1))
                .isNotEmpty()
                .noneMatch(chunk -> chunk.has("amazon-bedrock-invocationMetrics"));
    }

    @Test
    void jurassicListsEveryTokenAndDoesNotStream() {
        RUNNING.simulator().script(Script.NORMAL.withTokens(6, 17));

        JsonNode body = body(invoke("ai21.j2-mid-v1", "{\"prompt\":\"hello\"}"));

        assertThat(body.path("prompt").path("tokens").size()).isEqualTo(6);
        assertThat(body.at("/completions/0/data/tokens").size()).isEqualTo(17);
        assertThatThrownBy(() -> stream("ai21.j2-mid-v1", "{\"prompt\":\"hello\"}"))
                .hasStackTraceContaining("unsupported for streaming");
    }

    @Test
    void rerankingHasNoTokensAndIsBilledByTheSearch() {
        String documents = "\"a\",".repeat(100) + "\"b\"";

        InvokeModelResponse response = invoke(
                "cohere.rerank-v3-5:0",
                "{\"query\":\"q\",\"top_n\":3,\"api_version\":2,\"documents\":[" + documents + "]}");

        assertThat(header(response, INPUT)).isEmpty();
        assertThat(header(response, "X-Amzn-Bedrock-Invocation-Latency")).isNotEmpty();
        assertThat(body(response).path("results").size()).isEqualTo(3);
        assertThat(RUNNING.truth().units()).isEqualTo(Map.of("search_unit", 2L));
        assertThat(RUNNING.truth().usd()).isEqualTo("0.004");
    }

    @ParameterizedTest
    @CsvSource({"4, 1996, 1", "4, 1997, 2", "5000, 1000, 1", "5000, 1001, 2"})
    void rerankingBillsALongDocumentByItsPieces(int query, int document, long searchUnits) {
        String documents = "\"a\",".repeat(99) + "\"" + "d".repeat(document) + "\"";

        invoke(
                "amazon.rerank-v1:0",
                "{\"query\":\"" + "q".repeat(query) + "\",\"top_n\":3,\"documents\":[" + documents + "]}");

        assertThat(RUNNING.truth().units()).isEqualTo(Map.of("search_unit", searchUnits));
    }

    @ParameterizedTest
    @CsvSource({"TEXT_IMAGE, 1024, standard, 0.08", "INPAINTING, 2048, premium, 0.16"})
    void imagesAreBilledByTaskQualityAndSize(String task, int side, String quality, String usd) {
        InvokeModelResponse response = invoke(
                "amazon.nova-canvas-v1:0",
                "{\"taskType\":\"" + task + "\",\"imageGenerationConfig\":{\"numberOfImages\":2,\"width\":" + side
                        + ",\"height\":" + side + ",\"quality\":\"" + quality + "\"}}");

        assertThat(body(response).path("images").size()).isEqualTo(2);
        assertThat(body(response).path("error").isNull()).isTrue();
        assertThat(RUNNING.truth().units()).isEqualTo(Map.of("image", 2L));
        assertThat(RUNNING.truth().attributes()).containsEntry("quality", quality);
        assertThat(RUNNING.truth().usd()).isEqualTo(usd);
    }

    @ParameterizedTest
    @CsvSource({"png, 1024, 1024, 1024, 0.04", "png, 1024, 1025, 2048, 0.06", "jpeg, 1280, 1024, 2048, 0.06"})
    void editedImagesAreAsLargeAsTheyWere(String format, int width, int height, String resolution, String usd)
            throws IOException {
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, picture);
        String base64 = Base64.getEncoder().encodeToString(picture.toByteArray());

        invoke(
                "amazon.nova-canvas-v1:0",
                "{\"taskType\":\"BACKGROUND_REMOVAL\",\"backgroundRemovalParams\":{\"image\":\"" + base64 + "\"}}");

        assertThat(RUNNING.truth().attributes()).containsEntry("resolution", resolution);
        assertThat(RUNNING.truth().usd()).isEqualTo(usd);
    }

    @Test
    void imagesThatAFilterTookAreNotBilled() {
        RUNNING.simulator().script(Script.NORMAL.withUsage(UsageScript.ofOthers(Map.of("image", 1L))));
        RUNNING.simulator().script(Script.NORMAL.withUsage(UsageScript.ofOthers(Map.of("image", 0L))));

        JsonNode some = body(invoke("amazon.nova-canvas-v1:0", "{\"imageGenerationConfig\":{\"numberOfImages\":3}}"));
        JsonNode none = body(invoke("stability.stable-fast-upscale-v1:0", "{\"image\":\"aaaa\"}"));

        assertThat(some.path("images").size()).isEqualTo(1);
        assertThat(some.path("error").asString()).startsWith("Some of the generated images");
        assertThat(none.has("images")).isFalse();
        assertThat(none.at("/finish_reasons/0").asString()).startsWith("Filter reason");
        assertThat(RUNNING.simulator().truth())
                .extracting(TruthEntry::units)
                .containsExactly(Map.of("image", 1L), Map.of());
    }

    @Test
    void multimodalEmbeddingsAreBilledByWhatTheyEmbed() {
        RUNNING.simulator()
                .script(Script.NORMAL.forModel("amazon.titan-embed-image-v1").withTokens(7, 0));

        InvokeModelResponse titan =
                invoke("amazon.titan-embed-image-v1", "{\"inputText\":\"a\",\"inputImage\":\"aaaa\"}");
        JsonNode nova = body(
                invoke(
                        "amazon.nova-2-multimodal-embeddings-v1:0",
                        "{\"taskType\":\"SINGLE_EMBEDDING\",\"singleEmbeddingParams\":{\"image\":{\"detailLevel\":\"DOCUMENT_IMAGE\"}}}"));
        invoke("twelvelabs.marengo-embed-2-7-v1:0", "{\"inputType\":\"text\",\"inputText\":\"a\"}");
        invoke("cohere.embed-v4:0", "{\"images\":[\"data:image/png;base64,aaaa\"],\"input_type\":\"image\"}");

        assertThat(header(titan, INPUT)).isEqualTo("7");
        assertThat(header(titan, OUTPUT)).isEmpty();
        assertThat(nova.at("/embeddings/0/embeddingType").asString()).isEqualTo("IMAGE");
        assertThat(RUNNING.simulator().truth())
                .extracting(TruthEntry::units)
                .containsExactly(
                        Map.of("input", 7L, "image_input", 1L),
                        Map.of("image_input", 1L),
                        Map.of("text_request", 1L),
                        Map.of("image_input", 1L));
        assertThat(RUNNING.simulator().truth().get(1).usd()).isEqualTo("0.0006");
    }

    @Test
    void aFilmIsBilledByTheSecondWhichNoAnswerTells() {
        RUNNING.simulator()
                .script(Script.NORMAL.withUsage(new UsageScript(
                        null, 20L, null, null, null, null, null, null, Map.of("video_input_second", 61L))));

        JsonNode body = body(invoke("us.twelvelabs.pegasus-1-2-v1:0", "{\"inputPrompt\":\"what is it\"}"));

        assertThat(body.properties()).extracting(Map.Entry::getKey).containsExactly("message", "finishReason");
        assertThat(RUNNING.truth().units()).isEqualTo(Map.of("output", 20L, "video_input_second", 61L));
    }

    @Test
    void numbersCanHaveADecimalPoint() {
        RUNNING.simulator().script(Script.NORMAL.withTokens(28, 51).withServed(Served.AS_ASKED.withFloats()));

        InvokeModelResponse response = invoke("amazon.titan-text-express-v1", "{\"inputText\":\"hello\"}");

        assertThat(response.body().asUtf8String()).contains("\"inputTextTokenCount\":28.0", "\"tokenCount\":51.0");
        assertThat(header(response, INPUT)).isEqualTo("28");
    }

    @Test
    void theHeaderOfCacheWritesCanBeMissing() {
        Script written = Script.NORMAL.withUsage(new UsageScript(1L, 2L, 3L, 4L, 0L, null));
        RUNNING.simulator().script(written);
        RUNNING.simulator().script(written.withServed(Served.AS_ASKED.withoutTheCacheWriteHeader()));

        InvokeModelResponse with = invoke("us.anthropic.claude-sonnet-5", "{\"max_tokens\":9,\"messages\":[]}");
        InvokeModelResponse without = invoke("us.anthropic.claude-sonnet-5", "{\"max_tokens\":9,\"messages\":[]}");

        assertThat(header(with, "X-Amzn-Bedrock-Cache-Write-Input-Token-Count")).isEqualTo("4");
        assertThat(header(without, "X-Amzn-Bedrock-Cache-Write-Input-Token-Count"))
                .isEmpty();
        assertThat(header(without, "X-Amzn-Bedrock-Cache-Read-Input-Token-Count"))
                .isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai.gpt-oss-120b-1:0",
                "qwen.qwen3-32b-v1:0",
                "us.deepseek.r1-v1:0",
                "cohere.command-r-v1:0",
                "writer.palmyra-x4-v1:0",
                "ai21.j2-mid-v1"
            })
    void conversesWithEveryTextFamily(String modelId) {
        RUNNING.simulator().script(Script.NORMAL.withTokens(120, 34));

        var response = RUNNING.clients().sync().converse(request -> request.modelId(modelId));

        assertThat(response.usage().totalTokens()).isEqualTo(154);
    }

    @ParameterizedTest
    @ValueSource(strings = {"amazon.nova-canvas-v1:0", "cohere.rerank-v3-5:0", "openai.gpt-5.6-sol"})
    void refusesToConverseWithOthers(String modelId) {
        assertThatThrownBy(() -> RUNNING.clients().sync().converse(request -> request.modelId(modelId)))
                .isInstanceOf(ValidationException.class);
    }

    private static InvokeModelResponse invoke(String modelId, String body) {
        return RUNNING.clients()
                .sync()
                .invokeModel(request -> request.modelId(modelId).body(SdkBytes.fromUtf8String(body)));
    }

    private static List<JsonNode> stream(String modelId, String body) {
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
                        request -> request.modelId(modelId).body(SdkBytes.fromUtf8String(body)), handler)
                .join();
        return chunks;
    }

    private static JsonNode body(InvokeModelResponse response) {
        return JSON.readTree(response.body().asUtf8String());
    }

    private static String header(InvokeModelResponse response, String name) {
        return response.sdkHttpResponse().firstMatchingHeader(name).orElse("");
    }
}

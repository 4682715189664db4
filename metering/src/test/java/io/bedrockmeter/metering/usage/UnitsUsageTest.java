package io.bedrockmeter.metering.usage;

import static io.bedrockmeter.metering.usage.Responses.absent;
import static io.bedrockmeter.metering.usage.Responses.counted;
import static io.bedrockmeter.metering.usage.Responses.exact;
import static io.bedrockmeter.metering.usage.Responses.partial;
import static io.bedrockmeter.metering.usage.Responses.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is billed by other things than tokens: of the answer where it tells, else of the request. */
class UnitsUsageTest {
    @Nested
    class Images {
        private static final String CANVAS = "amazon.nova-canvas-v1:0";
        private static final String TWO = "{\"images\":[\"iVBORw0\",\"iVBORw1\"],\"error\":null}";

        @Test
        void countsTheImagesThatCameAndNotThoseAskedFor() {
            String request = "{\"taskType\":\"TEXT_IMAGE\",\"imageGenerationConfig\":{\"numberOfImages\":5,"
                    + "\"width\":2048,\"height\":1024,\"quality\":\"premium\"}}";
            String answer = TWO.replace("null", "\"Some of the generated images have been blocked\"");

            assertThat(exact(call(CANVAS, request, answer)))
                    .isEqualTo(Usage.of(UsageUnit.IMAGE, 2)
                            .withAttributes(Map.of("task", "T2I", "quality", "premium", "resolution", "2048")));
        }

        @Test
        void countsNothingWhereAllImagesWereKeptBack() {
            String blocked = "{\"images\":[],\"error\":\"All of the generated images have been blocked\"}";

            assertThat(exact(call(CANVAS, "{\"taskType\":\"TEXT_IMAGE\"}", blocked)))
                    .isEqualTo(Usage.NONE);
        }

        @Test
        void estimatesWhatWasAskedForWhereNothingCameAndNothingWasSaid() {
            String request = "{\"taskType\":\"TEXT_IMAGE\",\"imageGenerationConfig\":{\"numberOfImages\":3}}";

            UsageReading.Absent absent = absent(read(call(CANVAS, request, "{\"images\":[],\"error\":null}")));

            assertThat(absent.why()).isEqualTo(UsageGap.NOT_REPORTED);
            assertThat(absent.estimate().count(UsageUnit.IMAGE)).isEqualTo(3);
        }

        @Test
        void isPartialWhereTheAnswerBreaks() {
            Wire wire = call(CANVAS, "{\"imageGenerationConfig\":{\"numberOfImages\":2}}", TWO);

            UsageReading.Partial partial = partial(wire.brokenAt(21));

            assertThat(partial.why()).isEqualTo(UsageGap.TRUNCATED);
            assertThat(partial.seen().count(UsageUnit.IMAGE)).isEqualTo(1);
            assertThat(partial.estimate().count(UsageUnit.IMAGE)).isEqualTo(2);
            for (int cut = 0; cut < wire.length(); cut++) {
                assertThat(wire.brokenAt(cut)).isNotInstanceOf(UsageReading.Exact.class);
            }
        }

        @ParameterizedTest
        @CsvSource({
            "amazon.nova-canvas-v1:0, 512, 512, 1024",
            "amazon.nova-canvas-v1:0, 1280, 720, 1024",
            "amazon.nova-canvas-v1:0, 1024, 1024, 1024",
            "amazon.nova-canvas-v1:0, 1024, 1040, 2048",
            "amazon.nova-canvas-v1:0, 4096, 1024, 2048",
            "amazon.titan-image-generator-v2:0, 512, 512, 512",
            "amazon.titan-image-generator-v2:0, 768, 768, 1024",
            "amazon.titan-image-generator-v1, 1408, 640, 1024"
        })
        void namesTheSizeByTheNumberOfPixels(String model, int width, int height, String resolution) {
            String request = "{\"taskType\":\"TEXT_IMAGE\",\"imageGenerationConfig\":{\"width\":" + width
                    + ",\"height\":" + height + "}}";

            assertThat(facts(WireFormat.INVOKE_JSON, model, request).work().attributes())
                    .containsEntry("resolution", resolution);
        }

        @ParameterizedTest
        @CsvSource({
            "TEXT_IMAGE, T2I, 1024",
            "COLOR_GUIDED_GENERATION, T2I, 1024",
            "IMAGE_VARIATION, I2I, 1024",
            "INPAINTING, I2I,",
            "OUTPAINTING, I2I,",
            "BACKGROUND_REMOVAL, I2I,",
            "VIRTUAL_TRY_ON, I2I,"
        })
        void namesTheTaskAndNoSizeThatTheRequestDoesNotTell(String taskType, String task, String resolution) {
            Map<String, String> expected = new HashMap<>(Map.of("task", task, "quality", "standard"));
            if (resolution != null) {
                expected.put("resolution", resolution);
            }

            assertThat(facts(WireFormat.INVOKE_JSON, CANVAS, "{\"taskType\":\"" + taskType + "\"}")
                            .work()
                            .attributes())
                    .isEqualTo(expected);
        }

        @ParameterizedTest
        @CsvSource({
            "INPAINTING, inPaintingParams, image, 1024, 1024, 1024",
            "OUTPAINTING, outPaintingParams, image, 1024, 1040, 2048",
            "BACKGROUND_REMOVAL, backgroundRemovalParams, image, 4096, 4096, 2048",
            "VIRTUAL_TRY_ON, virtualTryOnParams, sourceImage, 320, 320, 1024"
        })
        void takesAnEditedImageForAsLargeAsItWas(
                String task, String parameters, String image, int width, int height, String resolution) {
            String request = "{\"taskType\":\"" + task + "\",\"" + parameters + "\":{\"referenceImage\":\"AAAA\",\""
                    + image + "\":\"" + png(width, height) + "\"}}";

            assertThat(facts(WireFormat.INVOKE_JSON, CANVAS, request).work().attributes())
                    .containsEntry("resolution", resolution);
        }

        @ParameterizedTest
        @CsvSource({"512, 512, 512", "768, 768, max-x-max"})
        void takesADiffusedImageForAsLargeAsTheFirst(int width, int height, String resolution) {
            String request = "{\"init_image\":\"" + png(width, height) + "\",\"steps\":10}";

            assertThat(facts(WireFormat.INVOKE_JSON, "stability.stable-diffusion-xl-v0", request)
                            .work()
                            .attributes())
                    .isEqualTo(Map.of("resolution", resolution, "steps", "<=50"));
            assertThat(facts(WireFormat.INVOKE_JSON, "stability.stable-diffusion-xl-v0", "{\"init_image\":\"AAAA\"}")
                            .work()
                            .attributes())
                    .isEqualTo(Map.of("steps", "<=50"));
        }

        @Test
        void countsAnImageOfStabilityUnlessItWasKeptBack() {
            String model = "stability.stable-image-core-v1:1";

            assertThat(exact(call(model, "{}", "{\"seeds\":[1],\"finish_reasons\":[null],\"images\":[\"aGk=\"]}")))
                    .isEqualTo(Usage.of(UsageUnit.IMAGE, 1));
            assertThat(exact(call(model, "{}", "{\"finish_reasons\":[\"Filter reason: prompt\"]}")))
                    .isEqualTo(Usage.NONE);
        }

        @ParameterizedTest
        @CsvSource({
            "stability.stable-diffusion-xl-v1, 30, 1024, <=50, 1024",
            "stability.stable-diffusion-xl-v1, 51, 512, >50, 1024",
            "stability.stable-diffusion-xl-v0, 50, 512, <=50, 512",
            "stability.stable-diffusion-xl-v0, 150, 768, >50, max-x-max"
        })
        void pricesDiffusionByStepsAndSize(String model, int steps, int side, String stepsNamed, String size) {
            String request = "{\"steps\":" + steps + ",\"width\":" + side + ",\"height\":" + side + ",\"samples\":1}";
            String answer =
                    "{\"result\":\"success\",\"artifacts\":[{\"base64\":\"aGk=\",\"finishReason\":\"SUCCESS\"}]}";

            assertThat(exact(call(model, request, answer)))
                    .isEqualTo(Usage.of(UsageUnit.IMAGE, 1)
                            .withAttributes(Map.of("steps", stepsNamed, "resolution", size)));
        }
    }

    @Nested
    class Jobs {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void estimatesTheSecondsOfAVideoWhereverTheJobNamesItsModel(boolean first) {
            String input = "\"modelInput\":{\"taskType\":\"MULTI_SHOT_AUTOMATED\",\"videoGenerationConfig\":"
                    + "{\"durationSeconds\":18,\"fps\":24,\"dimension\":\"1280x720\",\"seed\":0}}";
            String model = "\"modelId\":\"amazon.nova-reel-v1:1\"";

            UsageReading.Partial partial =
                    partial(read(job("amazon.nova-reel-v1:1", first ? model + "," + input : input + "," + model)));

            assertThat(partial.why()).isEqualTo(UsageGap.JOB_BEGUN);
            assertThat(partial.seen()).isEqualTo(Usage.NONE);
            assertThat(partial.estimate())
                    .isEqualTo(Usage.of(UsageUnit.VIDEO_SECOND, 18)
                            .withAttributes(Map.of("fps", "24", "resolution", "1280x720")));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        {} | 6
                        {"taskType":"TEXT_VIDEO","textToVideoParams":{"text":"a"}} | 6
                        {"taskType":"MULTI_SHOT_MANUAL","multiShotManualParams":{"shots":[{"text":"a"},{"text":"b"},{}]}} | 18
                        """)
        void takesTheLengthThatAReelHasUnlessItSays(String input, long seconds) {
            String body = "\"modelId\":\"amazon.nova-reel-v1:1\",\"modelInput\":" + input;

            assertThat(partial(read(job("amazon.nova-reel-v1:1", body)))
                            .estimate()
                            .count(UsageUnit.VIDEO_SECOND))
                    .isEqualTo(seconds);
        }

        @ParameterizedTest
        @CsvSource({"9s, 540p, 9", "5s, 720p, 5", ",, 5"})
        void readsTheSecondsOfLuma(String duration, String resolution, long seconds) {
            String input = duration == null
                    ? "{}"
                    : "{\"duration\":\"" + duration + "\",\"resolution\":\"" + resolution + "\"}";
            String body = "\"modelInput\":" + input + ",\"modelId\":\"luma.ray-v2:0\"";

            assertThat(partial(read(job("luma.ray-v2:0", body))).estimate())
                    .isEqualTo(Usage.of(UsageUnit.VIDEO_SECOND, seconds)
                            .withAttributes(
                                    Map.of("fps", "24", "resolution", resolution == null ? "720p" : resolution)));
        }

        @Test
        void saysThatTheLengthOfMediaIsUnknown() {
            String body = "\"modelId\":\"twelvelabs.marengo-embed-2-7-v1:0\",\"modelInput\":{\"inputType\":\"video\"}";

            assertThat(absent(read(job("twelvelabs.marengo-embed-2-7-v1:0", body)))
                            .why())
                    .isEqualTo(UsageGap.MEDIA_LENGTH_UNKNOWN);
        }

        private static Wire job(String model, String members) {
            return wire(
                    WireFormat.ASYNC_JOB,
                    model,
                    "{" + members + ",\"outputDataConfig\":{}}",
                    Map.of(),
                    "{\"invocationArn\":\"arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghijkl\"}");
        }
    }

    /** The head of a PNG, in base64. */
    private static String png(int width, int height) {
        ByteBuffer head = ByteBuffer.allocate(33);
        head.putLong(0x89504E470D0A1A0AL)
                .putInt(13)
                .putInt(0x49484452)
                .putInt(width)
                .putInt(height);
        return Base64.getEncoder().encodeToString(head.array());
    }

    @Nested
    class Embeddings {
        private static final String NOVA = "amazon.nova-2-multimodal-embeddings-v1:0";

        @ParameterizedTest
        @CsvSource({"DOCUMENT_IMAGE, document", "STANDARD_IMAGE,"})
        void countsAnImageInsteadOfText(String detail, String kind) {
            String request =
                    "{\"taskType\":\"SINGLE_EMBEDDING\",\"singleEmbeddingParams\":{\"image\":{\"detailLevel\":\""
                            + detail + "\",\"format\":\"png\",\"source\":{\"bytes\":\"aGk=\"}}}}";

            assertThat(exact(call(NOVA, request, "{\"embeddings\":[{\"embedding\":[0.1]}]}")))
                    .isEqualTo(Usage.of(UsageUnit.IMAGE_INPUT, 1)
                            .withAttributes(kind == null ? Map.of() : Map.of("kind", kind)));
        }

        @Test
        void countsTheTokensOfTextByTheHead() {
            String request = "{\"singleEmbeddingParams\":{\"text\":{\"value\":\"hi\"}}}";
            Wire wire = wire(
                    WireFormat.INVOKE_JSON,
                    NOVA,
                    request,
                    Map.of("X-Amzn-Bedrock-Input-Token-Count", "4"),
                    "{\"embeddings\":[]}");

            assertThat(exact(wire)).isEqualTo(Usage.of(UsageUnit.INPUT, 4));
        }

        @Test
        void neverCallsAudioNothingAndGuessesNoTokensOfIt() {
            String request = "{\"singleEmbeddingParams\":{\"audio\":{\"format\":\"mp3\"}}}";

            UsageReading.Absent absent = absent(read(call(NOVA, request, "{\"embeddings\":[]}")));

            assertThat(absent.why()).isEqualTo(UsageGap.MEDIA_LENGTH_UNKNOWN);
            assertThat(absent.estimate()).isEqualTo(Usage.NONE);
        }

        @ParameterizedTest
        @CsvSource({"text, 1, 0", "image, 0, 1", "text_image, 1, 1"})
        void countsTextsAndImagesOfMarengo(String type, long texts, long images) {
            assertThat(exact(call(
                            "twelvelabs.marengo-embed-3-0-v1:0",
                            "{\"inputType\":\"" + type + "\"}",
                            "{\"data\":[{\"embedding\":[0.1]}]}")))
                    .isEqualTo(Usage.of(UsageUnit.TEXT_REQUEST, texts, UsageUnit.IMAGE_INPUT, images));
        }
    }

    @Test
    void keepsTheOutputOfTextAboutAVideoAndSaysThatTheVideoIsMissing() {
        Wire wire = wire(
                WireFormat.INVOKE_JSON,
                "us.twelvelabs.pegasus-1-2-v1:0",
                "{\"inputPrompt\":\"what?\",\"mediaSource\":{\"s3Location\":{\"uri\":\"s3://b/v.mp4\"}}}",
                counted("0", "17"),
                "{\"message\":\"a cat\",\"finishReason\":\"stop\"}");

        UsageReading.Partial partial = partial(read(wire));

        assertThat(partial.why()).isEqualTo(UsageGap.MEDIA_LENGTH_UNKNOWN);
        assertThat(partial.seen()).isEqualTo(Usage.of(UsageUnit.OUTPUT, 17));
    }

    @Test
    void countsTheUnitsOfEachPolicyOfAGuardrail() {
        String answer =
                "{\"action\":\"GUARDRAIL_INTERVENED\",\"usage\":{\"topicPolicyUnits\":1,\"contentPolicyUnits\":2,"
                        + "\"wordPolicyUnits\":3,\"sensitiveInformationPolicyUnits\":4,\"sensitiveInformationPolicyFreeUnits\":5,"
                        + "\"contextualGroundingPolicyUnits\":6,\"contentPolicyImageUnits\":7,\"automatedReasoningPolicyUnits\":8,"
                        + "\"automatedReasoningPolicies\":1},\"assessments\":[{\"invocationMetrics\":{\"usage\":"
                        + "{\"topicPolicyUnits\":1}}}]}";

        assertThat(exact(guardrail(WireFormat.APPLY_GUARDRAIL, answer)))
                .isEqualTo(Usage.of(UsageUnit.GUARDRAIL_TOPIC, 1, UsageUnit.GUARDRAIL_CONTENT, 2)
                        .with(UsageUnit.GUARDRAIL_WORD, 3)
                        .with(UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION, 4)
                        .with(UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION_FREE, 5)
                        .with(UsageUnit.GUARDRAIL_CONTEXTUAL_GROUNDING, 6)
                        .with(UsageUnit.GUARDRAIL_CONTENT_IMAGE, 7)
                        .with(UsageUnit.GUARDRAIL_AUTOMATED_REASONING, 8));
    }

    @Test
    void countsTheTextUnitsOfEachCheck() {
        String answer =
                "{\"results\":{},\"usage\":{\"contentFilter\":{\"textUnits\":2},\"promptAttack\":{\"textUnits\":3},"
                        + "\"sensitiveInformation\":{\"textUnits\":1}}}";

        assertThat(exact(guardrail(WireFormat.GUARDRAIL_CHECKS, answer)))
                .isEqualTo(Usage.of(
                                UsageUnit.GUARDRAIL_CHECK_CONTENT_FILTER, 2, UsageUnit.GUARDRAIL_CHECK_PROMPT_ATTACK, 3)
                        .with(UsageUnit.GUARDRAIL_CHECK_SENSITIVE_INFORMATION, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"APPLY_GUARDRAIL", "GUARDRAIL_CHECKS"})
    void doesNotCallAGuardrailWithoutUsageNothing(WireFormat format) {
        assertThat(absent(read(guardrail(format, "{\"action\":\"NONE\"}"))).why())
                .isEqualTo(UsageGap.NOT_REPORTED);
    }

    private static Wire guardrail(WireFormat format, String answer) {
        return new Wire(
                format,
                new ModelRef.NoModel("g1"),
                Responses.REQUEST,
                200,
                Map.of(),
                ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    }

    private static Wire call(String model, String request, String answer) {
        return wire(WireFormat.INVOKE_JSON, model, request, Map.of(), answer);
    }

    private static Wire wire(
            WireFormat format, String model, String request, Map<String, String> headers, String answer) {
        return new Wire(
                format,
                ModelRef.parse(model),
                facts(format, model, request),
                200,
                headers,
                ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    }

    private static RequestFacts facts(WireFormat format, String model, String request) {
        ModelRef named = format == WireFormat.ASYNC_JOB ? null : ModelRef.parse(model);
        RequestReader reader = RequestReader.open(format, named, name -> null);
        reader.read(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
        return reader.finish();
    }
}

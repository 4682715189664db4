package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonPaths;
import java.util.List;

/** Where each dialect of one shape for all models says what it says. Constants. */
final class DialectPaths {
    /** Where a guardrail's trace tells its units in a model's own document. */
    static final List<String> INVOKE_ASSESSMENTS =
            List.of("amazon-bedrock-trace.guardrail.input.*", "amazon-bedrock-trace.guardrail.outputs[].*");

    private static final String SPEECH_TOTAL = "event.usageEvent.details.total.";

    /** Nothing is watched, and the document is only checked to be one. */
    static final JsonPaths NOTHING = JsonPaths.builder().build();

    static final JsonPaths MODEL_ONLY =
            JsonPaths.builder().text("model", RequestReader.MODEL).build();

    static final JsonPaths CONVERSE_REQUEST = JsonPaths.builder()
            .number("inferenceConfig.maxTokens", RequestReader.MAX_OUTPUT)
            .text("serviceTier.type", RequestReader.SERVICE_TIER)
            .text("performanceConfig.latency", RequestReader.LATENCY)
            .text("guardrailConfig.guardrailIdentifier", RequestReader.GUARDRAIL)
            .build();

    static final JsonPaths CHAT_REQUEST = JsonPaths.builder()
            .text("model", RequestReader.MODEL)
            .isTrue("stream", RequestReader.STREAM)
            .isTrue("stream_options.include_usage", RequestReader.USAGE)
            .number("max_completion_tokens", RequestReader.MAX_OUTPUT)
            .number("max_tokens", RequestReader.MAX_OUTPUT)
            .text("service_tier", RequestReader.SERVICE_TIER)
            .build();

    static final JsonPaths RESPONSES_REQUEST = JsonPaths.builder()
            .text("model", RequestReader.MODEL)
            .isTrue("stream", RequestReader.STREAM)
            .number("max_output_tokens", RequestReader.MAX_OUTPUT)
            .text("service_tier", RequestReader.SERVICE_TIER)
            .build();

    static final JsonPaths MESSAGES_REQUEST = JsonPaths.builder()
            .text("model", RequestReader.MODEL)
            .isTrue("stream", RequestReader.STREAM)
            .number("max_tokens", RequestReader.MAX_OUTPUT)
            .text("service_tier", RequestReader.SERVICE_TIER)
            .build();

    /** What jobs of any family say; a word has one meaning for all of them. */
    static final JsonPaths JOB_REQUEST = JsonPaths.builder()
            .text("modelId", RequestReader.MODEL)
            .text("clientRequestToken", RequestReader.CLIENT_TOKEN)
            .number("modelInput.videoGenerationConfig.durationSeconds", WorkOrder.SECONDS)
            .number("modelInput.videoGenerationConfig.fps", WorkOrder.FRAMES_PER_SECOND)
            .text("modelInput.videoGenerationConfig.dimension", WorkOrder.RESOLUTION)
            .value("modelInput.multiShotManualParams.shots[]", WorkOrder.SHOTS)
            .text("modelInput.duration", WorkOrder.DURATION)
            .text("modelInput.resolution", WorkOrder.RESOLUTION)
            .text("modelInput.inputType", WorkOrder.TASK)
            .value("modelInput.segmentedEmbeddingParams.audio", WorkOrder.MEDIA_GIVEN)
            .value("modelInput.segmentedEmbeddingParams.video", WorkOrder.MEDIA_GIVEN)
            .build();

    /** The duplicate keys {@code cache…TokenCount} are left out: they repeat the others. */
    static final JsonPaths CONVERSE = converse();

    static final JsonPaths CHAT = errorType(chat(Slot.OUTPUT)).build();

    /** In each of these documents the whole output so far is told, if at all. */
    static final JsonPaths CHAT_STREAM = chat(Slot.OUTPUT_RUNNING)
            .value("choices[]", Slot.CHOICE)
            .bytes("choices[].delta.content", Slot.TEXT)
            .bytes("choices[].delta.reasoning", Slot.TEXT)
            .bytes("choices[].delta.reasoning_content", Slot.TEXT)
            .bytes("choices[].delta.refusal", Slot.TEXT)
            .bytes("choices[].delta.tool_calls[].function.arguments", Slot.TEXT)
            .value("error", Slot.ERROR)
            .build();

    static final JsonPaths RESPONSES = errorType(responses("")).build();

    /** Only word of an error has a message of its own; a response that failed has an error inside. */
    static final JsonPaths RESPONSES_STREAM = responses("response.")
            .bytes("delta", Slot.TEXT)
            .value("error", Slot.ERROR)
            .value("message", Slot.ERROR)
            .value("response.error", Slot.ERROR)
            .build();

    static final JsonPaths MESSAGES =
            errorType(messages(JsonPaths.builder(), "usage.", Slot.OUTPUT)).build();

    static final JsonPaths MESSAGES_STREAM = messagesStream();

    static final JsonPaths GUARDRAIL = guardrailAlone();

    static final JsonPaths GUARDRAIL_CHECKS = guardrailChecks();

    static final JsonPaths JOB = errorType(JsonPaths.builder()).build();

    static final JsonPaths SPEECH = JsonPaths.builder()
            .number(SPEECH_TOTAL + "input.speechTokens", Slot.SPEECH_INPUT)
            .number(SPEECH_TOTAL + "input.textTokens", Slot.INPUT)
            .number(SPEECH_TOTAL + "output.speechTokens", Slot.SPEECH_OUTPUT)
            .number(SPEECH_TOTAL + "output.textTokens", Slot.OUTPUT)
            .number("event.usageEvent.totalTokens", Slot.TOTAL)
            .build();

    private DialectPaths() {}

    private static JsonPaths converse() {
        JsonPaths.Builder paths = JsonPaths.builder()
                .number("usage.inputTokens", Slot.INPUT)
                .number("usage.outputTokens", Slot.OUTPUT)
                .number("usage.totalTokens", Slot.TOTAL)
                .number("usage.cacheReadInputTokens", Slot.CACHE_READ)
                .number("usage.cacheWriteInputTokens", Slot.CACHE_WRITE)
                .text("usage.cacheDetails[].ttl", Slot.DETAIL_TTL)
                .number("usage.cacheDetails[].inputTokens", Slot.DETAIL_TOKENS)
                .end("usage.cacheDetails[]", Slot.DETAIL_END)
                .text("serviceTier.type", Slot.SERVICE_TIER)
                .text("performanceConfig.latency", Slot.LATENCY)
                .text("trace.promptRouter.invokedModelId", Slot.INVOKED_MODEL);
        guardrail(paths, List.of("trace.guardrail.inputAssessment.*", "trace.guardrail.outputAssessments.*[]"));
        return paths.build();
    }

    private static JsonPaths.Builder chat(int output) {
        JsonPaths.Builder paths = JsonPaths.builder();
        guardrail(paths, INVOKE_ASSESSMENTS);
        return paths.number("usage.prompt_tokens", Slot.INPUT)
                .number("usage.completion_tokens", output)
                .number("usage.total_tokens", Slot.TOTAL)
                .number("usage.prompt_tokens_details.cached_tokens", Slot.CACHED_OF_INPUT)
                .number("usage.prompt_tokens_details.cache_write_tokens", Slot.WRITTEN_OF_INPUT)
                .text("service_tier", Slot.SERVICE_TIER);
    }

    private static JsonPaths.Builder responses(String parent) {
        return JsonPaths.builder()
                .number(parent + "usage.input_tokens", Slot.INPUT)
                .number(parent + "usage.output_tokens", Slot.OUTPUT)
                .number(parent + "usage.total_tokens", Slot.TOTAL)
                .number(parent + "usage.input_tokens_details.cached_tokens", Slot.CACHED_OF_INPUT)
                .number(parent + "usage.input_tokens_details.cache_write_tokens", Slot.WRITTEN_OF_INPUT)
                .text(parent + "service_tier", Slot.SERVICE_TIER);
    }

    private static JsonPaths messagesStream() {
        JsonPaths.Builder paths = messages(JsonPaths.builder(), "usage.", Slot.OUTPUT);
        messages(paths, "message.usage.", Slot.OUTPUT_START);
        return paths.bytes("delta.text", Slot.TEXT)
                .bytes("delta.thinking", Slot.TEXT)
                .bytes("delta.partial_json", Slot.TEXT)
                .value("error", Slot.ERROR)
                .build();
    }

    private static JsonPaths.Builder messages(JsonPaths.Builder paths, String usage, int output) {
        return paths.number(usage + "input_tokens", Slot.INPUT)
                .number(usage + "output_tokens", output)
                .number(usage + "cache_read_input_tokens", Slot.CACHE_READ)
                .number(usage + "cache_creation_input_tokens", Slot.CACHE_WRITE)
                .number(usage + "cache_creation.ephemeral_5m_input_tokens", Slot.CACHE_WRITE_5M)
                .number(usage + "cache_creation.ephemeral_1h_input_tokens", Slot.CACHE_WRITE_1H);
    }

    /** Watches for the type of an error in an answer that claims success. */
    private static JsonPaths.Builder errorType(JsonPaths.Builder paths) {
        return paths.text("__type", Slot.ERROR_TYPE).text("Output.__type", Slot.ERROR_TYPE);
    }

    private static JsonPaths guardrailAlone() {
        JsonPaths.Builder paths = errorType(JsonPaths.builder());
        for (int i = 0; i < Slot.GUARDRAIL_NAMES.size(); i++) {
            paths.number("usage." + Slot.GUARDRAIL_NAMES.get(i), Slot.GUARDRAIL + i);
        }
        return paths.build();
    }

    private static JsonPaths guardrailChecks() {
        JsonPaths.Builder paths = errorType(JsonPaths.builder());
        for (int i = 0; i < Slot.CHECK_NAMES.size(); i++) {
            paths.number("usage." + Slot.CHECK_NAMES.get(i) + ".textUnits", Slot.CHECK + i);
        }
        return paths.build();
    }

    /** Watches the units of each of a guardrail's assessments. */
    static void guardrail(JsonPaths.Builder paths, List<String> assessments) {
        for (String assessment : assessments) {
            for (int i = 0; i < Slot.GUARDRAIL_NAMES.size(); i++) {
                String path = assessment + ".invocationMetrics.usage." + Slot.GUARDRAIL_NAMES.get(i);
                paths.number(path, Slot.GUARDRAIL + i | Slot.SUMMED);
            }
        }
    }
}

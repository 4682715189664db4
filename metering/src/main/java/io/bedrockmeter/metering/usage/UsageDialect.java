package io.bedrockmeter.metering.usage;

import io.bedrockmeter.metering.json.JsonPaths;
import java.util.List;

/**
 * How a wire format reports usage. A dialect is code; which paths and rules a model's family adds to it is data.
 */
enum UsageDialect {
    /** InvokeModel and its stream: the model's own JSON, so every path comes from its family. */
    INVOKE {
        @Override
        JsonPaths requestPaths(Family family) {
            return family.requestPaths();
        }

        @Override
        JsonPaths documentPaths(Family family) {
            return family.answerPaths();
        }

        @Override
        JsonPaths streamPaths(Family family) {
            return family.streamPaths();
        }

        @Override
        Tally.Join join() {
            return Tally.Join.LATEST;
        }
    },

    /** Converse and its stream: one shape for all models. */
    CONVERSE {
        @Override
        JsonPaths requestPaths(Family family) {
            return ConversePaths.REQUEST;
        }

        @Override
        JsonPaths documentPaths(Family family) {
            return ConversePaths.ANSWER;
        }

        @Override
        JsonPaths streamPaths(Family family) {
            return ConversePaths.ANSWER;
        }

        @Override
        Tally.Join join() {
            return Tally.Join.FIRST_VALID;
        }
    };

    /** The dialect of a format. */
    static UsageDialect of(WireFormat format) {
        return switch (format) {
            case INVOKE_JSON, INVOKE_EVENT_STREAM -> INVOKE;
            case CONVERSE_JSON, CONVERSE_EVENT_STREAM -> CONVERSE;
        };
    }

    /** What is watched in a request. */
    abstract JsonPaths requestPaths(Family family);

    /** What is watched in an answer that is one document. */
    abstract JsonPaths documentPaths(Family family);

    /** What is watched in each document of a stream. */
    abstract JsonPaths streamPaths(Family family);

    /** How the documents of a stream make one tally. */
    abstract Tally.Join join();

    /** The paths of Converse. The duplicate keys {@code cache…TokenCount} are left out: they repeat the others. */
    private static final class ConversePaths {
        static final JsonPaths REQUEST = JsonPaths.builder()
                .number("inferenceConfig.maxTokens", RequestReader.MAX_OUTPUT)
                .text("serviceTier.type", RequestReader.SERVICE_TIER)
                .text("performanceConfig.latency", RequestReader.LATENCY)
                .build();

        static final JsonPaths ANSWER = answer();

        private static JsonPaths answer() {
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

package io.bedrockmeter.metering.usage;

import static io.bedrockmeter.metering.usage.Responses.converse;
import static io.bedrockmeter.metering.usage.Responses.converseStream;
import static io.bedrockmeter.metering.usage.Responses.delta;
import static io.bedrockmeter.metering.usage.Responses.exact;
import static io.bedrockmeter.metering.usage.Responses.exactDisagreed;
import static io.bedrockmeter.metering.usage.Responses.metadata;
import static io.bedrockmeter.metering.usage.Responses.partial;
import static io.bedrockmeter.metering.usage.Responses.read;
import static io.bedrockmeter.metering.usage.Responses.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.eventstream.Frames;
import org.junit.jupiter.api.Test;

class ConverseUsageTest {
    private static final String CLAUDE = "us.anthropic.claude-sonnet-4-6";

    @Test
    void readsThePlainCounts() {
        String body = "{\"output\":{\"message\":{\"content\":[{\"text\":\"\\\"usage\\\":{\\\"inputTokens\\\":9}\"}]}},"
                + "\"usage\":{\"inputTokens\":3,\"outputTokens\":4,\"totalTokens\":7}}";

        assertThat(exact(converse(CLAUDE, body))).isEqualTo(tokens(3, 4));
    }

    @Test
    void ignoresDuplicateKeysAndSplitsWritesByTimeToLive() {
        String body =
                "{\"usage\":{\"cacheDetails\":[{\"inputTokens\":30,\"ttl\":\"1h\"},{\"ttl\":\"5m\",\"inputTokens\":12}],"
                        + "\"cacheReadInputTokenCount\":100,\"cacheReadInputTokens\":100,\"cacheWriteInputTokenCount\":42,"
                        + "\"cacheWriteInputTokens\":42,\"inputTokens\":3,\"outputTokens\":4,\"serverToolUsage\":{},"
                        + "\"totalTokens\":149}}";

        assertThat(exact(converse(CLAUDE, body)))
                .isEqualTo(tokens(3, 4)
                        .with(UsageUnit.CACHE_READ, 100)
                        .with(UsageUnit.CACHE_WRITE_5M, 12)
                        .with(UsageUnit.CACHE_WRITE_1H, 30));
    }

    @Test
    void takesWritesWithoutDetailsForFiveMinutes() {
        String body =
                "{\"usage\":{\"cacheWriteInputTokens\":42,\"inputTokens\":3,\"outputTokens\":4,\"totalTokens\":49}}";

        assertThat(exact(converse(CLAUDE, body))).isEqualTo(tokens(3, 4).with(UsageUnit.CACHE_WRITE_5M, 42));
    }

    @Test
    void scalesTheSplitToTheTotalOfWrites() {
        String body = "{\"usage\":{\"cacheWriteInputTokens\":100,\"inputTokens\":3,\"outputTokens\":4,"
                + "\"cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":30},{\"ttl\":\"5m\",\"inputTokens\":10}]}}";

        assertThat(exactDisagreed(converse(CLAUDE, body)))
                .isEqualTo(tokens(3, 4).with(UsageUnit.CACHE_WRITE_5M, 25).with(UsageUnit.CACHE_WRITE_1H, 75));
    }

    @Test
    void notesATotalThatTheCountsDoNotComeTo() {
        String body = "{\"usage\":{\"inputTokens\":3,\"outputTokens\":4,\"totalTokens\":8}}";

        assertThat(exactDisagreed(converse(CLAUDE, body))).isEqualTo(tokens(3, 4));
    }

    @Test
    void followsTheRulesOfTheModelThatARouterChose() {
        String body = "{\"usage\":{\"cacheWriteInputTokens\":42,\"inputTokens\":45,\"outputTokens\":4},"
                + "\"trace\":{\"promptRouter\":{\"invokedModelId\":"
                + "\"arn:aws:bedrock:us-east-1::foundation-model/openai.gpt-5.6-sol\"}}}";

        assertThat(exact(converse("arn:aws:bedrock:us-east-1:123456789012:prompt-router/abcdef123456", body)))
                .isEqualTo(tokens(3, 4).with(UsageUnit.CACHE_WRITE_30M, 42));
    }

    @Test
    void takesOffCachedInputWhereAModelIncludesIt() {
        String included = "{\"usage\":{\"inputTokens\":100,\"outputTokens\":4,\"totalTokens\":104,"
                + "\"cacheReadInputTokens\":80,\"cacheWriteInputTokens\":15}}";
        String mended = "{\"usage\":{\"inputTokens\":5,\"outputTokens\":4,\"totalTokens\":104,"
                + "\"cacheReadInputTokens\":80,\"cacheWriteInputTokens\":15}}";
        Usage expected = tokens(5, 4).with(UsageUnit.CACHE_READ, 80).with(UsageUnit.CACHE_WRITE_30M, 15);

        assertThat(exact(converse("openai.gpt-5.6-sol", included))).isEqualTo(expected);
        assertThat(exact(converse("openai.gpt-5.6-sol", mended))).isEqualTo(expected);
        assertThat(exact(converse("openai.gpt-5.6-sol", included.replace("\"totalTokens\":104,", ""))))
                .isEqualTo(expected);
    }

    @Test
    void addsUpTheUnitsOfEachAssessment() {
        String units = "\"invocationMetrics\":{\"guardrailProcessingLatency\":3,\"usage\":{\"topicPolicyUnits\":1,"
                + "\"contentPolicyUnits\":2,\"wordPolicyUnits\":3,\"sensitiveInformationPolicyUnits\":4,"
                + "\"sensitiveInformationPolicyFreeUnits\":5,\"contextualGroundingPolicyUnits\":6,"
                + "\"contentPolicyImageUnits\":7,\"automatedReasoningPolicyUnits\":8,\"automatedReasoningPolicies\":99}}";
        String body = "{\"stopReason\":\"guardrail_intervened\",\"trace\":{\"guardrail\":{\"inputAssessment\":{\"g1\":{"
                + units + "}},\"outputAssessments\":{\"g1\":[{" + units + "},{" + units + "}]}}},"
                + "\"usage\":{\"inputTokens\":0,\"outputTokens\":0,\"totalTokens\":0}}";

        assertThat(exact(converse(CLAUDE, body)))
                .isEqualTo(Usage.of(UsageUnit.GUARDRAIL_TOPIC, 3)
                        .with(UsageUnit.GUARDRAIL_CONTENT, 6)
                        .with(UsageUnit.GUARDRAIL_WORD, 9)
                        .with(UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION, 12)
                        .with(UsageUnit.GUARDRAIL_SENSITIVE_INFORMATION_FREE, 15)
                        .with(UsageUnit.GUARDRAIL_CONTEXTUAL_GROUNDING, 18)
                        .with(UsageUnit.GUARDRAIL_CONTENT_IMAGE, 21)
                        .with(UsageUnit.GUARDRAIL_AUTOMATED_REASONING, 24));
    }

    @Test
    void tellsHowTheCallWasServed() {
        String members = "\"performanceConfig\":{\"latency\":\"optimized\"},\"serviceTier\":{\"type\":\"flex\"},"
                + "\"trace\":{\"promptRouter\":{\"invokedModelId\":\"arn:aws:bedrock:us-east-1::foundation-model/m\"}},"
                + "\"usage\":{\"inputTokens\":3,\"outputTokens\":4,\"totalTokens\":7}";
        Served expected = new Served("flex", "optimized", "arn:aws:bedrock:us-east-1::foundation-model/m");

        assertThat(read(converse(CLAUDE, "{" + members + "}")).served()).isEqualTo(expected);
        assertThat(read(converseStream(CLAUDE, metadata(members))).served()).isEqualTo(expected);
        assertThat(read(converse(CLAUDE, "{}")).served()).isEqualTo(Served.SILENT);
    }

    @Test
    void readsTheMetadataThatFollowsTheLastMessage() {
        Wire wire = converseStream(
                CLAUDE,
                Frames.event("messageStart", "{\"role\":\"assistant\",\"usage\":{\"inputTokens\":99}}"),
                delta("usage"),
                Frames.event("messageStop", "{\"stopReason\":\"end_turn\"}"),
                metadata("\"usage\":{\"inputTokens\":41,\"outputTokens\":12,\"totalTokens\":1389,"
                        + "\"cacheReadInputTokens\":1336,\"cacheWriteInputTokens\":0}"));

        assertThat(exact(wire)).isEqualTo(tokens(41, 12).with(UsageUnit.CACHE_READ, 1336));
    }

    @Test
    void doesNotTakeAMissingCountForZero() {
        UsageReading reading = read(converse(CLAUDE, "{\"usage\":{\"outputTokens\":50}}"));

        UsageReading.Partial partial = partial(reading);
        assertThat(partial.seen()).isEqualTo(tokens(0, 50));
        assertThat(partial.estimate()).as("a token for four bytes of request").isEqualTo(tokens(100, 50));
        assertThat(partial.why()).isEqualTo(UsageGap.NOT_REPORTED);
    }
}

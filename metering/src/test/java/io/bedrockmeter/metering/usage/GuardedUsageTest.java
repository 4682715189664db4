package io.bedrockmeter.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that a guardrail watches: what it did is told in its trace, and only there. */
final class GuardedUsageTest {
    private static final String NOVA = "amazon.nova-lite-v1:0";
    private static final String USAGE = "\"usage\":{\"inputTokens\":7,\"outputTokens\":5,\"totalTokens\":12}";
    private static final Usage TOKENS = Usage.of(UsageUnit.INPUT, 7, UsageUnit.OUTPUT, 5);

    @Test
    void callsNothingExactThatAGuardrailWatchedWithoutATrace() {
        UsageReading reading = guarded("{\"stopReason\":\"end_turn\"," + USAGE + "}");

        assertThat(reading)
                .isEqualTo(
                        new UsageReading.Partial(TOKENS, TOKENS, UsageGap.GUARDRAIL_NOT_TRACED, Served.SILENT, false));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3})
    void believesATraceWhateverItCounts(long units) {
        UsageReading reading = guarded("{\"trace\":{\"guardrail\":{\"inputAssessment\":{\"g1\":{\"invocationMetrics\":"
                + "{\"usage\":{\"topicPolicyUnits\":" + units + "}}}}}}," + USAGE + "}");

        Usage expected = units == 0 ? TOKENS : TOKENS.with(UsageUnit.GUARDRAIL_TOPIC, units);
        assertThat(reading).isEqualTo(new UsageReading.Exact(expected, Served.SILENT, false));
    }

    @Test
    void knowsThatAGuardrailWatches() {
        assertThat(facts(Map.of(), "{\"guardrailConfig\":{\"guardrailIdentifier\":\"g1\"}}"))
                .isTrue();
        assertThat(facts(Map.of(), "{\"messages\":[]}")).isFalse();
        assertThat(facts(Map.of("X-Amzn-Bedrock-GuardrailIdentifier", "g1"), "{}"))
                .as("Converse takes none from a header")
                .isFalse();
        assertThat(facts(WireFormat.INVOKE_JSON, Map.of("X-Amzn-Bedrock-GuardrailIdentifier", "g1"), "{}"))
                .isTrue();
        assertThat(facts(WireFormat.INVOKE_JSON, Map.of("X-Amzn-Bedrock-GuardrailIdentifier", ""), "{}"))
                .isFalse();
    }

    private static UsageReading guarded(String body) {
        RequestReader request = RequestReader.open(WireFormat.CONVERSE_JSON, ModelRef.parse(NOVA), name -> null);
        request.read(bytes("{\"guardrailConfig\":{\"guardrailIdentifier\":\"g1\",\"guardrailVersion\":\"1\"}}"));
        return new Wire(WireFormat.CONVERSE_JSON, ModelRef.parse(NOVA), request.finish(), 200, Map.of(), bytes(body))
                .whole();
    }

    private static boolean facts(Map<String, String> headers, String body) {
        return facts(WireFormat.CONVERSE_JSON, headers, body);
    }

    private static boolean facts(WireFormat format, Map<String, String> headers, String body) {
        RequestReader reader = RequestReader.open(format, ModelRef.parse(NOVA), headers::get);
        reader.read(bytes(body));
        return reader.finish().guarded();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}

package io.bedrockmeter.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bedrockmeter.metering.eventstream.Frames;
import io.bedrockmeter.metering.model.ModelRef;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever an upstream sends, a reader neither fails nor calls exact what is not. The build runs the seeds; {@code
 * JAZZER_FUZZ=1 mvn -pl metering test -Djazzer.hooks=true -Dtest=ReadersFuzzTest#takesAnyRequest} looks for new inputs.
 */
final class ReadersFuzzTest {
    private static final String CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Wire STREAM = Responses.converseStream(
            CLAUDE,
            Frames.event("messageStart", "{\"p\":\"ab\",\"role\":\"assistant\"}"),
            Responses.delta("Hello"),
            Frames.event("messageStop", "{\"p\":\"abc\",\"stopReason\":\"end_turn\"}"),
            Responses.metadata("\"usage\":{\"inputTokens\":41,\"outputTokens\":12,\"totalTokens\":53}"));

    /** What Converse calls exact, another parser reads the same in. */
    @MethodSource("converseAnswers")
    @FuzzTest
    void readsNothingWrongInAnAnswer(byte[] body) {
        UsageReading reading = wire(WireFormat.CONVERSE_JSON, Map.of(), body).whole();

        if (reading instanceof UsageReading.Exact exact) {
            JsonNode usage;
            try {
                usage = STRICT.readTree(body).path("usage");
            } catch (JacksonException e) {
                // Bytes that only a lenient parser takes, or members that are there twice: no second opinion to be had.
                return;
            }
            assertThat(exact.usage().count(UsageUnit.INPUT)).isEqualTo(count(usage, "inputTokens"));
            assertThat(exact.usage().count(UsageUnit.OUTPUT)).isEqualTo(count(usage, "outputTokens"));
        }
    }

    static Stream<Arguments> converseAnswers() {
        return seeds(
                "{\"usage\":{\"inputTokens\":7,\"outputTokens\":5,\"totalTokens\":12}}",
                "{\"output\":{\"message\":{\"content\":[{\"text\":\"{\\\"usage\\\":{\\\"inputTokens\\\":9}}\"}]}},"
                        + "\"usage\":{\"inputTokens\":7.0,\"outputTokens\":5,\"totalTokens\":12}}",
                "{\"usage\":{\"inputTokens\":-1,\"outputTokens\":99999999999999999999,\"totalTokens\":null}}",
                "{\"usage\":{\"inputTokens\":\"7\",\"outputTokens\":1e2,\"cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":3}]}}",
                "{\"usage\":{\"inputTokens\":7,\"outputTokens\":5}} trailing",
                "[{\"usage\":{\"inputTokens\":7}}]");
    }

    /** One byte of a stream becomes another: what is still exact is what it was. */
    @MethodSource("mutations")
    @FuzzTest
    void isNotMisledByAMutatedStream(byte[] mutation) {
        if (mutation.length < 3) {
            return;
        }
        byte[] bytes = new byte[STREAM.length()];
        STREAM.body().slice().get(bytes);
        int place = ((mutation[0] & 0xff) << 8 | (mutation[1] & 0xff)) % bytes.length;
        bytes[place] ^= mutation[2];

        UsageReading reading =
                wire(WireFormat.CONVERSE_EVENT_STREAM, Map.of(), bytes).cutAt(place);

        if (reading instanceof UsageReading.Exact exact) {
            assertThat(exact.usage()).isEqualTo(((UsageReading.Exact) STREAM.whole()).usage());
        }
    }

    static Stream<Arguments> mutations() {
        return Stream.of(0, 3, 8, 40, 110, 230, 300, 380, 430, 470)
                .map(place -> Arguments.of((Object) new byte[] {(byte) (place >> 8), (byte) (int) place, 1}));
    }

    /** Any bytes, in any format, cut anywhere: a reading comes of it, and never an exception. */
    @MethodSource("anything")
    @FuzzTest
    void takesAnyBytesInAnyFormat(byte[] bytes) {
        int cut = bytes.length == 0 ? 0 : (bytes[0] & 0xff) % bytes.length;
        for (WireFormat format : WireFormat.values()) {
            UsageReading whole = wire(format, Map.of(), bytes).whole();
            UsageReading inTwo = wire(format, Map.of(), bytes).cutAt(cut);
            UsageReading events = wire(format, Map.of("Content-Type", "text/event-stream"), bytes)
                    .whole();

            assertThat(inTwo).as("%s cut at %d", format, cut).isEqualTo(whole);
            assertThat(events).isNotNull();
        }
    }

    static Stream<Arguments> anything() {
        return seeds(
                "data: {\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5}}\n\ndata: [DONE]\n\n",
                "event: message_delta\r\ndata:{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":5}}\r\n\r\n",
                ":\n\n\r\r\ndata\n\ndata:\ndata: {\ndata: }\n\n",
                "\u0000\u0000\u0000\u0010\u0000\u0000\u0000\u0000",
                "{\"usage\":{\"input_tokens\":1e400,\"output_tokens\":-0.5}}",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
                "{\"images\":[\"a\",\"b\"],\"finish_reasons\":[null,\"Filter reason: prompt\"]}");
    }

    @MethodSource("anything")
    @FuzzTest
    void takesAnyRequest(byte[] bytes) {
        for (WireFormat format : WireFormat.values()) {
            RequestReader reader = RequestReader.open(format, null, name -> null);
            reader.read(ByteBuffer.wrap(bytes));

            assertThat(reader.finish().bodyBytes()).isEqualTo(bytes.length);
        }
    }

    @MethodSource("identifiers")
    @FuzzTest
    void takesAnyIdentifier(byte[] bytes) {
        String identifier = new String(bytes, StandardCharsets.UTF_8);

        assertThat(ModelRef.parse(identifier).requested()).isEqualTo(identifier);
    }

    static Stream<Arguments> identifiers() {
        return seeds(
                "us.anthropic.claude-haiku-4-5-20251001-v1:0",
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k",
                "arn:aws-:bedrock:::",
                "a.",
                ".a",
                "global.");
    }

    private static long count(JsonNode usage, String name) {
        JsonNode number = usage.path(name);
        BigDecimal value = number.isString() ? new BigDecimal(number.asString().strip()) : number.decimalValue();
        return value.setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    private static Wire wire(WireFormat format, Map<String, String> headers, byte[] body) {
        return Responses.wire(format, CLAUDE, headers, body);
    }

    private static Stream<Arguments> seeds(String... seeds) {
        return Stream.of(seeds).map(seed -> Arguments.of((Object) seed.getBytes(StandardCharsets.UTF_8)));
    }
}

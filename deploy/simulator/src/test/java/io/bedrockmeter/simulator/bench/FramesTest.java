package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.eventstream.HeaderValue;
import software.amazon.awssdk.eventstream.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FramesTest {
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @ValueSource(ints = {0, 200, 1_000, 65_536})
    void areValidAndAtLeastAsLongAsAsked(int frameBytes) {
        Shape shape = new Shape(0, 3, frameBytes, Duration.ZERO, false);

        List<byte[]> content = new ArrayList<>(Frames.converse(shape).content());
        content.addAll(Frames.claude(shape).content());

        assertThat(content).allSatisfy(frame -> {
            assertThat(frame).hasSizeBetween(frameBytes, Math.max(300, frameBytes * 102 / 100));
            assertThat(payload(frame).path("p").isString()).isTrue();
        });
    }

    @Test
    void differInTheirPadding() {
        Set<String> paddings = new HashSet<>();

        Frames.converse(Shape.DEFAULT)
                .content()
                .forEach(frame -> paddings.add(payload(frame).path("p").stringValue()));

        assertThat(paddings).hasSize(Frames.converse(Shape.DEFAULT).content().size());
    }

    @Test
    void endAConverseStreamWithItsUsage() {
        List<byte[]> closing = Frames.converse(Shape.DEFAULT).closing();

        byte[] last = closing.get(closing.size() - 1);

        assertThat(decode(last).getHeaders()).containsEntry(":event-type", HeaderValue.fromString("metadata"));
        assertThat(payload(last).at("/usage/outputTokens").intValue()).isEqualTo(Shape.DEFAULT.frames());
    }

    @Test
    void endAClaudeStreamWithTheMetricsOfTheInvocation() {
        List<byte[]> closing = Frames.claude(Shape.DEFAULT).closing();

        JsonNode last = payload(closing.get(closing.size() - 1));
        JsonNode event = JSON.readTree(
                new String(Base64.getDecoder().decode(last.path("bytes").stringValue()), UTF_8));

        assertThat(event.at("/amazon-bedrock-invocationMetrics/outputTokenCount")
                        .intValue())
                .isEqualTo(Shape.DEFAULT.frames());
    }

    private static JsonNode payload(byte[] frame) {
        return JSON.readTree(decode(frame).getPayload());
    }

    private static Message decode(byte[] frame) {
        return Message.decode(ByteBuffer.wrap(frame));
    }
}

package io.bedrockmeter.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ErrorStyleTest {
    @ParameterizedTest
    @CsvSource({
        "/model/a.b/invoke, AWS",
        "/openai/v1/responses, OPENAI",
        "/v1/models, OPENAI",
        "/mantle/v1/models, OPENAI",
        "/anthropic/v1/messages, ANTHROPIC",
        "/mantle/anthropic/v1/messages, ANTHROPIC",
        "/mantle, AWS",
        "/openai, AWS"
    })
    void isThatOfTheApiWhoseRouteWasCalled(String target, ErrorStyle style) {
        assertThat(ErrorStyle.of(target)).isEqualTo(style);
    }

    /** Whatever a message holds, part of it a caller's, the body is the JSON of its API and says the same. */
    @MethodSource("messages")
    @FuzzTest
    void saysAnyMessageAsJson(byte[] bytes) {
        String message = new String(bytes, StandardCharsets.UTF_8);

        for (ErrorStyle style : ErrorStyle.values()) {
            JsonNode body = JsonMapper.shared().readTree(style.body(400, "ValidationException", message, "id"));
            JsonNode said = style == ErrorStyle.AWS ? body.path("message") : body.at("/error/message");

            assertThat(said.asString()).isEqualTo(message);
            assertThat(new String(style.lastEvent(message, "id"), StandardCharsets.UTF_8).lines())
                    .as("an empty line, one event with one line of data, an empty line")
                    .hasSize(5);
        }
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                        "plain", "\"quoted\\\"", "two\nlines\r\n", "\u0000\u001f\u007f\u2028\u2029", "é𝄞", "</script>")
                .map(message -> Arguments.of((Object) message.getBytes(StandardCharsets.UTF_8)));
    }
}

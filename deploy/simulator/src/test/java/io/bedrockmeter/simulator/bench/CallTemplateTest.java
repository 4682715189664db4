package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CallTemplateTest {
    private static final Pattern INVOCATION_ID =
            Pattern.compile("amz-sdk-invocation-id: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\r\n");

    @ParameterizedTest
    @ValueSource(strings = {"invoke", "converse", "converse-stream", "invoke-with-response-stream"})
    void makesCallsOfWhichNoTwoAreAlike(String operation) {
        CallTemplate template = CallTemplate.of(operation, "127.0.0.1:80", 1024);
        Set<String> bodies = new HashSet<>();

        for (int i = 0; i < 300; i++) {
            ByteBuf call = template.next(UnpooledByteBufAllocator.DEFAULT);
            String text = call.toString(US_ASCII);
            call.release();
            String body = text.substring(text.indexOf("\r\n\r\n") + 4);
            bodies.add(new JsonMapper().readTree(body).toString());
            assertThat(text)
                    .startsWith("POST /model/anthropic.claude-sonnet-4-20250514-v1%3A0/" + operation + " HTTP/1.1\r\n");
            assertThat(text).contains("Content-Length: 1024\r\n").containsPattern(INVOCATION_ID);
            assertThat(body).hasSize(1024);
        }

        assertThat(bodies).hasSize(300);
    }
}

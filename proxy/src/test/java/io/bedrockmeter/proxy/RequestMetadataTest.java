package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;
import tools.jackson.databind.json.JsonMapper;

/** What Amazon Bedrock is told of a caller, whatever the caller says itself. */
final class RequestMetadataTest {
    private static final String MODEL = "amazon.nova-lite-v1:0";
    private static final String[] STAMPED = {
        "request-metadata: {team: 'cost:team', app: 'cost:app', key: 'cost:key', attempt: attempt, converse: true}"
    };

    private final List<String> received = new CopyOnWriteArrayList<>();

    @Test
    void tellsWhoCallsInTheHeaderOfAnInvocation() throws IOException {
        try (RawUpstream upstream = answering();
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.upstream(STAMPED));
                BedrockRuntimeClient client = world.sync(World.SEARCH_KEY)) {

            client.invokeModel(request -> request.modelId(MODEL)
                    .body(SdkBytes.fromUtf8String("{\"messages\":[]}"))
                    .requestMetadata("{\"cost:team\":\"support\",\"feature\":\"chat\"}"));

            Row row = only(world);
            String line = received.get(0)
                    .lines()
                    .filter(header -> header.toLowerCase(Locale.ROOT).startsWith("x-amzn-bedrock-request-metadata:"))
                    .reduce((one, other) -> "twice")
                    .orElseThrow();
            assertThat(map(line.substring(line.indexOf(':') + 1)))
                    .isEqualTo(Map.of(
                            "cost:team", row.team(),
                            "cost:app", row.app(),
                            "cost:key", World.SEARCH_KEY,
                            "attempt", row.attemptId(),
                            "feature", "chat"));
            assertThat(received.get(0)).endsWith("\r\n\r\n{\"messages\":[]}");
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void tellsWhoCallsInTheBodyOfAConversation() throws IOException {
        try (RawUpstream upstream = answering();
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.upstream(STAMPED));
                BedrockRuntimeClient client = world.sync(World.SEARCH_KEY)) {

            client.converse(request ->
                    request.modelId(MODEL).requestMetadata(Map.of("cost:team", "support", "feature", "chat")));

            Row row = only(world);
            Map<?, ?> body = map(received.get(0).substring(received.get(0).indexOf("\r\n\r\n")));
            assertThat(body.get("requestMetadata"))
                    .isEqualTo(Map.of(
                            "cost:team", row.team(),
                            "cost:app", row.app(),
                            "cost:key", World.SEARCH_KEY,
                            "attempt", row.attemptId(),
                            "feature", "chat"));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void refusesACallWhoseMetadataHasNoRoomForThat() throws IOException {
        try (RawUpstream upstream = answering();
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.upstream(STAMPED));
                BedrockRuntimeClient client = world.sync(World.SEARCH_KEY)) {

            assertThatThrownBy(() -> client.invokeModel(request -> request.modelId(MODEL)
                            .body(SdkBytes.fromUtf8String("{}"))
                            .requestMetadata("cost:team=support")))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("request metadata is not a JSON object");

            assertThat(upstream.connections()).isZero();
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void leavesRequestsAsTheyAreByDefault() throws IOException {
        try (RawUpstream upstream = answering();
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT);
                BedrockRuntimeClient client = world.sync(World.SEARCH_KEY)) {

            client.converse(request -> request.modelId(MODEL).requestMetadata(Map.of("team", "any")));

            assertThat(received.get(0)).endsWith("\r\n\r\n{\"requestMetadata\":{\"team\":\"any\"}}");
        }
    }

    private RawUpstream answering() {
        String body = "{\"usage\":{\"inputTokens\":1,\"outputTokens\":1,\"totalTokens\":2}}";
        return RawUpstream.behaving(line -> {
            received.add(line.requestText());
            line.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
        });
    }

    private static Row only(World world) {
        assertThat(world.rows()).hasSize(1);
        return world.rows().get(0);
    }

    private static Map<?, ?> map(String json) {
        return JsonMapper.shared().readValue(json, Map.class);
    }
}

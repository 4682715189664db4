package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SUPPORT_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.Script;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** The four operations through the front door: the unmodified SDK, the real proxy, the simulator. */
final class FrontDoorTest {
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String NOVA = "amazon.nova-lite-v1:0";
    private static final String CLAUDE_BODY =
            "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private World world;

    @BeforeEach
    void open() {
        world = World.open();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void metersConverseOverHttp1() {
        world.script(Script.NORMAL.withTokens(41, 12));

        ConverseResponse answer =
                world.sync(SEARCH_KEY).converse(r -> r.modelId(HAIKU).messages(user("hi")));

        assertThat(answer.usage().inputTokens()).isEqualTo(41);
        assertThat(header(answer, "x-bedrock-meter-cost-status")).isEqualTo("priced");
        assertThat(only(Conservation.settled(world)))
                .returns("search", Row::team)
                .returns("ranking", Row::app)
                .returns("EXACT", Row::state)
                .returns("complete", Row::reason)
                .returns("priced", Row::costStatus)
                .returns(header(answer, "x-bedrock-meter-attempt-id"), Row::attemptId);
        Conservation.holdsExactly(world);
    }

    @Test
    void metersInvokeModelOverHttp1() {
        world.script(Script.NORMAL.withTokens(100, 50));

        InvokeModelResponse answer =
                world.sync(SUPPORT_KEY).invokeModel(r -> r.modelId(HAIKU).body(SdkBytes.fromUtf8String(CLAUDE_BODY)));

        assertThat(answer.body().asUtf8String()).contains("\"output_tokens\":50");
        assertThat(only(Conservation.settled(world))).returns("support", Row::team);
        Conservation.holdsExactly(world);
    }

    @Test
    void metersAnEditedImageByTheSizeThatItHas() throws IOException {
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(1280, 1024, BufferedImage.TYPE_INT_RGB), "jpeg", picture);
        String request = "{\"taskType\":\"BACKGROUND_REMOVAL\",\"backgroundRemovalParams\":{\"image\":\""
                + Base64.getEncoder().encodeToString(picture.toByteArray()) + "\"}}";

        world.sync(SUPPORT_KEY)
                .invokeModel(r -> r.modelId("amazon.nova-canvas-v1:0").body(SdkBytes.fromUtf8String(request)));

        assertThat(only(Conservation.settled(world)))
                .returns("priced", Row::costStatus)
                .returns(Map.of("image", 1L), Row::units)
                // An image of more than 1024 × 1024 pixels is 0.06 USD.
                .returns(60_000_000_000L, Row::costPicos);
        Conservation.holdsExactly(world);
    }

    @Test
    void metersConverseStreamOverHttp2() {
        world.script(Script.NORMAL.withTokens(30, 20));
        List<ConverseStreamMetadataEvent> metadata = new ArrayList<>();

        world.async(SEARCH_KEY)
                .converseStream(
                        r -> r.modelId(NOVA).messages(user("hi")),
                        ConverseStreamResponseHandler.builder()
                                .subscriber(ConverseStreamResponseHandler.Visitor.builder()
                                        .onMetadata(metadata::add)
                                        .build())
                                .build())
                .join();

        assertThat(metadata).singleElement().returns(20, event -> event.usage().outputTokens());
        Conservation.holdsExactly(world);
    }

    @Test
    void metersInvokeModelWithResponseStreamOverHttp2() {
        world.script(Script.NORMAL.withTokens(30, 20));
        StringBuilder chunks = new StringBuilder();

        world.async(SEARCH_KEY)
                .invokeModelWithResponseStream(
                        r -> r.modelId(HAIKU).body(SdkBytes.fromUtf8String(CLAUDE_BODY)),
                        InvokeModelWithResponseStreamResponseHandler.builder()
                                .subscriber(InvokeModelWithResponseStreamResponseHandler.Visitor.builder()
                                        .onChunk(chunk ->
                                                chunks.append(chunk.bytes().asUtf8String()))
                                        .build())
                                .build())
                .join();

        assertThat(chunks).contains("message_start", "message_stop");
        Conservation.holdsExactly(world);
    }

    @Test
    void metersManyCallsAtOnceOnOneConnectionOfHttp2() {
        var client = world.async(SEARCH_KEY);
        List<CompletableFuture<ConverseResponse>> calls = new ArrayList<>();

        for (int i = 0; i < 60; i++) {
            String text = "hi ".repeat(i + 1);
            calls.add(client.converse(r -> r.modelId(HAIKU).messages(user(text))));
        }
        calls.forEach(CompletableFuture::join);

        assertThat(Conservation.settled(world)).hasSize(60);
        Conservation.holdsExactly(world);
    }

    private static Row only(List<Row> rows) {
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private static String header(software.amazon.awssdk.awscore.AwsResponse answer, String name) {
        return answer.sdkHttpResponse().firstMatchingHeader(name).orElseThrow();
    }

    private static Message user(String text) {
        return Message.builder()
                .role("user")
                .content(ContentBlock.fromText(text))
                .build();
    }
}

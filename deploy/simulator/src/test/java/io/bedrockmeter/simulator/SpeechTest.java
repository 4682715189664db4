package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.UsageScript;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockruntime.model.BidirectionalOutputPayloadPart;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithBidirectionalStreamInput;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithBidirectionalStreamResponseHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams in both directions by the unmodified SDK over HTTP/2, every frame of which is signed. */
class SpeechTest {
    private static final String SONIC = "amazon.nova-sonic-v1:0";
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> TWO_TURNS = List.of(
            "{\"sessionStart\":{}}",
            "{\"promptStart\":{\"promptName\":\"p\"}}",
            "{\"contentStart\":{\"role\":\"SYSTEM\",\"type\":\"TEXT\"}}",
            "{\"textInput\":{\"content\":\"" + "be kind ".repeat(9) + "\"}}",
            "{\"contentEnd\":{}}",
            "{\"contentStart\":{\"role\":\"USER\",\"type\":\"AUDIO\"}}",
            "{\"audioInput\":{\"content\":\"" + "A".repeat(20_000) + "\"}}",
            "{\"contentEnd\":{}}",
            "{\"contentStart\":{\"role\":\"USER\",\"type\":\"AUDIO\"}}",
            "{\"audioInput\":{\"content\":\"" + "A".repeat(5_000) + "\"}}",
            "{\"contentEnd\":{}}",
            "{\"promptEnd\":{}}",
            "{\"sessionEnd\":{}}");

    @RegisterExtension
    static final Running RUNNING = Running.byDefault();

    @Test
    void tellsUsageAsTotalsOfTheSession() {
        List<JsonNode> events = talk(RUNNING.clients(), SONIC, TWO_TURNS);

        List<JsonNode> usages = events.stream()
                .filter(event -> event.has("usageEvent"))
                .map(event -> event.path("usageEvent"))
                .toList();
        assertThat(usages)
                .extracting(
                        usage -> usage.at("/details/total/input/speechTokens").asInt())
                .containsExactly(0, 20, 25);
        assertThat(usages)
                .extracting(
                        usage -> usage.at("/details/delta/output/speechTokens").asInt())
                .containsExactly(0, 25, 25);
        assertThat(usages.get(2).path("totalTokens").asInt()).isEqualTo(25 + 18 + 50 + 20);
        assertThat(events).filteredOn(event -> event.has("completionEnd")).hasSize(1);
        TruthEntry truth = truth();
        assertThat(truth.operation()).isEqualTo("InvokeModelWithBidirectionalStream");
        assertThat(truth.outcome()).isEqualTo("ok");
        assertThat(truth.units())
                .isEqualTo(Map.of("input", 18L, "output", 20L, "speech_input", 25L, "speech_output", 50L));
        // 18 × 0.06 + 20 × 0.24 + 25 × 3.4 + 50 × 13.6, in millionths of a dollar
        assertThat(truth.usd()).isEqualTo("0.00077088");
    }

    @Test
    void usageIsScripted() {
        RUNNING.simulator()
                .script(Script.NORMAL.withUsage(new UsageScript(
                        18L,
                        20L,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of("speech_input", 110L, "speech_output", 50L))));

        List<JsonNode> events = talk(RUNNING.clients(), SONIC, TWO_TURNS);

        assertThat(events).filteredOn(event -> event.has("usageEvent")).last().satisfies(event -> {
            assertThat(event.at("/usageEvent/totalInputTokens").asInt()).isEqualTo(128);
            assertThat(event.at("/usageEvent/totalOutputTokens").asInt()).isEqualTo(70);
        });
        assertThat(truth().units())
                .isEqualTo(Map.of("input", 18L, "output", 20L, "speech_input", 110L, "speech_output", 50L));
    }

    @Test
    void anExceptionInTheMiddleBillsWhatCameBefore() {
        RUNNING.simulator()
                .script(Script.NORMAL.withFault(Fault.exceptionAfter(1, "modelTimeoutException", "too slow")));

        assertThatThrownBy(() -> talk(RUNNING.clients(), SONIC, TWO_TURNS)).hasStackTraceContaining("too slow");

        assertThat(truth().outcome()).isEqualTo("exception");
        assertThat(truth().units()).containsEntry("speech_output", 25L);
    }

    @Test
    void refusesAnotherSecretAndAnotherModel() {
        try (Clients wrong = new Clients(RUNNING.simulator().endpoint(), "another")) {
            assertThatThrownBy(() -> talk(wrong, SONIC, TWO_TURNS)).hasStackTraceContaining("signature");
        }
        assertThatThrownBy(() -> talk(RUNNING.clients(), "amazon.nova-lite-v1:0", TWO_TURNS))
                .hasStackTraceContaining("model identifier is invalid");
        Awaitility.await().until(() -> RUNNING.simulator().truth().size() == 2);
        assertThat(RUNNING.simulator().truth()).noneMatch(TruthEntry::billed);
    }

    private static List<JsonNode> talk(Clients clients, String model, List<String> said) {
        List<JsonNode> heard = new CopyOnWriteArrayList<>();
        var handler = InvokeModelWithBidirectionalStreamResponseHandler.builder()
                .subscriber(event -> {
                    if (event instanceof BidirectionalOutputPayloadPart part) {
                        heard.add(JSON.readTree(part.bytes().asUtf8String()).path("event"));
                    }
                })
                .build();
        Stream<InvokeModelWithBidirectionalStreamInput> frames = said.stream()
                .map(event -> InvokeModelWithBidirectionalStreamInput.chunkBuilder()
                        .bytes(SdkBytes.fromUtf8String("{\"event\":" + event + "}"))
                        .build());
        clients.async()
                .invokeModelWithBidirectionalStream(
                        request -> request.modelId(model), SdkPublisher.fromIterable(frames.toList()), handler)
                .join();
        return heard;
    }

    private static TruthEntry truth() {
        Awaitility.await().until(() -> !RUNNING.simulator().truth().isEmpty());
        return RUNNING.truth();
    }
}

package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.simulator.Wire.End;
import io.bedrockmeter.simulator.Wire.Reply;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.RawAnswer;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.UsageScript;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ScriptsTest {
    private static final String NOVA_CONVERSE = "/model/amazon.nova-lite-v1%3A0/converse";
    private static final String NOVA_STREAM = "/model/amazon.nova-lite-v1%3A0/converse-stream";
    private static final String TITAN_INVOKE = "/model/amazon.titan-text-express-v1/invoke";
    private static final String TITAN_STREAM = "/model/amazon.titan-text-express-v1/invoke-with-response-stream";
    private static final String ANY_BODY = "{\"messages\":[],\"inputText\":\"hello\"}";
    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension
    static final Running RUNNING = Running.with(SimulatorOptions.defaults().withVerifySignatures(false));

    @Test
    void cutsAStreamIntoPiecesOfGivenSizes() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withPace(Pace.DEFAULT.withChunkBytes(1, 3)));

        Reply reply = post(NOVA_STREAM);

        assertThat(reply.end()).isEqualTo(End.WHOLE);
        assertThat(reply.chunks()).startsWith(1, 3, 1, 3).allMatch(size -> size <= 3);
        assertThat(reply.headers()).containsEntry("Transfer-Encoding", "chunked");
    }

    @Test
    void aStreamInSingleBytesIsReadByTheSdk() {
        RUNNING.simulator()
                .script(Script.NORMAL.withPace(Pace.DEFAULT.withEvents(3, 5).withChunkBytes(1)));
        var handler =
                ConverseStreamResponseHandler.builder().subscriber(event -> {}).build();

        RUNNING.clients()
                .async()
                .converseStream(request -> request.modelId("amazon.nova-lite-v1:0"), handler)
                .join();

        assertThat(RUNNING.simulator().truth()).singleElement().returns("ok", entry -> entry.outcome());
    }

    @Test
    void aWrongChecksumIsFoundByTheSdk() {
        RUNNING.simulator().script(Script.NORMAL.withFault(Fault.corruptFrame(2)));
        var handler =
                ConverseStreamResponseHandler.builder().subscriber(event -> {}).build();

        assertThatThrownBy(() -> RUNNING.clients()
                        .async()
                        .converseStream(request -> request.modelId("amazon.nova-lite-v1:0"), handler)
                        .join())
                .hasStackTraceContaining("checksum");
    }

    @Test
    void aStreamResetOverHttp2HasNoUsage() {
        RUNNING.simulator().script(Script.NORMAL.withFault(Fault.resetAfter(200)));
        List<ConverseStreamOutput> events = new CopyOnWriteArrayList<>();
        var handler =
                ConverseStreamResponseHandler.builder().subscriber(events::add).build();

        var call =
                RUNNING.clients().async().converseStream(request -> request.modelId("amazon.nova-lite-v1:0"), handler);

        // The SDK takes RST_STREAM for the end of the stream, so only the missing events tell.
        Awaitility.await().until(call::isDone);
        assertThat(events).noneMatch(ConverseStreamMetadataEvent.class::isInstance);
        assertThat(RUNNING.simulator().truth()).singleElement().returns("reset", entry -> entry.outcome());
    }

    @Test
    void resetsBeforeTheHead() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withFault(Fault.resetBeforeHead()));

        Reply reply = post(NOVA_CONVERSE);

        assertThat(reply.status()).isZero();
        assertThat(reply.end()).isEqualTo(End.RESET);
        assertThat(RUNNING.simulator().truth()).singleElement().returns(true, entry -> entry.billed());
    }

    @ParameterizedTest
    @ValueSource(strings = {NOVA_STREAM, NOVA_CONVERSE})
    void resetsAfterTheGivenByteOfTheBody(String path) throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withFault(Fault.resetAfter(77)));

        Reply reply = post(path);

        assertThat(reply.body()).hasSize(77);
        assertThat(reply.end()).isEqualTo(End.RESET);
    }

    @Test
    void closesAfterTheGivenByteOfTheBody() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withFault(Fault.closeAfter(77)));

        Reply reply = post(NOVA_STREAM);

        assertThat(reply.body()).hasSize(77);
        assertThat(reply.end()).isEqualTo(End.CLOSED);
    }

    @Test
    void stallsForEverAndHasTheTruthWritten() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withFault(Fault.stallAfter(10)));

        Reply reply = post(NOVA_STREAM);

        assertThat(reply.body()).hasSize(10);
        assertThat(reply.end()).isEqualTo(End.TIMEOUT);
        assertThat(RUNNING.simulator().truth()).singleElement().returns("stall", entry -> entry.outcome());
    }

    @Test
    void leavesUsageOutAndStillBillsIt() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.times(2).withTokens(9, 8).withFault(Fault.missingUsage()));

        Reply titan = post(TITAN_INVOKE);
        Reply nova = post(NOVA_CONVERSE);

        assertThat(titan.text()).doesNotContain("TokenCount");
        assertThat(titan.headers()).doesNotContainKey("X-Amzn-Bedrock-Input-Token-Count");
        assertThat(nova.text()).doesNotContain("usage");
        assertThat(RUNNING.simulator().truth())
                .hasSize(2)
                .allSatisfy(entry ->
                        assertThat(entry.units()).containsEntry("input", 9L).containsEntry("output", 8L));
    }

    @Test
    void aBlockedInputIsOneChunkWithoutMetricsAndNotBilled() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withFault(Fault.guardrailBlockedInput()));

        Reply reply = post(TITAN_STREAM);

        JsonNode chunk = onlyChunk(reply.body());
        assertThat(chunk.path("amazon-bedrock-guardrailAction").asString()).isEqualTo("INTERVENED");
        assertThat(chunk.path("totalOutputTextTokenCount").isDouble()).isTrue();
        assertThat(chunk.has("amazon-bedrock-invocationMetrics")).isFalse();
        assertThat(RUNNING.simulator().truth()).singleElement().returns(false, entry -> entry.billed());
    }

    @Test
    void aBlockedInputOfConverseStopsWithTheGuardrail() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withFault(Fault.guardrailBlockedInput()));

        JsonNode body = JSON.readTree(post(NOVA_CONVERSE).text());

        assertThat(body.path("stopReason").asString()).isEqualTo("guardrail_intervened");
        assertThat(body.at("/usage/totalTokens").asLong(-1)).isZero();
    }

    @Test
    void answersErrorsInEveryShape() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withError(ErrorAnswer.html(502)));
        RUNNING.simulator().script(Script.NORMAL.withError(ErrorAnswer.overloaded(7)));
        RUNNING.simulator()
                .script(Script.NORMAL.withError(ErrorAnswer.throttled().withMessageKey("Message")));
        RUNNING.simulator().script(Script.NORMAL.withError(ErrorAnswer.empty(503)));

        Reply html = post(NOVA_CONVERSE);
        Reply overloaded = post(NOVA_CONVERSE);
        Reply throttled = post(NOVA_CONVERSE);
        Reply empty = post(NOVA_CONVERSE);

        assertThat(html.status()).isEqualTo(502);
        assertThat(html.headers()).containsEntry("Content-Type", "text/html").doesNotContainKey("x-amzn-ErrorType");
        assertThat(overloaded.status()).isEqualTo(529);
        assertThat(overloaded.headers()).containsEntry("Retry-After", "7");
        assertThat(empty.status()).isEqualTo(503);
        assertThat(empty.headers()).containsEntry("Content-Length", "0").doesNotContainKey("Content-Type");
        assertThat(throttled.text()).startsWith("{\"Message\":");
        assertThat(throttled.headers())
                .containsEntry(
                        "x-amzn-ErrorType", "ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/");
    }

    @Test
    void repliesARecordingByteForByte() throws IOException {
        byte[] body = "{\"anything\": \"exactly so\"}".getBytes(StandardCharsets.UTF_8);
        List<Header> headers = List.of(new Header("X-Recorded", "yes"), new Header("Transfer-Encoding", "chunked"));
        RUNNING.simulator()
                .script(Script.NORMAL
                        .withRaw(RawAnswer.of(207, headers, body))
                        .withUsage(new UsageScript(4L, null, 100L, null, null, null))
                        .withPace(Pace.DEFAULT.withChunkBytes(7)));

        Reply reply = post(NOVA_CONVERSE);

        assertThat(reply.status()).isEqualTo(207);
        assertThat(reply.headers()).containsOnlyKeys("X-Recorded", "Transfer-Encoding", "Connection");
        assertThat(reply.body()).isEqualTo(body);
        assertThat(reply.chunks()).containsExactly(7, 7, 7, 5);
        assertThat(RUNNING.simulator().truth())
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry.units()).containsOnly(Map.entry("input", 4L), Map.entry("cache_read", 100L)));
    }

    @Test
    void fillsUpABodyToTheLengthAskedFor() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withPace(Pace.DEFAULT.withBodyBytes(3_000_000)));

        Reply reply = post(TITAN_INVOKE);

        assertThat(reply.body()).hasSize(3_000_000);
        assertThat(JSON.readTree(reply.text()).at("/results/0/outputText").asString())
                .hasSizeGreaterThan(2_900_000);
    }

    @Test
    void waitsBeforeTheFirstByteAndBetweenEvents() throws IOException {
        RUNNING.simulator()
                .script(Script.NORMAL.withPace(Pace.DEFAULT
                        .withFirstByteDelayMillis(200)
                        .withEventDelayMillis(20)
                        .withEvents(10, 4)));
        long start = System.nanoTime();

        Reply reply = post(NOVA_STREAM);

        assertThat(reply.end()).isEqualTo(End.WHOLE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(200 + 10 * 20));
    }

    @Test
    void aClientThatLeavesIsBilledWhole() throws IOException {
        RUNNING.simulator()
                .script(Script.NORMAL
                        .withTokens(5, 500)
                        .withPace(Pace.DEFAULT.withEvents(500, 4).withEventDelayMillis(50)));
        try (Socket socket = Wire.connect(RUNNING.simulator().dataPort())) {
            Wire.send(socket, NOVA_STREAM, ANY_BODY);
            socket.getInputStream().read();
        }

        Awaitility.await().until(() -> !RUNNING.simulator().truth().isEmpty());

        assertThat(RUNNING.simulator().truth()).singleElement().satisfies(entry -> {
            assertThat(entry.outcome()).isEqualTo("client_gone");
            assertThat(entry.units()).containsEntry("output", 500L);
            assertThat(entry.usd()).isEqualTo("0.0001203");
        });
    }

    @Test
    void takesScriptsByIdByModelAndByNumberOfTimes() throws IOException {
        RUNNING.simulator().script(Script.NORMAL.withId("slow").withTokens(1, 1));
        RUNNING.simulator()
                .script(Script.NORMAL.forModel("amazon.titan-text-express-v1").withTokens(2, 2));
        RUNNING.simulator().script(Script.NORMAL.times(2).withTokens(3, 3));

        post(NOVA_CONVERSE);
        post(TITAN_INVOKE);
        post(NOVA_CONVERSE, "x-simulator-script: slow");
        post(NOVA_CONVERSE);
        post(NOVA_CONVERSE, "x-simulator-script: slow");

        assertThat(RUNNING.simulator().truth())
                .extracting(entry -> entry.units().get("input"))
                .containsExactly(3L, 2L, 1L, 3L, 1L);
    }

    @Test
    void answersPipelinedRequestsInTurn() throws IOException {
        try (Socket socket = Wire.connect(RUNNING.simulator().dataPort())) {
            Wire.send(socket, NOVA_STREAM, ANY_BODY);
            Wire.send(socket, NOVA_CONVERSE, ANY_BODY, "Connection: close");

            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(all.indexOf("application/vnd.amazon.eventstream"))
                    .isBetween(0, all.indexOf("application/json\r"));
        }
        assertThat(RUNNING.simulator().truth()).extracting("operation").containsExactly("ConverseStream", "Converse");
    }

    @Test
    void refusesWhatItDoesNotServe() throws IOException {
        assertThat(post("/model/amazon.nova-lite-v1%3A0/no-such-operation").status())
                .isEqualTo(404);
        assertThat(post("/model/cohere.embed-english-v3/converse").status()).isEqualTo(400);
        assertThat(post("/model/cohere.embed-english-v3/invoke-with-response-stream")
                        .status())
                .isEqualTo(400);
        assertThat(Wire.post(RUNNING.simulator().dataPort(), NOVA_CONVERSE, "not json")
                        .status())
                .isEqualTo(400);
    }

    private static Reply post(String path, String... headerLines) throws IOException {
        return Wire.post(RUNNING.simulator().dataPort(), path, ANY_BODY, headerLines);
    }

    /** The model's JSON in a stream of exactly one frame. */
    private static JsonNode onlyChunk(byte[] stream) {
        String text = new String(stream, StandardCharsets.ISO_8859_1);
        String payload = text.substring(text.indexOf('{'), text.lastIndexOf('}') + 1);
        return JSON.readTree(
                Base64.getDecoder().decode(JSON.readTree(payload).path("bytes").asString()));
    }
}

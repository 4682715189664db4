package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The routes beside the service model, byte by byte: which endpoint, whose errors, how streams of events end. */
final class OtherApisTest {
    private static final String EVENTS = String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Content-Type: text/event-stream",
            "x-amzn-RequestId: 11111111-1111-1111-1111-111111111111",
            "Transfer-Encoding: chunked",
            "",
            "");
    private static final String FIRST_EVENT = "data: {\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]";
    private static final String USAGE_EVENT = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,"
            + "\"completion_tokens\":5,\"total_tokens\":12}}\n\n";
    private static final String CHAT = "{\"model\":\"openai.gpt-oss-20b-1:0\",\"stream\":true,\"messages\":[]}";

    private final List<String> received = new CopyOnWriteArrayList<>();

    @Test
    void asksAStreamForItsUsageAndKeepsTheAnswerFromTheCaller() throws IOException {
        String answer = EVENTS
                + chunk(FIRST_EVENT + ",\"usage\":null}\n\n")
                + chunk(USAGE_EVENT)
                + chunk("data: [DONE]\n\n")
                + chunk("");
        try (RawUpstream upstream = answering(answer);
                World world = World.inFrontOf(
                        upstream.endpoint(),
                        new World.Settings("metering: {meter-hold: 0s, stream-usage: ask}", "", true, null))) {

            RawResponse response = call(world, "POST", "/openai/v1/chat/completions", CHAT);

            assertThat(response.body()).isEqualTo(FIRST_EVENT + "}\n\ndata: [DONE]\n\n");
            assertThat(received.get(0)).contains("\r\n\r\n{\"stream_options\":{\"include_usage\":true},\"model\":");
            assertThat(only(world))
                    .returns("EXACT", Row::state)
                    .returns("OpenAIChatCompletions", Row::operation)
                    .returns("openai.gpt-oss-20b-1:0", Row::model)
                    .returns(Map.of("input", 7L, "output", 5L), Row::units);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void leavesAStreamAsItIsByDefault() throws IOException {
        String answer = EVENTS + chunk(FIRST_EVENT + "}\n\n") + chunk("data: [DONE]\n\n") + chunk("");
        try (RawUpstream upstream = answering(answer);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            RawResponse response = call(world, "POST", "/openai/v1/chat/completions", CHAT);

            assertThat(response.body()).isEqualTo(FIRST_EVENT + "}\n\ndata: [DONE]\n\n");
            assertThat(received.get(0)).endsWith("\r\n\r\n" + CHAT);
            assertThat(only(world)).satisfies(row -> {
                assertThat(row.state()).isEqualTo("ESTIMATED");
                assertThat(row.costPicos()).isPositive();
            });
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @ParameterizedTest
    @CsvSource({"/openai/v1/chat/completions, server_error", "/anthropic/v1/messages, api_error"})
    void endsABrokenStreamOfEventsWithAnError(String path, String type) throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(line -> {
                    line.requestText();
                    line.say(EVENTS + chunk("data: {\"half\": "));
                });
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            RawResponse response = call(world, "POST", path, CHAT);

            String start = "\n\nevent: error\ndata: ";
            assertThat(response.body()).contains(start).endsWith("\n\n");
            JsonNode error = json(response.body().substring(response.body().indexOf(start) + start.length()));
            assertThat(error.path("error").path("type").asString()).isEqualTo(type);
            assertThat(only(world).state()).isEqualTo("ESTIMATED");
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/mantle/openai/v1/responses, /openai/v1/responses",
        "/mantle/anthropic/v1/messages, /anthropic/v1/messages",
        "/v1/chat/completions, /v1/chat/completions"
    })
    void sendsToMantleSignedForMantle(String path, String sent) throws IOException {
        try (RawUpstream mantle = answering(answer("{\"usage\":{}}"));
                RawUpstream runtime = RawUpstream.behaving(line -> {});
                World world = World.inFrontOf(
                        runtime.endpoint(), World.Settings.upstream("mantle-endpoint: " + mantle.endpoint()))) {

            RawResponse response = call(world, "POST", path, CHAT);

            assertThat(response.status()).isEqualTo(200);
            assertThat(received.get(0))
                    .startsWith("POST " + sent + " HTTP/1.1\r\n")
                    .contains("/bedrock-mantle/aws4_");
            assertThat(runtime.connections()).isZero();
        }
    }

    @Test
    void countsNothingOfWhatIsToldOfAnotherCall() throws IOException {
        String answer = answer("{\"id\":\"resp_1\",\"usage\":{\"input_tokens\":7,\"output_tokens\":5}}");
        try (RawUpstream upstream = answering(answer);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            RawResponse response = call(world, "GET", "/openai/v1/responses/resp_1?include=usage", "");

            assertThat(response.status()).isEqualTo(200);
            assertThat(received.get(0))
                    .startsWith("GET /openai/v1/responses/resp_1?include=usage HTTP/1.1\r\n")
                    .doesNotContainIgnoringCase("content-length");
            assertThat(only(world))
                    .returns("EXACT", Row::state)
                    .returns("free", Row::costStatus)
                    .returns(Map.of(), Row::units);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"messages\":[]}", "{\"model\":\"\"}", "{\"model\":\"a b\"}", "{\"model\":7}", "[]", ""})
    void refusesABodyThatNamesNoModel(String body) throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(line -> {});
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            RawResponse response = call(world, "POST", "/openai/v1/chat/completions", body);

            assertThat(response.status()).isEqualTo(400);
            assertThat(json(response.body()).path("error").path("type").asString())
                    .isEqualTo("invalid_request_error");
            assertThat(upstream.connections()).isZero();
            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void refusesInTheFormOfTheApiThatWasCalled() throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(line -> {});
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            RawResponse openAi = call(world, "POST", "/openai/v1/images", CHAT);
            RawResponse anthropic = call(world, "POST", "/anthropic/v1/messages/batches", CHAT);
            RawResponse aws = call(world, "POST", "/model/x.y/unknown", CHAT);

            assertThat(List.of(openAi.status(), anthropic.status(), aws.status()))
                    .containsExactly(404, 404, 404);
            assertThat(json(openAi.body()).path("error").path("code").asString())
                    .isEqualTo("UnknownOperationException");
            assertThat(json(anthropic.body()).path("error").path("type").asString())
                    .isEqualTo("not_found_error");
            assertThat(json(aws.body()).has("message")).isTrue();
            assertThat(List.of(openAi, anthropic, aws))
                    .allSatisfy(response ->
                            assertThat(response.header("x-amzn-errortype")).isEqualTo("UnknownOperationException"));
        }
    }

    @ParameterizedTest
    @CsvSource({"POST, /async-invoke", "GET, /async-invoke", "GET, /async-invoke/arn%3Aaws%3Abedrock%3Ajob"})
    void keepsAsynchronousJobsSwitchedOff(String method, String path) throws IOException {
        try (RawUpstream upstream = RawUpstream.behaving(line -> {});
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            RawResponse response = call(world, method, path, "");

            assertThat(response.status()).isEqualTo(403);
            assertThat(response.header("x-amzn-errortype")).isEqualTo("AccessDeniedException");
            assertThat(upstream.connections()).isZero();
        }
    }

    private RawUpstream answering(String answer) {
        return RawUpstream.behaving(line -> {
            String request = line.requestText();
            while (!request.isEmpty()) {
                received.add(request);
                line.say(answer);
                request = line.requestText();
            }
        });
    }

    private static RawResponse call(World world, String method, String path, String body) throws IOException {
        try (RawClient client = RawClient.connect(world.proxy().port())) {
            return client.send(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + body.length()
                            + "\r\n\r\n" + body)
                    .response();
        }
    }

    private static String answer(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static Row only(World world) {
        List<Row> rows = Conservation.settled(world);
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }
}

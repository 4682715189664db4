package io.bedrockmeter.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.script.Served;
import io.bedrockmeter.simulator.script.UsageScript;
import io.bedrockmeter.simulator.traffic.SignedHttp;
import io.bedrockmeter.simulator.traffic.SignedHttp.Reply;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The interfaces of OpenAI and Anthropic, on both hosts, by a plain client with the SDK's signer. */
class OtherInterfacesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOKEN = "a-long-term-key";
    private static final String CHAT = "/openai/v1/chat/completions";
    private static final String RESPONSES = "/openai/v1/responses";
    private static final String MESSAGES = "/anthropic/v1/messages";
    private static final String SOL = "us.openai.gpt-5.6-sol";
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

    @RegisterExtension
    static final Running RUNNING = Running.with(SimulatorOptions.defaults().withBearerToken(TOKEN));

    private static final SignedHttp RUNTIME = client(RUNNING.simulator().endpoint(), "bedrock");
    private static final SignedHttp MANTLE = client(RUNNING.simulator().mantleEndpoint(), "bedrock-mantle");

    @AfterAll
    static void stop() {
        RUNTIME.close();
        MANTLE.close();
    }

    @Test
    void aChatCompletionCountsCachedTokensAsPartOfThePrompt() {
        RUNNING.simulator()
                .script(Script.NORMAL.withUsage(new UsageScript(100L, 40L, 2000L, null, 500L, null, null, 30L, null)));

        Reply reply = RUNTIME.post(CHAT, chat(SOL, ""));

        JsonNode usage = json(reply).path("usage");
        assertThat(usage.path("prompt_tokens").asLong()).isEqualTo(2600);
        assertThat(usage.path("completion_tokens").asLong()).isEqualTo(40);
        assertThat(usage.path("total_tokens").asLong()).isEqualTo(2640);
        assertThat(usage.path("prompt_tokens_details").path("cached_tokens").asLong())
                .isEqualTo(2000);
        assertThat(usage.path("completion_tokens_details")
                        .path("reasoning_tokens")
                        .asLong())
                .isEqualTo(30);
        assertThat(RUNNING.truth().units())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("input", 100L, "output", 40L, "cache_read", 2000L, "cache_write_30m", 500L));
        // 100 × 4.4 + 2000 × 0.55 + 500 × 6.875 + 40 × 22, in millionths of a dollar
        assertThat(RUNNING.truth().usd()).isEqualTo("0.0058575");
        assertThat(RUNNING.truth().operation()).isEqualTo("OpenAIChatCompletions");
        assertThat(RUNNING.truth().modelId()).isEqualTo(SOL);
        assertThat(reply.header("x-amzn-RequestId")).isEqualTo(RUNNING.truth().requestId());
    }

    @Test
    void aStreamedChatTellsItsUsageOnlyWhereAsked() {
        RUNNING.simulator()
                .script(Script.NORMAL
                        .withTokens(120, 34)
                        .withPace(Pace.DEFAULT.withEvents(5, 8))
                        .times(2));

        Reply silent = RUNTIME.post(CHAT, chat("openai.gpt-oss-120b-1:0", ",\"stream\":true"));
        Reply telling = RUNTIME.post(
                CHAT, chat("openai.gpt-oss-120b-1:0", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        assertThat(silent.header("Content-Type")).startsWith("text/event-stream");
        assertThat(silent.body()).doesNotContain("prompt_tokens").endsWith("data: [DONE]\n\n");
        List<String> lines = data(telling);
        assertThat(lines).hasSize(8).last().isEqualTo("[DONE]");
        JsonNode last = JSON.readTree(lines.get(6));
        assertThat(last.path("choices").isEmpty()).isTrue();
        assertThat(last.path("usage").path("prompt_tokens").asLong()).isEqualTo(120);
        assertThat(JSON.readTree(lines.get(0)).path("usage").isNull()).isTrue();
        assertThat(RUNNING.simulator().truth())
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry.units()).isEqualTo(Map.of("input", 120L, "output", 34L)));
    }

    @Test
    void aLongPromptIsCachedWithoutBeingAsked() {
        String body = chat(SOL, ",\"metadata\":{\"long\":\"" + "so ".repeat(3000) + "\"}");

        RUNTIME.post(CHAT, body);
        RUNTIME.post(CHAT, body);

        Map<String, Long> first = RUNNING.simulator().truth().get(0).units();
        Map<String, Long> second = RUNNING.simulator().truth().get(1).units();
        assertThat(first).containsEntry("cache_write_30m", 2048L).doesNotContainKey("cache_read");
        assertThat(second).containsEntry("cache_read", 2048L).doesNotContainKey("cache_write_30m");
    }

    @Test
    void theTierThatWasServedIsNamedInTheAnswer() {
        RUNNING.simulator().script(Script.NORMAL.withServed(Served.AS_ASKED.withTier("default")));

        Reply asked = RUNTIME.post(CHAT, chat("openai.gpt-oss-20b-1:0", ",\"service_tier\":\"priority\""));
        Reply served = RUNTIME.post(CHAT, chat("openai.gpt-oss-20b-1:0", ",\"service_tier\":\"flex\""));

        assertThat(json(asked).path("service_tier").asString()).isEqualTo("default");
        assertThat(json(served).path("service_tier").asString()).isEqualTo("flex");
        assertThat(RUNNING.simulator().truth()).extracting(TruthEntry::mode).containsExactly("on_demand", "flex");
    }

    @Test
    void aResponseIsKeptAndCanBeAskedForAgainForNothing() {
        RUNNING.simulator().script(Script.NORMAL.withTokens(88, 14));
        Reply created = RUNTIME.post(RESPONSES, "{\"model\":\"" + SOL + "\",\"input\":\"hello\"}");
        String path = RESPONSES + "/" + json(created).path("id").asString();

        Reply read = RUNTIME.get(path);
        Reply cancelled = RUNTIME.post(path + "/cancel", "{}");
        Reply deleted = RUNTIME.delete(path);
        Reply gone = RUNTIME.get(path);

        assertThat(json(created).path("usage").path("input_tokens").asLong()).isEqualTo(88);
        assertThat(json(read)).isEqualTo(json(created));
        assertThat(cancelled.status()).isEqualTo(400);
        assertThat(json(deleted).path("deleted").asBoolean()).isTrue();
        assertThat(gone.status()).isEqualTo(404);
        assertThat(json(gone).path("error").path("message").asString()).contains("not found");
        assertThat(RUNNING.simulator().truth())
                .extracting(TruthEntry::operation)
                .containsExactly(
                        "OpenAIResponses",
                        "OpenAIGetResponse",
                        "OpenAICancelResponse",
                        "OpenAIDeleteResponse",
                        "OpenAIGetResponse");
        assertThat(RUNNING.simulator().truth()).filteredOn(TruthEntry::billed).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"200, response.completed", "7, response.incomplete"})
    void aStreamedResponseEndsWithItsUsage(long outputMax, String lastType) {
        RUNNING.simulator().script(Script.NORMAL.withTokens(88, 7));

        Reply reply = RUNTIME.post(
                RESPONSES,
                "{\"model\":\"" + SOL + "\",\"input\":\"hello\",\"stream\":true,\"max_output_tokens\":" + outputMax
                        + "}");

        List<String> lines = data(reply);
        JsonNode first = JSON.readTree(lines.get(0));
        JsonNode last = JSON.readTree(lines.get(lines.size() - 1));
        assertThat(first.path("type").asString()).isEqualTo("response.created");
        assertThat(first.path("response").path("usage").isNull()).isTrue();
        assertThat(last.path("type").asString()).isEqualTo(lastType);
        assertThat(last.path("response").path("usage").path("output_tokens").asLong())
                .isEqualTo(7);
        assertThat(last.path("sequence_number").asInt()).isEqualTo(lines.size() - 1);
        assertThat(reply.body()).endsWith("\nevent: " + lastType + "\n\n");
        assertThat(RUNNING.truth().units()).isEqualTo(Map.of("input", 88L, "output", 7L));
    }

    @Test
    void aMessageIsCountedInItsBody() {
        RUNNING.simulator().script(Script.NORMAL.withUsage(new UsageScript(3L, 44L, 9511L, 1956L, 0L, null)));

        Reply reply = RUNTIME.post(MESSAGES, messages(HAIKU, ""));

        JsonNode usage = json(reply).path("usage");
        assertThat(usage.path("input_tokens").asLong()).isEqualTo(3);
        assertThat(usage.path("cache_creation")
                        .path("ephemeral_5m_input_tokens")
                        .asLong())
                .isEqualTo(1956);
        assertThat(reply.header("X-Amzn-Bedrock-Input-Token-Count")).isEmpty();
        assertThat(RUNNING.truth().units())
                .isEqualTo(Map.of("input", 3L, "output", 44L, "cache_read", 9511L, "cache_write_5m", 1956L));
    }

    @Test
    void aStreamedMessageIsCountedAtItsStartAndItsEnd() {
        RUNNING.simulator()
                .script(Script.NORMAL
                        .withUsage(new UsageScript(3L, 44L, 9511L, 1956L, 0L, null))
                        .withPace(Pace.DEFAULT.withEvents(2, 8)));

        Reply reply = RUNTIME.post(MESSAGES, messages(HAIKU, ",\"stream\":true"));

        assertThat(reply.body().lines().filter(line -> line.startsWith("event: ")))
                .containsExactly(
                        "event: message_start",
                        "event: content_block_start",
                        "event: ping",
                        "event: content_block_delta",
                        "event: content_block_delta",
                        "event: content_block_stop",
                        "event: message_delta",
                        "event: message_stop");
        List<String> lines = data(reply);
        assertThat(JSON.readTree(lines.get(0))
                        .path("message")
                        .path("usage")
                        .path("cache_read_input_tokens")
                        .asLong())
                .isEqualTo(9511);
        assertThat(JSON.readTree(lines.get(6))
                        .path("usage")
                        .path("output_tokens")
                        .asLong())
                .isEqualTo(44);
        assertThat(reply.body()).doesNotContain("amazon-bedrock-invocationMetrics");
    }

    @Test
    void aStreamedMessageCanEndInAnErrorEvent() {
        RUNNING.simulator()
                .script(Script.NORMAL
                        .withTokens(100, 40)
                        .withPace(Pace.DEFAULT.withEvents(4, 8))
                        .withFault(Fault.exceptionAfter(2, "overloaded_error", "Overloaded")));

        Reply reply = RUNTIME.post(MESSAGES, messages(HAIKU, ",\"stream\":true"));

        assertThat(reply.body())
                .contains("event: error\n")
                .contains("overloaded_error")
                .doesNotContain("message_delta");
        assertThat(RUNNING.truth().units()).isEqualTo(Map.of("input", 100L, "output", 20L));
        assertThat(RUNNING.truth().outcome()).isEqualTo("exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/anthropic/v1/messages/count_tokens", "/anthropic/v1/files"})
    void whatTheRuntimeDoesNotKnowOfAnthropicHasStatus200(String path) {
        Reply reply = RUNTIME.post(path, messages("anthropic.claude-sonnet-5", ""));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("x-amzn-ErrorType")).startsWith("UnknownOperationException:");
        assertThat(reply.body()).contains("UnknownOperationException");
        assertThat(RUNNING.truth().billed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/openai/v1/chat/completions, openai.gpt-5.6-sol, 400",
        "/openai/v1/chat/completions, amazon.nova-lite-v1:0, 400",
        "/openai/v1/responses, openai.gpt-5.6-sol, 400",
        "/openai/v1/responses, openai.gpt-oss-120b-1:0, 400",
        "/anthropic/v1/messages, anthropic.claude-sonnet-5, 400",
        "/anthropic/v1/messages, us.meta.llama3-3-70b-instruct-v1:0, 400",
        "/v1/chat/completions, openai.gpt-oss-120b-1:0, 404"
    })
    void theRuntimeRefusesModelsThatItDoesNotServeThere(String path, String model, int status) {
        Reply reply =
                RUNTIME.post(path, "{\"model\":\"" + model + "\",\"max_tokens\":9,\"messages\":[],\"input\":\"x\"}");

        assertThat(reply.status()).isEqualTo(status);
        assertThat(RUNNING.truth().billed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, openai.gpt-oss-120b, 200",
        "/v1/chat/completions, qwen.qwen3-32b, 200",
        "/openai/v1/chat/completions, openai.gpt-5.6-sol, 200",
        "/openai/v1/responses, openai.gpt-5.5, 200",
        "/anthropic/v1/messages, anthropic.claude-sonnet-5, 200",
        "/openai/v1/chat/completions, openai.gpt-oss-120b, 400",
        "/v1/chat/completions, openai.gpt-5.6-sol, 400",
        "/v1/chat/completions, openai.gpt-oss-120b-1:0, 404",
        "/anthropic/v1/messages, us.anthropic.claude-sonnet-5, 404"
    })
    void mantleHasPathsAndIdentifiersOfItsOwn(String path, String model, int status) {
        Reply reply =
                MANTLE.post(path, "{\"model\":\"" + model + "\",\"max_tokens\":9,\"messages\":[],\"input\":\"x\"}");

        assertThat(reply.status()).isEqualTo(status);
        assertThat(RUNNING.truth().endpoint()).isEqualTo("mantle");
        assertThat(RUNNING.truth().billed()).isEqualTo(status == 200);
        assertThat(RUNNING.truth().usd() != null).isTrue();
    }

    @Test
    void mantleCountsTokensAndListsModelsForNothing() {
        Reply counted = MANTLE.post(MESSAGES + "/count_tokens", messages("anthropic.claude-sonnet-5", ""));
        Reply models = MANTLE.get("/v1/models");
        Reply elsewhere = MANTLE.get("/openai/v1/models");

        assertThat(json(counted).path("input_tokens").asLong()).isPositive();
        assertThat(json(models).path("data").size()).isGreaterThan(3);
        assertThat(elsewhere.status()).isEqualTo(404);
        assertThat(RUNNING.simulator().truth()).noneMatch(TruthEntry::billed);
    }

    @Test
    void eachInterfaceHasErrorsOfItsOwn() {
        RUNNING.simulator()
                .script(Script.NORMAL.withError(ErrorAnswer.throttled()).times(2));
        RUNNING.simulator().script(Script.NORMAL.withError(ErrorAnswer.overloaded(7)));

        Reply openAi = RUNTIME.post(CHAT, chat(SOL, ""));
        Reply anthropic = RUNTIME.post(MESSAGES, messages(HAIKU, ""));
        Reply overloaded = RUNTIME.post(MESSAGES, messages(HAIKU, ""));

        assertThat(openAi.status()).isEqualTo(429);
        assertThat(json(openAi).path("error").path("code").asString()).isEqualTo("rate_limit_exceeded");
        assertThat(openAi.header("x-amzn-ErrorType")).isEmpty();
        assertThat(json(anthropic).path("error").path("type").asString()).isEqualTo("rate_limit_error");
        assertThat(overloaded.status()).isEqualTo(529);
        assertThat(overloaded.header("Retry-After")).isEqualTo("7");
    }

    @ParameterizedTest
    @CsvSource({
        "/openai/v1/chat/completions, Authorization, Bearer a-long-term-key, 200",
        "/anthropic/v1/messages, Authorization, Bearer a-long-term-key, 200",
        "/anthropic/v1/messages, x-api-key, a-long-term-key, 200",
        "/anthropic/v1/messages, x-api-key, another, 401",
        "/openai/v1/chat/completions, x-api-key, a-long-term-key, 401"
    })
    void takesKeysInsteadOfSignatures(String path, String header, String value, int status) {
        String model = path.startsWith("/anthropic") ? HAIKU : SOL;

        Reply reply = RUNTIME.postWithToken(path, chat(model, ",\"max_tokens\":9"), header, value);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(json(reply).has("error")).isEqualTo(status == 401);
    }

    @Test
    void theRuntimeTakesNoSignatureForMantle() {
        try (SignedHttp wrong = client(RUNNING.simulator().endpoint(), "bedrock-mantle");
                SignedHttp right = client(RUNNING.simulator().mantleEndpoint(), "bedrock")) {
            Reply refused = wrong.post(CHAT, chat(SOL, ""));
            Reply accepted = right.post(CHAT, chat("openai.gpt-5.6-sol", ""));

            assertThat(refused.status()).isEqualTo(401);
            assertThat(accepted.status()).isEqualTo(200);
        }
    }

    private static SignedHttp client(URI endpoint, String service) {
        return new SignedHttp(
                endpoint,
                "us-east-1",
                service,
                SimulatorOptions.DEFAULT_ACCESS_KEY,
                SimulatorOptions.DEFAULT_SECRET_KEY);
    }

    private static String chat(String model, String more) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]" + more + "}";
    }

    private static String messages(String model, String more) {
        return chat(model, ",\"max_tokens\":200" + more);
    }

    private static JsonNode json(Reply reply) {
        return JSON.readTree(reply.body());
    }

    private static List<String> data(Reply reply) {
        return Arrays.stream(reply.body().split("\n", -1))
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }
}

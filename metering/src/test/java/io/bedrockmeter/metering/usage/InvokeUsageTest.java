package io.bedrockmeter.metering.usage;

import static io.bedrockmeter.metering.usage.Responses.counted;
import static io.bedrockmeter.metering.usage.Responses.exact;
import static io.bedrockmeter.metering.usage.Responses.exactDisagreed;
import static io.bedrockmeter.metering.usage.Responses.invoke;
import static io.bedrockmeter.metering.usage.Responses.invokeStream;
import static io.bedrockmeter.metering.usage.Responses.metrics;
import static io.bedrockmeter.metering.usage.Responses.partial;
import static io.bedrockmeter.metering.usage.Responses.read;
import static io.bedrockmeter.metering.usage.Responses.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvokeUsageTest {
    private static final String CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String PROFILE =
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdef123456";
    private static final String CLAUDE_BODY =
            "{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}],\"usage\":{\"input_tokens\":3,"
                    + "\"cache_creation_input_tokens\":19,\"cache_read_input_tokens\":95,\"cache_creation\":{"
                    + "\"ephemeral_5m_input_tokens\":9,\"ephemeral_1h_input_tokens\":10},\"output_tokens\":44,"
                    + "\"service_tier\":\"standard\"}}";
    private static final Usage CLAUDE_USAGE = tokens(3, 44)
            .with(UsageUnit.CACHE_READ, 95)
            .with(UsageUnit.CACHE_WRITE_5M, 9)
            .with(UsageUnit.CACHE_WRITE_1H, 10);
    private static final String START = "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":392,"
            + "\"cache_creation_input_tokens\":7,\"cache_read_input_tokens\":0,\"cache_creation\":{"
            + "\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":7},\"output_tokens\":2}}}";
    private static final String TEXT =
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"usage\"}}";
    private static final String END =
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":133}}";

    @ParameterizedTest
    @ValueSource(strings = {CLAUDE, PROFILE, "acme.new-model-v1"})
    void readsClaudeWithAndWithoutHeaders(String model) {
        assertThat(exact(invoke(model, counted("3", "44", "95", "19"), CLAUDE_BODY)))
                .isEqualTo(CLAUDE_USAGE);
        assertThat(exact(invoke(model, Map.of(), CLAUDE_BODY))).isEqualTo(CLAUDE_USAGE);
    }

    @Test
    void believesHeadersAndScalesTheBodysSplitToThem() {
        assertThat(exactDisagreed(invoke(CLAUDE, counted("4", "45", "95", "38"), CLAUDE_BODY)))
                .isEqualTo(tokens(4, 45)
                        .with(UsageUnit.CACHE_READ, 95)
                        .with(UsageUnit.CACHE_WRITE_5M, 18)
                        .with(UsageUnit.CACHE_WRITE_1H, 20));
    }

    @Test
    void takesFromTheBodyWhatTheHeadersLeaveOut() {
        assertThat(exact(invoke(CLAUDE, counted("3", "44"), CLAUDE_BODY))).isEqualTo(CLAUDE_USAGE);
    }

    @Test
    void needsNoBodyWhereHeadersSayAll() {
        assertThat(exact(invoke("anthropic.claude-v2:1", counted("15", "6"), "{\"completion\":\" hi\"}")))
                .isEqualTo(tokens(15, 6));
        assertThat(exact(invoke("cohere.command-text-v14", counted("15", "6"), "{\"generations\":[]}")))
                .isEqualTo(tokens(15, 6));
        assertThat(exact(invoke("mistral.mistral-7b-instruct-v0:2", counted("15", "6.0"), "not JSON")))
                .isEqualTo(tokens(15, 6));
    }

    @ParameterizedTest
    @ValueSource(strings = {CLAUDE, PROFILE})
    void takesTheLargerOutputOfAClaudeStream(String model) {
        String low = "{\"type\":\"message_stop\"," + metrics("\"inputTokenCount\":392,\"outputTokenCount\":97") + "}";
        String same = low.replace("97", "133");
        String high = low.replace("97", "140");
        Usage expected = tokens(392, 133).with(UsageUnit.CACHE_WRITE_1H, 7);

        assertThat(exactDisagreed(invokeStream(model, START, TEXT, END, low))).isEqualTo(expected);
        assertThat(exact(invokeStream(model, START, TEXT, END, same))).isEqualTo(expected);
        assertThat(exactDisagreed(invokeStream(model, START, TEXT, END, high)).count(UsageUnit.OUTPUT))
                .isEqualTo(140);
    }

    @Test
    void readsAClaudeStreamWithoutMetrics() {
        assertThat(exact(invokeStream(CLAUDE, START, TEXT, END, "{\"type\":\"message_stop\"}")))
                .isEqualTo(tokens(392, 133).with(UsageUnit.CACHE_WRITE_1H, 7));
    }

    @Test
    void letsLaterCountsOfAClaudeStreamWin() {
        String later = "{\"type\":\"message_delta\",\"usage\":{\"input_tokens\":400,\"output_tokens\":140,"
                + "\"cache_read_input_tokens\":null}}";

        assertThat(exact(invokeStream(CLAUDE, START, END, later)))
                .isEqualTo(tokens(400, 140).with(UsageUnit.CACHE_WRITE_1H, 7));
    }

    @Test
    void doesNotTakeTheFirstCountOfAClaudeStreamForItsOutput() {
        UsageReading.Partial partial = partial(read(invokeStream(CLAUDE, START, TEXT, TEXT, TEXT)));

        assertThat(partial.seen().count(UsageUnit.OUTPUT)).isEqualTo(2);
        assertThat(partial.estimate().count(UsageUnit.OUTPUT)).isBetween(3L, 8L);
        assertThat(partial.why()).isEqualTo(UsageGap.NOT_REPORTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"us.amazon.nova-lite-v1:0", PROFILE})
    void readsNova(String model) {
        String body = "{\"usage\":{\"inputTokens\":30,\"outputTokens\":55,\"totalTokens\":90,"
                + "\"cacheReadInputTokenCount\":2,\"cacheWriteInputTokenCount\":3}}";
        String last = "{\"metadata\":{\"usage\":{\"inputTokens\":30,\"outputTokens\":55,\"cacheReadInputTokenCount\":2,"
                + "\"cacheWriteInputTokenCount\":3}},"
                + metrics("\"inputTokenCount\":30,\"outputTokenCount\":55,\"cacheReadInputTokenCount\":2,"
                        + "\"cacheWriteInputTokenCount\":3")
                + "}";
        String text = "{\"contentBlockDelta\":{\"delta\":{\"text\":\"a\"},\"contentBlockIndex\":0}}";
        Usage expected = tokens(30, 55).with(UsageUnit.CACHE_READ, 2).with(UsageUnit.CACHE_WRITE_5M, 3);

        assertThat(exact(invoke(model, Map.of(), body))).isEqualTo(expected);
        assertThat(exact(invoke(model, counted("30.0", "55", "2", "3"), "{\"usage\":{\"inputTokens\":30}}")))
                .as("a guardrail may cut the body's usage")
                .isEqualTo(expected);
        assertThat(exact(invokeStream(model, text, "{\"contentBlockStop\":{}}", last)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"amazon.titan-text-express-v1", PROFILE})
    void readsTitanText(String model) {
        String body =
                "{\"inputTextTokenCount\":5,\"results\":[{\"tokenCount\":10,\"outputText\":\"\"},{\"tokenCount\":2.0}]}";
        String last = "{\"outputText\":\"\",\"index\":0,\"totalOutputTextTokenCount\":12,\"inputTextTokenCount\":5}";
        String first =
                "{\"outputText\":\"a\",\"index\":0,\"totalOutputTextTokenCount\":null,\"inputTextTokenCount\":null}";

        assertThat(exact(invoke(model, Map.of(), body))).isEqualTo(tokens(5, 12));
        assertThat(exact(invokeStream(model, first, last))).isEqualTo(tokens(5, 12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"meta.llama3-8b-instruct-v1:0", PROFILE})
    void readsLlama(String model) {
        String body =
                "{\"generation\":\"a\",\"prompt_token_count\":15,\"generation_token_count\":12,\"stop_reason\":\"stop\"}";
        String first = "{\"generation\":\"a\",\"prompt_token_count\":15,\"generation_token_count\":1}";
        String last = "{\"generation\":\"\",\"prompt_token_count\":null,\"generation_token_count\":12}";

        assertThat(exact(invoke(model, Map.of(), body))).isEqualTo(tokens(15, 12));
        assertThat(exact(invokeStream(model, first, last))).isEqualTo(tokens(15, 12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mistral.mistral-large-2407-v1:0",
                "ai21.jamba-1-5-large-v1:0",
                "openai.gpt-oss-20b-1:0",
                "qwen.qwen3-32b-v1:0",
                "moonshotai.kimi-k2.5",
                PROFILE
            })
    void readsChatCompletions(String model) {
        String body = "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":72,"
                + "\"completion_tokens\":56,\"total_tokens\":128}}";
        String first = "{\"choices\":[],\"usage\":{\"prompt_tokens\":72,\"completion_tokens\":0}}";
        String last = "{\"choices\":[],\"usage\":{\"prompt_tokens\":72,\"completion_tokens\":56}}";
        String measured = "{\"choices\":[]," + metrics("\"inputTokenCount\":72,\"outputTokenCount\":56") + "}";

        assertThat(exact(invoke(model, Map.of(), body))).isEqualTo(tokens(72, 56));
        assertThat(exact(invokeStream(model, first, last))).isEqualTo(tokens(72, 56));
        assertThat(exact(invokeStream(model, first, measured))).isEqualTo(tokens(72, 56));
        assertThat(partial(read(invokeStream(model, first, "{\"choices\":[]}"))).why())
                .as("a first zero is not the output")
                .isEqualTo(UsageGap.NOT_REPORTED);
    }

    @Test
    void takesOffCachedPromptTokens() {
        String body = "{\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5,\"prompt_tokens_details\":{"
                + "\"cached_tokens\":60,\"cache_write_tokens\":30}},\"service_tier\":\"priority\"}";
        Usage expected = tokens(10, 5).with(UsageUnit.CACHE_READ, 60);

        assertThat(exact(invoke("openai.gpt-5.5", Map.of(), body)))
                .isEqualTo(expected.with(UsageUnit.CACHE_WRITE_30M, 30));
        assertThat(exact(invoke("acme.model-v1", Map.of(), body)))
                .isEqualTo(expected.with(UsageUnit.CACHE_WRITE_5M, 30));
        assertThat(read(invoke("openai.gpt-5.5", Map.of(), body)).served().serviceTier())
                .isEqualTo("priority");
    }

    @Test
    void neverCountsBelowZeroWhereMoreIsCachedThanPut() {
        String body =
                "{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":60}}}";

        assertThat(exactDisagreed(invoke("openai.gpt-5.5", Map.of(), body)))
                .isEqualTo(tokens(0, 5).with(UsageUnit.CACHE_READ, 60));
    }

    @Test
    void countsTheTokensThatJurassicLists() {
        String body =
                "{\"prompt\":{\"tokens\":[{\"a\":1},{\"a\":{}},{}]},\"completions\":[{\"data\":{\"tokens\":[{},{}]}}]}";

        assertThat(exact(invoke("ai21.j2-mid-v1", Map.of(), body))).isEqualTo(tokens(3, 2));
    }

    @Test
    void readsEmbeddingsThatReportInputOnly() {
        Map<String, String> head = Map.of("x-amzn-bedrock-input-token-count", "3");
        Usage expected = tokens(3, 0);

        assertThat(exact(invoke("amazon.titan-embed-text-v2:0", head, "{\"embedding\":[0.1,-2e-3]}")))
                .isEqualTo(expected);
        assertThat(exact(invoke(
                        "amazon.titan-embed-text-v1", Map.of(), "{\"inputTextTokenCount\":3,\"embedding\":[1]}")))
                .isEqualTo(expected);
        assertThat(exact(invoke("cohere.embed-v4:0", head, "{\"embeddings\":[[1,2]]}")))
                .isEqualTo(expected);
        assertThat(exact(invoke("amazon.nova-2-multimodal-embeddings-v1:0", head, "{\"embeddings\":[]}")))
                .isEqualTo(expected);
    }

    @Test
    void billsWhatOnlyTheRequestTells() {
        RequestFacts ranking =
                RequestFacts.ofBytes(900).withWork(RequestedWork.ofDocuments(DocumentPieces.ofShort(101)));
        RequestFacts pictures = RequestFacts.ofBytes(900).withWork(RequestedWork.ofImagesGiven(2));
        ByteBuffer body = ByteBuffer.wrap("{\"results\":[]}".getBytes(StandardCharsets.UTF_8));
        Map<String, String> head = Map.of("X-Amzn-Bedrock-Input-Token-Count", "3");
        Wire rerank =
                new Wire(WireFormat.INVOKE_JSON, ModelRef.parse("cohere.rerank-v3-5:0"), ranking, 200, Map.of(), body);
        Wire embed = new Wire(WireFormat.INVOKE_JSON, ModelRef.parse("cohere.embed-v4:0"), pictures, 200, head, body);

        assertThat(exact(rerank)).isEqualTo(Usage.of(UsageUnit.SEARCH_UNIT, 2));
        assertThat(exact(embed)).isEqualTo(tokens(3, 0).with(UsageUnit.IMAGE_INPUT, 2));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 100", "101, 150, 200", "40, 99, 100"})
    void ranksExactlyWhereASplitOfDocumentsMakesNoDifference(long least, long likely, long most) {
        assertThat(exact(ranking(new DocumentPieces(least, likely, most), "{\"results\":[]}")))
                .isEqualTo(Usage.of(UsageUnit.SEARCH_UNIT, DocumentPieces.searchUnits(most)));
    }

    @Test
    void boundsWhatDocumentsAreBilledThatMayBeSplit() {
        Wire ranked = ranking(new DocumentPieces(90, 120, 301), "{\"results\":[]}");

        assertThat(ranked.whole())
                .isEqualTo(new UsageReading.Partial(
                        Usage.of(UsageUnit.SEARCH_UNIT, 1),
                        Usage.of(UsageUnit.SEARCH_UNIT, 2),
                        UsageGap.DOCUMENTS_MAY_BE_SPLIT,
                        Served.SILENT,
                        false));
    }

    @Test
    void believesTheSearchUnitsThatAnAnswerTells() {
        String told = "{\"results\":[],\"meta\":{\"billed_units\":{\"search_units\":3}}}";

        assertThat(exact(ranking(new DocumentPieces(90, 120, 301), told)))
                .isEqualTo(Usage.of(UsageUnit.SEARCH_UNIT, 3));
        assertThat(ranking(new DocumentPieces(90, 120, 301), told.replace("3}", "-3}"))
                        .whole())
                .as("an implausible one is none")
                .isInstanceOfSatisfying(
                        UsageReading.Partial.class,
                        partial -> assertThat(partial.why()).isEqualTo(UsageGap.IMPLAUSIBLE_COUNT));
    }

    private static Wire ranking(DocumentPieces documents, String body) {
        return new Wire(
                WireFormat.INVOKE_JSON,
                ModelRef.parse("cohere.rerank-v3-5:0"),
                RequestFacts.ofBytes(900).withWork(RequestedWork.ofDocuments(documents)),
                200,
                Map.of(),
                ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void billsNoModelTokensWhereAGuardrailStoppedTheInput() {
        String trace = "\"amazon-bedrock-guardrailAction\":\"INTERVENED\",\"amazon-bedrock-trace\":{\"guardrail\":{"
                + "\"input\":{\"g1\":{\"invocationMetrics\":{\"usage\":{\"topicPolicyUnits\":1,\"wordPolicyUnits\":2}}}}}}";
        String canned = "{\"outputText\":\"no\",\"index\":0.0,\"totalOutputTextTokenCount\":3.0,"
                + "\"inputTextTokenCount\":6.0," + trace + "}";
        Usage expected = Usage.of(UsageUnit.GUARDRAIL_TOPIC, 1, UsageUnit.GUARDRAIL_WORD, 2);

        assertThat(exact(invokeStream("amazon.titan-text-express-v1", canned))).isEqualTo(expected);
        assertThat(exact(invoke("amazon.titan-text-express-v1", Map.of(), canned)))
                .isEqualTo(expected);
        assertThat(exact(invokeStream("amazon.titan-text-express-v1", canned.replace("INTERVENED", "NONE"))))
                .isEqualTo(expected.plus(tokens(6, 3)));
    }

    @Test
    void billsModelTokensWhereAGuardrailMaskedTheOutput() {
        String units = "{\"invocationMetrics\":{\"usage\":{\"topicPolicyUnits\":1}}}";
        String last = "{\"outputText\":\"\",\"totalOutputTextTokenCount\":188,\"inputTextTokenCount\":28.0,"
                + metrics("\"inputTokenCount\":28,\"outputTokenCount\":188")
                + ",\"amazon-bedrock-guardrailAction\":\"INTERVENED\",\"amazon-bedrock-trace\":{\"guardrail\":{\"modelOutput\":"
                + "[\"{\\\"inputTextTokenCount\\\":99}\"],\"input\":{\"g\":" + units + "},\"outputs\":[{\"g\":" + units
                + "}]}}}";

        assertThat(exact(invokeStream("amazon.titan-text-express-v1", last)))
                .isEqualTo(tokens(28, 188).with(UsageUnit.GUARDRAIL_TOPIC, 2));
    }

    @Test
    void tellsFromHeadersHowTheCallWasServed() {
        Map<String, String> head =
                Map.of("X-Amzn-Bedrock-Service-Tier", "flex", "X-Amzn-Bedrock-PerformanceConfig-Latency", "optimized");
        byte[] stream = Responses.chunk("{}");

        assertThat(read(invoke(CLAUDE, head, CLAUDE_BODY)).served()).isEqualTo(new Served("flex", "optimized", null));
        assertThat(read(Responses.wire(WireFormat.INVOKE_EVENT_STREAM, CLAUDE, head, stream))
                        .served())
                .isEqualTo(new Served("flex", "optimized", null));
        assertThat(read(invoke(CLAUDE, Map.of(), CLAUDE_BODY)).served())
                .as("the tier in Claude's body is not Amazon Bedrock's")
                .isEqualTo(Served.SILENT);
    }
}

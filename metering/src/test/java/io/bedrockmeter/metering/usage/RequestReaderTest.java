package io.bedrockmeter.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final String HIDDEN =
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdef123456";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anthropic.claude-sonnet-4-6      | {\"max_tokens\":77}",
                "anthropic.claude-v2:1            | {\"max_tokens_to_sample\":77}",
                "amazon.nova-lite-v1:0            | {\"inferenceConfig\":{\"max_new_tokens\":77}}",
                "amazon.nova-lite-v1:0            | {\"inferenceConfig\":{\"maxTokens\":77}}",
                "amazon.titan-text-express-v1     | {\"textGenerationConfig\":{\"maxTokenCount\":77}}",
                "meta.llama3-8b-instruct-v1:0     | {\"max_gen_len\":77}",
                "mistral.mistral-7b-instruct-v0:2 | {\"max_tokens\":77}",
                "cohere.command-text-v14          | {\"max_tokens\":77}",
                "cohere.command-r-v1:0            | {\"max_tokens\":77}",
                "ai21.j2-mid-v1                   | {\"maxTokens\":77}",
                "ai21.jamba-1-5-mini-v1:0         | {\"max_tokens\":77}",
                "openai.gpt-oss-20b-1:0           | {\"max_completion_tokens\":77}",
                "qwen.qwen3-32b-v1:0              | {\"max_tokens\":77}",
            })
    void findsTheOutputLimitOfEachFamily(String model, String body) {
        assertThat(read(WireFormat.INVOKE_JSON, model, Map.of(), body).maxOutputTokens())
                .isEqualTo(77);
        assertThat(read(WireFormat.INVOKE_EVENT_STREAM, HIDDEN, Map.of(), body).maxOutputTokens())
                .as("a model that hides behind an ARN")
                .isEqualTo(77);
    }

    @Test
    void readsARequestOfConverse() {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"\\\"maxTokens\\\":9\"}]}],"
                + "\"inferenceConfig\":{\"maxTokens\":77},\"performanceConfig\":{\"latency\":\"optimized\"},"
                + "\"serviceTier\":{\"type\":\"flex\"},\"additionalModelRequestFields\":{\"max_tokens\":5}}";

        assertThat(read(WireFormat.CONVERSE_JSON, "amazon.nova-lite-v1:0", Map.of(), body))
                .isEqualTo(new RequestFacts(body.length(), 77, "flex", "optimized"));
    }

    @Test
    void putsHeadersBeforeTheBody() {
        Map<String, String> headers = Map.of(
                "x-amzn-bedrock-service-tier", "priority", "x-amzn-bedrock-performanceconfig-latency", "optimized");
        String body = "{\"service_tier\":\"flex\",\"max_tokens\":1,\"max_tokens\":2}";

        assertThat(read(WireFormat.INVOKE_JSON, "openai.gpt-oss-20b-1:0", headers, body))
                .isEqualTo(new RequestFacts(body.length(), 2, "priority", "optimized"));
        assertThat(read(WireFormat.INVOKE_JSON, "openai.gpt-oss-20b-1:0", Map.of(), body)
                        .serviceTier())
                .isEqualTo("flex");
    }

    @Test
    void countsDocumentsAndImages() {
        String documents = "{\"query\":\"q\",\"documents\":[\"a\",{\"text\":\"b\"},\"c\"]}";
        String images =
                "{\"inputs\":[{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{}}]}]}";

        assertThat(read(WireFormat.INVOKE_JSON, "cohere.rerank-v3-5:0", Map.of(), documents)
                        .work()
                        .documents())
                .isEqualTo(DocumentPieces.ofShort(3));
        assertThat(read(WireFormat.INVOKE_JSON, "cohere.embed-v4:0", Map.of(), images)
                        .work()
                        .imagesGiven())
                .isEqualTo(1);
        assertThat(read(WireFormat.INVOKE_JSON, "amazon.titan-embed-image-v1", Map.of(), "{\"inputImage\":\"aGk=\"}")
                        .work()
                        .imagesGiven())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        // query, bytes of each document, least, likely, most
        "0, 500, 1, 1, 1",
        "0, 501, 1, 1, 2",
        "0, 2000, 1, 1, 4",
        "0, 2001, 1, 2, 5",
        "100, 400, 1, 1, 1",
        "100, 401, 1, 1, 2",
        "100, 1900, 1, 1, 5",
        "100, 1901, 1, 2, 5",
        // Of a piece the query takes half at most.
        "250, 250, 1, 1, 1",
        "9999, 250, 1, 1, 1",
        "9999, 1001, 1, 2, 5",
        "9999, 1000, 1, 1, 4"
    })
    void countsThePiecesThatLongDocumentsMayBeBilledAs(int query, int document, long least, long likely, long most) {
        String asked = "\"query\":\"" + "q".repeat(query) + "\"";
        String documents = "\"documents\":[\"\",\"" + "d".repeat(document) + "\"]";

        for (String body : List.of("{" + asked + "," + documents + "}", "{" + documents + "," + asked + "}")) {
            assertThat(read(WireFormat.INVOKE_JSON, "amazon.rerank-v1:0", Map.of(), body)
                            .work()
                            .documents())
                    .isEqualTo(new DocumentPieces(least + 1, likely + 1, most + 1));
        }
    }

    @Test
    void countsMoreDocumentsThanAnyModelRanksAndKeepsNoMoreOfThem() {
        String body = "{\"documents\":[" + "\"a\",".repeat(10_000) + "\"" + "d".repeat(251) + "\"]}";

        assertThat(read(WireFormat.INVOKE_JSON, "cohere.rerank-v3-5:0", Map.of(), body)
                        .work()
                        .documents())
                .isEqualTo(new DocumentPieces(10_001, 10_001, 10_002));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    CHAT_COMPLETIONS | {"model":"m.x","stream":true,"stream_options":{"include_usage":true},"max_tokens":5,"service_tier":"flex"} | true | true
                    CHAT_COMPLETIONS | {"max_completion_tokens":5,"stream":false,"stream_options":{"include_usage":false},"model":"m.x","service_tier":"flex"} | false | false
                    CHAT_COMPLETIONS | {"messages":[{"model":"no","stream":true}],"stream":null,"stream_options":null,"max_tokens":5,"model":"m.x","service_tier":"flex"} | false | false
                    RESPONSES | {"input":"\\"stream\\":true","model":"m.x","max_output_tokens":5,"stream":true,"service_tier":"flex"} | true | false
                    MESSAGES | {"metadata":{"model":"no"},"model":"m.x","max_tokens":5,"stream":true,"service_tier":"flex"} | true | false
                    """)
    void readsTheModelAndWhetherAStreamWithUsageWasAskedOfARouteThatNamesNone(
            WireFormat format, String body, boolean stream, boolean usage) {
        assertThat(read(format, null, Map.of(), body))
                .isEqualTo(new RequestFacts(
                        body.length(),
                        5,
                        "flex",
                        null,
                        "m.x",
                        stream,
                        usage,
                        false,
                        null,
                        RequestedWork.NONE,
                        null,
                        null));
    }

    @Test
    void understandsARequestAsTheModelThatItsIdentifierStandsForOnceThatIsKnown() {
        ModelRef profile = ModelRef.parse("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/p1");
        ModelRef rerank = ModelRef.parse("cohere.rerank-v3-5:0");
        String body = "{\"query\":\"q\",\"documents\":[\"a\",\"b\"]}";

        RequestFacts before = read(RequestReader.open(WireFormat.INVOKE_JSON, profile, name -> null), body);
        RequestFacts after = read(
                RequestReader.open(
                        WireFormat.INVOKE_JSON, profile, name -> null, named -> named.equals(profile) ? rerank : named),
                body);

        assertThat(before.work().documents()).isEqualTo(DocumentPieces.NONE);
        assertThat(before.readAs()).isNull();
        assertThat(after.work().documents()).isEqualTo(DocumentPieces.ofShort(2));
        assertThat(after.readAs()).isEqualTo(rerank);
    }

    @Test
    void understandsAJobAsTheModelBehindTheIdentifierInItsBody() {
        String reel = "{\"modelId\":\"arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdef123456\","
                + "\"clientRequestToken\":\"token-1\",\"modelInput\":{\"clientRequestToken\":\"no\","
                + "\"videoGenerationConfig\":{\"durationSeconds\":12}}}";

        RequestFacts facts = read(
                RequestReader.open(
                        WireFormat.ASYNC_JOB, null, name -> null, named -> ModelRef.parse("amazon.nova-reel-v1:1")),
                reel);

        assertThat(facts.work().seconds()).isEqualTo(12);
        assertThat(facts.clientToken()).isEqualTo("token-1");
    }

    @Test
    void readsTheModelOfAJobAndOfCountedTokens() {
        assertThat(read(
                                WireFormat.ASYNC_JOB,
                                null,
                                Map.of(),
                                "{\"modelInput\":{\"modelId\":\"no\"},\"modelId\":\"m.x\"}")
                        .model())
                .isEqualTo("m.x");
        assertThat(read(WireFormat.COUNT_TOKENS, null, Map.of(), "{\"model\":\"m.x\"}")
                        .model())
                .isEqualTo("m.x");
        assertThat(read(WireFormat.COUNT_TOKENS, null, Map.of(), "{}").model()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "{", "{\"max_tokens\":-5}", "{\"max_tokens\":\"lots\"}", "[[[", "{\"max_tokens\":1e400}"
            })
    void endsInFactsWhateverTheBody(String body) {
        assertThat(read(WireFormat.INVOKE_JSON, "anthropic.claude-sonnet-4-6", Map.of(), body))
                .isEqualTo(RequestFacts.ofBytes(body.length()));
    }

    private static RequestFacts read(
            WireFormat format, @Nullable String model, Map<String, String> headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        RequestFacts whole = read(format, model, headers, bytes, Math.max(1, bytes.length));
        assertThat(read(format, model, headers, bytes, 1)).as("byte by byte").isEqualTo(whole);
        return whole;
    }

    private static RequestFacts read(RequestReader reader, String body) {
        reader.read(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        return reader.finish();
    }

    private static RequestFacts read(
            WireFormat format, @Nullable String model, Map<String, String> headers, byte[] body, int size) {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        RequestReader reader = RequestReader.open(format, model == null ? null : ModelRef.parse(model), byName::get);
        for (int from = 0; from < body.length; from += size) {
            reader.read(ByteBuffer.wrap(body, from, Math.min(size, body.length - from)));
        }
        return reader.finish();
    }
}

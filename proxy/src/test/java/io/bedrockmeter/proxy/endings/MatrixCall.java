package io.bedrockmeter.proxy.endings;

import io.bedrockmeter.metering.usage.WireFormat;
import io.bedrockmeter.proxy.route.Operation;
import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.Script;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An operation as it is called; one that is asked for events where it could have given a document is another.
 *
 * @param streamed whether it is asked for events
 */
record MatrixCall(Operation operation, boolean streamed) {
    private static final String CONVERSATION = "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]";
    private static final String CHAT = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    private static final String USAGE = ",\"stream_options\":{\"include_usage\":true}";
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String COUNTING = "/model/anthropic.claude-haiku-4-5-20251001-v1%3A0";
    private static final String STORED = "/openai/v1/responses/resp_1";

    /** All of them, as the operations and their answers' formats have it. */
    static List<MatrixCall> all() {
        return Arrays.stream(Operation.values())
                .flatMap(operation -> isEitherWay(operation.wireFormat())
                        ? Stream.of(new MatrixCall(operation, false), new MatrixCall(operation, true))
                        : Stream.of(new MatrixCall(operation, false)))
                .toList();
    }

    private static boolean isEitherWay(WireFormat format) {
        return format != WireFormat.UNBILLED && format.streamed("text/event-stream") && !format.streamed(null);
    }

    /** Its name in the table. */
    String label() {
        return operation.operationName() + (streamed ? "-stream" : "");
    }

    /** Whether its answer comes in pieces that the caller uses as they come. */
    boolean isAnsweredInPieces() {
        return streamed || operation.wireFormat().streamed(null);
    }

    /** What the upstream does where nothing goes wrong. */
    Script usual() {
        Script script = Script.NORMAL.forOperation(operation.operationName());
        return switch (operation) {
            // There is no response behind the id that these name.
            case OPENAI_GET_RESPONSE, OPENAI_CANCEL_RESPONSE, OPENAI_DELETE_RESPONSE ->
                script.withRaw(CallEnd.raw("{\"id\":\"resp_1\",\"usage\":{\"input_tokens\":7,\"output_tokens\":5}}"));
            // The answer of the service model is too short to break off inside.
            case STOP_MODEL_INVOCATION_JOB -> script.withRaw(CallEnd.raw("{\"status\":\"Stopping\"}"));
            default -> script.withTokens(30, 200);
        };
    }

    /** The bytes of the call over HTTP/1.1, after which its connection is closed. */
    String request(World world, String key) {
        String call = switch (operation) {
            case INVOKE_MODEL -> Calls.raw("invoke", claude());
            case INVOKE_MODEL_WITH_RESPONSE_STREAM -> Calls.raw("invoke-with-response-stream", claude());
            case CONVERSE -> Calls.rawConverse();
            case CONVERSE_STREAM -> Calls.rawConverseStream();
            case COUNT_TOKENS ->
                Calls.rawAt(COUNTING + "/count-tokens", "{\"input\":{\"converse\":{" + CONVERSATION + "}}}");
            case APPLY_GUARDRAIL ->
                Calls.rawAt(
                        "/guardrail/gr1abcdefghi/version/1/apply",
                        "{\"source\":\"INPUT\",\"content\":[{\"text\":{\"text\":\"hi\"}}]}");
            case INVOKE_GUARDRAIL_CHECKS ->
                Calls.rawAt("/guardrail-checks/invoke", "{" + CONVERSATION + ",\"checks\":{\"contentFilter\":{}}}");
            case START_ASYNC_INVOKE -> job();
            case GET_ASYNC_INVOKE -> get("/async-invoke/" + begin(world, key));
            case LIST_ASYNC_INVOKES -> get("/async-invoke");
            case CREATE_MODEL_INVOCATION_JOB -> batchJob();
            case GET_MODEL_INVOCATION_JOB -> get("/model-invocation-job/" + create(world, key));
            case LIST_MODEL_INVOCATION_JOBS -> get("/model-invocation-jobs");
            case STOP_MODEL_INVOCATION_JOB -> Calls.rawAt("/model-invocation-job/" + create(world, key) + "/stop", "");
            case OPENAI_CHAT_COMPLETIONS ->
                asked("/openai/v1/chat/completions", "openai.gpt-oss-20b-1:0", CHAT + USAGE);
            case OPENAI_RESPONSES -> asked("/openai/v1/responses", "us.openai.gpt-5.6-sol", "\"input\":\"hi\"");
            case OPENAI_GET_RESPONSE -> get(STORED);
            case OPENAI_CANCEL_RESPONSE -> Calls.rawAt(STORED + "/cancel", "");
            case OPENAI_DELETE_RESPONSE -> get(STORED).replaceFirst("GET", "DELETE");
            case ANTHROPIC_MESSAGES -> asked("/anthropic/v1/messages", HAIKU, "\"max_tokens\":64," + CHAT);
            case ANTHROPIC_COUNT_TOKENS ->
                asked("/mantle/anthropic/v1/messages/count_tokens", "anthropic.claude-haiku-4-5", CHAT);
            case LIST_MODELS -> get("/v1/models");
            case INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM ->
                throw new IllegalStateException("a session is no call of HTTP/1.1");
        };
        return Calls.last(by(call, key));
    }

    private static String claude() {
        return "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":64," + CHAT + "}";
    }

    private String asked(String path, String model, String rest) {
        return Calls.rawAt(path, "{\"model\":\"" + model + "\"," + rest + (streamed ? ",\"stream\":true}" : "}"));
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String job() {
        return Calls.rawAt(
                "/async-invoke",
                "{\"clientRequestToken\":\"" + UUID.randomUUID() + "\",\"modelId\":\"amazon.nova-reel-v1:1\","
                        + "\"modelInput\":{\"taskType\":\"TEXT_VIDEO\",\"textToVideoParams\":{\"text\":\"a lighthouse\"},"
                        + "\"videoGenerationConfig\":{\"durationSeconds\":6,\"fps\":24,\"dimension\":\"1280x720\"}},"
                        + "\"outputDataConfig\":{\"s3OutputDataConfig\":{\"s3Uri\":\"s3://films/here\"}}}");
    }

    private static String batchJob() {
        return Calls.rawAt(
                "/model-invocation-job",
                "{\"clientRequestToken\":\"" + UUID.randomUUID() + "\",\"jobName\":\"nightly\",\"modelId\":\"" + HAIKU
                        + "\",\"roleArn\":\"arn:aws:iam::123456789012:role/batch\","
                        + "\"inputDataConfig\":{\"s3InputDataConfig\":{\"s3Uri\":\"s3://batch/in/a.jsonl\"}},"
                        + "\"outputDataConfig\":{\"s3OutputDataConfig\":{\"s3Uri\":\"s3://batch/out\"}}}");
    }

    /** Begins an asynchronous invocation; its ARN as it stands in a path. */
    private static String begin(World world, String key) {
        return begin(world, job(), key);
    }

    /** Creates a batch job; its ARN as it stands in a path. */
    private static String create(World world, String key) {
        return begin(world, batchJob(), key);
    }

    private static String begin(World world, String job, String key) {
        String answer = world.raw().send(Calls.last(by(job, key))).response().text();
        return answer.substring(answer.indexOf("arn:"), answer.lastIndexOf('"'))
                .replace(":", "%3A")
                .replace("/", "%2F");
    }

    private static String by(String call, String key) {
        return call.replaceFirst(
                "\r\n",
                "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" + key
                        + "/20261125/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0\r\n");
    }

    @Override
    public String toString() {
        return label();
    }
}

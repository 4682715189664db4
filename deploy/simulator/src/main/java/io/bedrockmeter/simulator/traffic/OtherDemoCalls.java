package io.bedrockmeter.simulator.traffic;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.CountTokensInput;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailChecksContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailChecksMessage;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailChecksPromptAttackCategoryConfig;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentSource;

/** The calls of a round beside those of models by their own interface: other vendors' interfaces, guardrails, images, ranks. */
final class OtherDemoCalls {
    private static final String SOL = "us.openai.gpt-5.6-sol";
    private static final String GPT_OSS = "openai.gpt-oss-120b-1:0";
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String REEL = "amazon.nova-reel-v1:1";
    private static final String CHAT = "/openai/v1/chat/completions";
    private static final String RESPONSES = "/openai/v1/responses";
    private static final String MESSAGES = "/anthropic/v1/messages";
    private static final String STREAM = ",\"stream\":true";

    private OtherDemoCalls() {}

    static List<DemoCall> all() {
        return List.of(
                post("OpenAIChatCompletions " + GPT_OSS, CHAT, question -> chat(GPT_OSS, question, "")),
                post("OpenAIChatCompletions " + SOL, CHAT, question -> chat(SOL, question, "")),
                post(
                        "OpenAIChatCompletions " + SOL + " streamed, with usage",
                        CHAT,
                        question -> chat(SOL, question, STREAM + ",\"stream_options\":{\"include_usage\":true}")),
                post("OpenAIResponses " + SOL, RESPONSES, question -> responses(SOL, question, "")),
                post("OpenAIResponses " + SOL + " streamed", RESPONSES, question -> responses(SOL, question, STREAM)),
                storedResponse(),
                post("AnthropicMessages " + HAIKU, MESSAGES, question -> chat(HAIKU, question, "")),
                post("AnthropicMessages " + HAIKU + " streamed", MESSAGES, question -> chat(HAIKU, question, STREAM)),
                mantle(
                        "OpenAIChatCompletions openai.gpt-oss-120b on mantle",
                        "/v1/chat/completions",
                        "openai.gpt-oss-120b"),
                mantle("AnthropicMessages anthropic.claude-sonnet-5 on mantle", MESSAGES, "anthropic.claude-sonnet-5"),
                new DemoCall("CountTokens anthropic.claude-sonnet-5", OtherDemoCalls::countTokens),
                new DemoCall("ApplyGuardrail gr1abcdefghi", OtherDemoCalls::applyGuardrail),
                new DemoCall("InvokeGuardrailChecks", OtherDemoCalls::guardrailChecks),
                new DemoCall("Start-, Get- and ListAsyncInvokes " + REEL, OtherDemoCalls::job),
                DemoBatch.call(),
                DemoSession.call(),
                invoke(GPT_OSS, question -> chat(GPT_OSS, question, "")),
                invoke("cohere.command-r-v1:0", question -> "{\"message\":\"" + question + "\",\"max_tokens\":200}"),
                invoke(
                        "cohere.rerank-v3-5:0",
                        question -> "{\"query\":\"" + question + "\",\"api_version\":2,\"documents\":[\"a\",\"b\"]}"),
                invoke(
                        "amazon.nova-canvas-v1:0",
                        question -> "{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":{\"text\":\"" + question
                                + "\"},\"imageGenerationConfig\":{\"numberOfImages\":2}}"));
    }

    private static DemoCall post(String name, String path, Function<String, String> body) {
        return new DemoCall(name, (clients, question) -> told(clients.runtime().post(path, body.apply(question))));
    }

    private static DemoCall mantle(String name, String path, String model) {
        return new DemoCall(name, (clients, question) -> told(clients.mantle().post(path, chat(model, question, ""))));
    }

    private static DemoCall invoke(String model, Function<String, String> body) {
        BiFunction<SdkClients, String, String> run = (clients, question) -> clients.sync()
                        .invokeModel(
                                request -> request.modelId(model).body(SdkBytes.fromUtf8String(body.apply(question))))
                        .body()
                        .asByteArrayUnsafe()
                        .length
                + " bytes";
        return new DemoCall("InvokeModel " + model, run);
    }

    /** Creating it is billed, the rest is not. */
    private static DemoCall storedResponse() {
        return new DemoCall("OpenAIGetResponse and OpenAIDeleteResponse " + SOL, (clients, question) -> {
            SignedHttp.Reply created = clients.runtime().post(RESPONSES, responses(SOL, question, ""));
            told(created);
            int id = created.body().indexOf("\"resp_");
            String path = RESPONSES + "/"
                    + created.body().substring(id + 1, created.body().indexOf('"', id + 1));
            told(clients.runtime().get(path));
            return told(clients.runtime().delete(path));
        });
    }

    private static String countTokens(SdkClients clients, String question) {
        return clients.sync()
                        .countTokens(request -> request.modelId("anthropic.claude-sonnet-5")
                                .input(CountTokensInput.fromInvokeModel(
                                        body -> body.body(SdkBytes.fromUtf8String(chat("", question, ""))))))
                        .inputTokens()
                + " tokens";
    }

    private static String applyGuardrail(SdkClients clients, String question) {
        return clients.sync()
                .applyGuardrail(request -> request.guardrailIdentifier("gr1abcdefghi")
                        .guardrailVersion("1")
                        .source(GuardrailContentSource.INPUT)
                        .content(GuardrailContentBlock.fromText(text -> text.text(question))))
                .actionAsString();
    }

    private static String guardrailChecks(SdkClients clients, String question) {
        GuardrailChecksMessage message = GuardrailChecksMessage.builder()
                .role("user")
                .content(GuardrailChecksContentBlock.fromText(question))
                .build();
        GuardrailChecksPromptAttackCategoryConfig jailbreak = GuardrailChecksPromptAttackCategoryConfig.builder()
                .category("JAILBREAK")
                .build();
        return clients.sync()
                        .invokeGuardrailChecks(request -> request.messages(message)
                                .checks(checks -> checks.promptAttack(attack -> attack.categories(jailbreak))))
                        .usage()
                        .promptAttack()
                        .textUnits()
                + " text units";
    }

    /** Beginning it is billed, asking about it is not. */
    private static String job(SdkClients clients, String question) {
        Document text = Document.fromMap(Map.of("text", Document.fromString(question)));
        String arn = clients.sync()
                .startAsyncInvoke(request -> request.modelId(REEL)
                        .modelInput(Document.fromMap(
                                Map.of("taskType", Document.fromString("TEXT_VIDEO"), "textToVideoParams", text)))
                        .outputDataConfig(to -> to.s3OutputDataConfig(s3 -> s3.s3Uri("s3://films"))))
                .invocationArn();
        String status = clients.sync()
                .getAsyncInvoke(request -> request.invocationArn(arn))
                .statusAsString();
        boolean listed = clients.sync().listAsyncInvokesPaginator(request -> {}).asyncInvokeSummaries().stream()
                .anyMatch(one -> one.invocationArn().equals(arn));
        if (!listed) {
            throw new IllegalStateException(arn + " is not listed to the one who began it");
        }
        return status;
    }

    private static String chat(String model, String question, String more) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\""
                + question + "\"}]" + more + "}";
    }

    private static String responses(String model, String question, String more) {
        return "{\"model\":\"" + model + "\",\"max_output_tokens\":200,\"input\":\"" + question + "\"" + more + "}";
    }

    private static String told(SignedHttp.Reply reply) {
        if (reply.status() != 200) {
            throw new IllegalStateException("status " + reply.status() + ": " + reply.body());
        }
        return reply.body().length() + " bytes";
    }
}

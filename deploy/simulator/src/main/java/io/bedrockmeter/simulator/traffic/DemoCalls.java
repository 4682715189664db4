package io.bedrockmeter.simulator.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.CacheTTL;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.PerformanceConfigLatency;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceTierType;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Every call of a round: each operation with each family, and what changes a price. */
final class DemoCalls {
    private static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String HAIKU_GLOBAL = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final String NOVA_LITE = "amazon.nova-lite-v1:0";
    private static final String NOVA_MICRO = "amazon.nova-micro-v1:0";
    private static final String NOVA_PRO = "amazon.nova-pro-v1:0";
    private static final String TITAN = "amazon.titan-text-express-v1";
    private static final String LLAMA = "us.meta.llama3-3-70b-instruct-v1:0";
    private static final String MISTRAL = "mistral.mistral-7b-instruct-v0:2";
    private static final List<String> TEXT_MODELS =
            List.of(HAIKU, HAIKU_GLOBAL, NOVA_LITE, NOVA_MICRO, TITAN, LLAMA, MISTRAL);
    /** Long enough to be cached by every model. */
    private static final String HANDBOOK =
            "The handbook of the house, which every question is asked about. ".repeat(300);

    private DemoCalls() {}

    static List<DemoCall> all() {
        List<DemoCall> calls = new ArrayList<>();
        for (String model : TEXT_MODELS) {
            calls.add(converse(model, "", request -> {}));
            calls.add(converseStream(model, "", request -> {}));
            calls.add(invoke(model, ""));
            calls.add(invokeStream(model, ""));
        }
        for (String model : List.of(
                "amazon.titan-embed-text-v1",
                "amazon.titan-embed-text-v2:0",
                "cohere.embed-english-v3",
                "cohere.embed-multilingual-v3")) {
            calls.add(embed(model));
        }
        calls.add(cached(SONNET, CacheTTL.VALUE_5_M, "writes the cache"));
        calls.add(cached(SONNET, CacheTTL.VALUE_5_M, "reads the cache"));
        calls.add(cached(HAIKU_GLOBAL, CacheTTL.VALUE_1_H, "writes the cache for an hour"));
        calls.add(cached(HAIKU_GLOBAL, CacheTTL.VALUE_1_H, "reads the cache"));
        calls.add(cached(NOVA_MICRO, CacheTTL.VALUE_5_M, "writes the cache"));
        calls.add(cached(NOVA_MICRO, CacheTTL.VALUE_5_M, "reads the cache"));
        for (ServiceTierType tier : List.of(ServiceTierType.FLEX, ServiceTierType.PRIORITY)) {
            calls.add(converse(NOVA_PRO, tier.toString(), request -> request.serviceTier(asked -> asked.type(tier))));
            calls.add(invokeTier(NOVA_PRO, tier));
        }
        calls.add(converse(
                NOVA_PRO,
                "latency optimized",
                request -> request.performanceConfig(asked -> asked.latency(PerformanceConfigLatency.OPTIMIZED))));
        calls.add(converseStream(
                SONNET, "with a tool", request -> request.toolConfig(tools -> tools.tools(weatherTool()))));
        calls.add(
                invokeStream(SONNET, ",\"tools\":[{\"name\":\"get_weather\",\"input_schema\":{\"type\":\"object\"}}]"));
        calls.add(unknownModel());
        calls.addAll(OtherDemoCalls.all());
        return List.copyOf(calls);
    }

    private static DemoCall converse(String model, String remark, Consumer<ConverseRequest.Builder> more) {
        return new DemoCall(
                "Converse " + model + " " + remark,
                (clients, question) -> text(clients.sync()
                        .converse(request ->
                                more.accept(request.modelId(model).messages(user(ContentBlock.fromText(question)))))
                        .usage()));
    }

    private static DemoCall cached(String model, CacheTTL ttl, String remark) {
        return new DemoCall("Converse " + model + " " + remark, (clients, question) -> {
            // Nova takes no time to live.
            CachePointBlock point = model.contains("nova")
                    ? CachePointBlock.builder().type("default").build()
                    : CachePointBlock.builder().type("default").ttl(ttl).build();
            Message message = user(
                    ContentBlock.fromText(HANDBOOK),
                    ContentBlock.fromCachePoint(point),
                    ContentBlock.fromText(question));
            return text(clients.sync()
                    .converse(request -> request.modelId(model).messages(message))
                    .usage());
        });
    }

    private static DemoCall converseStream(String model, String remark, Consumer<ConverseStreamRequest.Builder> more) {
        return new DemoCall("ConverseStream " + model + " " + remark, (clients, question) -> {
            AtomicReference<String> usage = new AtomicReference<>("no usage");
            var handler = ConverseStreamResponseHandler.builder()
                    .subscriber(event -> {
                        if (event instanceof ConverseStreamMetadataEvent metadata) {
                            usage.set(text(metadata.usage()));
                        }
                    })
                    .build();
            clients.async()
                    .converseStream(
                            request ->
                                    more.accept(request.modelId(model).messages(user(ContentBlock.fromText(question)))),
                            handler)
                    .join();
            return usage.get();
        });
    }

    private static DemoCall invoke(String model, String more) {
        return new DemoCall(
                "InvokeModel " + model,
                (clients, question) ->
                        tokens(clients, request -> request.modelId(model).body(body(model, question, more))));
    }

    private static DemoCall invokeTier(String model, ServiceTierType tier) {
        return new DemoCall(
                "InvokeModel " + model + " " + tier,
                (clients, question) -> tokens(
                        clients,
                        request -> request.modelId(model).serviceTier(tier).body(body(model, question, ""))));
    }

    private static DemoCall embed(String model) {
        return new DemoCall(
                "InvokeModel " + model,
                (clients, question) ->
                        tokens(clients, request -> request.modelId(model).body(body(model, question, ""))));
    }

    private static DemoCall invokeStream(String model, String more) {
        String name = "InvokeModelWithResponseStream " + model + (more.isEmpty() ? "" : " with a tool");
        return new DemoCall(name, (clients, question) -> {
            AtomicInteger chunks = new AtomicInteger();
            var handler = InvokeModelWithResponseStreamResponseHandler.builder()
                    .subscriber(event -> chunks.incrementAndGet())
                    .build();
            clients.async()
                    .invokeModelWithResponseStream(
                            request -> request.modelId(model).body(body(model, question, more)), handler)
                    .join();
            return chunks + " chunks";
        });
    }

    private static DemoCall unknownModel() {
        return new DemoCall("Converse acme.unknown-model-v1:0, refused", (clients, question) -> {
            try {
                clients.sync()
                        .converse(request -> request.modelId("acme.unknown-model-v1:0")
                                .messages(user(ContentBlock.fromText(question))));
            } catch (ValidationException expected) {
                return "ValidationException, as it should be";
            }
            throw new IllegalStateException("the unknown model was not refused");
        });
    }

    private static String tokens(SdkClients clients, Consumer<InvokeModelRequest.Builder> request) {
        var headers = clients.sync().invokeModel(request).sdkHttpResponse();
        return "input "
                + headers.firstMatchingHeader("X-Amzn-Bedrock-Input-Token-Count")
                        .orElse("unknown")
                + " output "
                + headers.firstMatchingHeader("X-Amzn-Bedrock-Output-Token-Count")
                        .orElse("none");
    }

    private static String text(TokenUsage usage) {
        return "input " + usage.inputTokens() + " output " + usage.outputTokens() + " cache read "
                + (usage.cacheReadInputTokens() == null ? 0 : usage.cacheReadInputTokens()) + " cache write "
                + (usage.cacheWriteInputTokens() == null ? 0 : usage.cacheWriteInputTokens());
    }

    private static Message user(ContentBlock... content) {
        return Message.builder().role(ConversationRole.USER).content(content).build();
    }

    private static Tool weatherTool() {
        return Tool.builder()
                .toolSpec(spec -> spec.name("get_weather")
                        .inputSchema(
                                schema -> schema.json(Document.fromMap(Map.of("type", Document.fromString("object"))))))
                .build();
    }

    /** The native body of a family; questions need no escaping. */
    private static SdkBytes body(String model, String question, String more) {
        String json;
        if (model.contains("anthropic.")) {
            json = "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":200,\"messages\":"
                    + "[{\"role\":\"user\",\"content\":\"" + question + "\"}]" + more + "}";
        } else if (model.contains("amazon.nova")) {
            json = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"" + question
                    + "\"}]}],\"inferenceConfig\":{\"maxTokens\":200}}";
        } else if (model.contains("titan-text")) {
            json = "{\"inputText\":\"" + question + "\",\"textGenerationConfig\":{\"maxTokenCount\":200}}";
        } else if (model.contains("titan-embed")) {
            json = "{\"inputText\":\"" + question + "\"}";
        } else if (model.contains("cohere.embed")) {
            json = "{\"input_type\":\"search_document\",\"texts\":[\"" + question + "\"]}";
        } else if (model.contains("meta.llama")) {
            json = "{\"prompt\":\"" + question + "\",\"max_gen_len\":200}";
        } else {
            json = "{\"prompt\":\"" + question + "\",\"max_tokens\":200}";
        }
        return SdkBytes.fromUtf8String(json);
    }
}

package io.bedrockmeter.proxy.world;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** Calls as any program makes them, with an SDK client or by hand. */
public final class Calls {
    /** A model with prices on both sides. */
    public static final String HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

    private static final String CLAUDE_BODY =
            "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String CONVERSE_BODY = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}";

    private Calls() {}

    /** Converse with the synchronous client. */
    public static ConverseResponse converse(BedrockRuntimeClient client) {
        return client.converse(r -> r.modelId(HAIKU).messages(user("hi")));
    }

    /** Converse with the asynchronous client. */
    public static CompletableFuture<ConverseResponse> converse(BedrockRuntimeAsyncClient client) {
        return client.converse(r -> r.modelId(HAIKU).messages(user("hi")));
    }

    /** InvokeModel with the synchronous client. */
    public static InvokeModelResponse invoke(BedrockRuntimeClient client) {
        return client.invokeModel(r -> r.modelId(HAIKU).body(SdkBytes.fromUtf8String(CLAUDE_BODY)));
    }

    /** ConverseStream; the future completes with its events. */
    public static CompletableFuture<List<ConverseStreamOutput>> converseStream(BedrockRuntimeAsyncClient client) {
        return converseStream(client, event -> {});
    }

    /** ConverseStream, each event told as it comes. */
    public static CompletableFuture<List<ConverseStreamOutput>> converseStream(
            BedrockRuntimeAsyncClient client, Consumer<ConverseStreamOutput> onEvent) {
        List<ConverseStreamOutput> events = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> call = client.converseStream(
                r -> r.modelId(HAIKU).messages(user("hi")),
                ConverseStreamResponseHandler.builder()
                        .onEventStream(stream -> stream.subscribe(event -> {
                            events.add(event);
                            onEvent.accept(event);
                        }))
                        .build());
        CompletableFuture<List<ConverseStreamOutput>> whole = call.thenApply(nothing -> List.copyOf(events));
        whole.whenComplete((done, failure) -> {
            if (whole.isCancelled()) {
                call.cancel(true);
            }
        });
        return whole;
    }

    /** ConverseStream whose caller takes one event, then none until the latch opens, then all. */
    public static CompletableFuture<Void> converseStreamPaced(
            BedrockRuntimeAsyncClient client, CountDownLatch goOn, Runnable onEvent) {
        return client.converseStream(
                r -> r.modelId(HAIKU).messages(user("hi")),
                ConverseStreamResponseHandler.builder()
                        .onEventStream(stream -> stream.subscribe(new Subscriber<>() {
                            @Override
                            public void onSubscribe(Subscription subscription) {
                                subscription.request(1);
                                Thread.ofVirtual().start(() -> {
                                    try {
                                        goOn.await();
                                        subscription.request(Long.MAX_VALUE);
                                    } catch (InterruptedException e) {
                                        subscription.cancel();
                                    }
                                });
                            }

                            @Override
                            public void onNext(ConverseStreamOutput event) {
                                onEvent.run();
                            }

                            @Override
                            public void onError(Throwable cause) {}

                            @Override
                            public void onComplete() {}
                        }))
                        .build());
    }

    /** The bytes of a Converse call over HTTP/1.1. */
    public static String rawConverse() {
        return raw("converse", CONVERSE_BODY);
    }

    /** The bytes of a ConverseStream call over HTTP/1.1. */
    public static String rawConverseStream() {
        return raw("converse-stream", CONVERSE_BODY);
    }

    /** The same call, after which its connection is to be closed. */
    public static String last(String call) {
        return call.replaceFirst("\r\n", "\r\nConnection: close\r\n");
    }

    /** The bytes of a call over HTTP/1.1 with this body. */
    public static String raw(String action, String body) {
        return rawAt("/model/" + HAIKU.replace(":", "%3A") + "/" + action, body);
    }

    /** The bytes of a call over HTTP/1.1 of a path. */
    public static String rawAt(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static Message user(String text) {
        return Message.builder()
                .role("user")
                .content(ContentBlock.fromText(text))
                .build();
    }
}

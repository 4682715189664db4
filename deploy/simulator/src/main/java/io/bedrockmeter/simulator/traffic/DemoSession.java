package io.bedrockmeter.simulator.traffic;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockruntime.model.BidirectionalOutputPayloadPart;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithBidirectionalStreamInput;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithBidirectionalStreamResponseHandler;

/** A session with a model of speech: a system prompt, and two turns of a user who does not wait for the answer. */
final class DemoSession {
    private static final String SONIC = "amazon.nova-sonic-v1:0";

    private DemoSession() {}

    static DemoCall call() {
        return new DemoCall("InvokeModelWithBidirectionalStream " + SONIC, DemoSession::talk);
    }

    private static String talk(SdkClients clients, String prompt) {
        List<String> heard = new CopyOnWriteArrayList<>();
        clients.async()
                .invokeModelWithBidirectionalStream(
                        request -> request.modelId(SONIC),
                        SdkPublisher.fromIterable(said(prompt)),
                        InvokeModelWithBidirectionalStreamResponseHandler.builder()
                                .subscriber(event -> {
                                    if (event instanceof BidirectionalOutputPayloadPart part) {
                                        heard.add(part.bytes().asUtf8String());
                                    }
                                })
                                .build())
                .join();
        long answers = heard.stream()
                .filter(event -> event.contains("\"audioOutput\""))
                .count();
        if (answers != 2) {
            throw new IllegalStateException("two turns had " + answers + " answers: " + heard);
        }
        return heard.size() + " events";
    }

    /** What the caller says; questions need no escaping. */
    private static List<InvokeModelWithBidirectionalStreamInput> said(String prompt) {
        Stream<String> before = Stream.of(
                "{\"sessionStart\":{}}",
                "{\"promptStart\":{\"promptName\":\"p\"}}",
                "{\"contentStart\":{\"role\":\"SYSTEM\",\"type\":\"TEXT\"}}",
                "{\"textInput\":{\"content\":\"" + prompt + "\"}}",
                "{\"contentEnd\":{}}");
        Stream<String> turns = Stream.of(20_000, 5_000)
                .flatMap(length -> Stream.of(
                        "{\"contentStart\":{\"role\":\"USER\",\"type\":\"AUDIO\"}}",
                        "{\"audioInput\":{\"content\":\"" + "A".repeat(length) + "\"}}",
                        "{\"contentEnd\":{}}"));
        Stream<String> after = Stream.of("{\"promptEnd\":{}}", "{\"sessionEnd\":{}}");
        return Stream.of(before, turns, after)
                .flatMap(events -> events)
                .map(event -> InvokeModelWithBidirectionalStreamInput.chunkBuilder()
                        .bytes(SdkBytes.fromUtf8String("{\"event\":" + event + "}"))
                        .build())
                .map(InvokeModelWithBidirectionalStreamInput.class::cast)
                .toList();
    }
}

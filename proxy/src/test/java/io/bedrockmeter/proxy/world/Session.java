package io.bedrockmeter.proxy.world;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.BidirectionalOutputPayloadPart;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithBidirectionalStreamInput;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithBidirectionalStreamResponseHandler;

/** A session of speech by the SDK, in which a test says and hears event by event. Thread-safe. */
public final class Session {
    /** A model that talks. */
    public static final String SONIC = "amazon.nova-sonic-v1:0";

    private final Speaker speaker = new Speaker();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> call;

    private Session(BedrockRuntimeAsyncClient client) {
        this.call = client.invokeModelWithBidirectionalStream(
                request -> request.modelId(SONIC),
                speaker,
                InvokeModelWithBidirectionalStreamResponseHandler.builder()
                        .subscriber(event -> {
                            if (event instanceof BidirectionalOutputPayloadPart part) {
                                heard.add(part.bytes().asUtf8String());
                            }
                        })
                        .build());
    }

    /** Opens a session. */
    public static Session open(BedrockRuntimeAsyncClient client) {
        return new Session(client);
    }

    /** Begins, and says what comes before the first turn: 18 tokens of text. */
    public Session begin() {
        return say("{\"sessionStart\":{}}")
                .say("{\"promptStart\":{\"promptName\":\"p\"}}")
                .say("{\"contentStart\":{\"role\":\"SYSTEM\",\"type\":\"TEXT\"}}")
                .say("{\"textInput\":{\"content\":\"" + "be kind ".repeat(9) + "\"}}")
                .say("{\"contentEnd\":{}}");
    }

    /** Says something: a token of speech for each 1000 characters. */
    public Session turn(int characters) {
        return say("{\"contentStart\":{\"role\":\"USER\",\"type\":\"AUDIO\"}}")
                .say("{\"audioInput\":{\"content\":\"" + "A".repeat(characters) + "\"}}")
                .say("{\"contentEnd\":{}}");
    }

    /** Says that this was all. */
    public Session end() {
        say("{\"promptEnd\":{}}").say("{\"sessionEnd\":{}}");
        speaker.end();
        return this;
    }

    /** Says one event. */
    public Session say(String event) {
        speaker.say(InvokeModelWithBidirectionalStreamInput.chunkBuilder()
                .bytes(SdkBytes.fromUtf8String("{\"event\":" + event + "}"))
                .build());
        return this;
    }

    /** How many events of a kind were heard. */
    public long heard(String kind) {
        return heard.stream().filter(event -> event.contains('"' + kind + '"')).count();
    }

    /** All that was heard, for the message of a failure. */
    public String everything() {
        return heard.stream().collect(Collectors.joining("\n"));
    }

    /** How many events were taken off this caller's hands. */
    public long taken() {
        return speaker.taken();
    }

    /** The call. */
    public CompletableFuture<Void> call() {
        return call;
    }

    /** Says what it is given, as fast as it is asked. */
    private static final class Speaker implements SdkPublisher<InvokeModelWithBidirectionalStreamInput>, Subscription {
        private final ArrayDeque<InvokeModelWithBidirectionalStreamInput> unsaid = new ArrayDeque<>();
        private @Nullable Subscriber<? super InvokeModelWithBidirectionalStreamInput> listener;
        private long asked;
        private long taken;
        private boolean ended;
        private boolean over;
        private boolean speaking;

        @Override
        public void subscribe(Subscriber<? super InvokeModelWithBidirectionalStreamInput> subscriber) {
            synchronized (this) {
                listener = subscriber;
            }
            subscriber.onSubscribe(this);
        }

        synchronized void say(InvokeModelWithBidirectionalStreamInput event) {
            unsaid.add(event);
            speak();
        }

        synchronized void end() {
            ended = true;
            speak();
        }

        synchronized long taken() {
            return taken;
        }

        @Override
        public synchronized void request(long more) {
            asked += more;
            speak();
        }

        @Override
        public synchronized void cancel() {
            over = true;
        }

        private void speak() {
            if (speaking) {
                return;
            }
            speaking = true;
            while (listener != null && !over && asked > 0 && !unsaid.isEmpty()) {
                asked--;
                taken++;
                listener.onNext(unsaid.remove());
            }
            if (listener != null && !over && ended && unsaid.isEmpty()) {
                over = true;
                listener.onComplete();
            }
            speaking = false;
        }
    }
}

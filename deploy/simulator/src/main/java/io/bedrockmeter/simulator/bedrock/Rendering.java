package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.family.ClaudeMessages;
import io.bedrockmeter.simulator.family.ConverseFormat;
import io.bedrockmeter.simulator.family.Event;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.family.Generation;
import io.bedrockmeter.simulator.family.Nova;
import io.bedrockmeter.simulator.family.OpenAiChat;
import io.bedrockmeter.simulator.family.ResponsesFormat;
import io.bedrockmeter.simulator.script.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Gives one generation its wire form for the operation that was called. */
final class Rendering {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOKENS = "X-Amzn-Bedrock-";
    private static final int TEXT_MAX = 1200;

    private final Call call;
    private final Generation generation;
    private final Optional<Guardrail> guardrail;

    Rendering(Call call, Generation generation, Optional<Guardrail> guardrail) {
        this.call = call;
        this.generation = generation;
        this.guardrail = guardrail;
    }

    Answer.Head head() {
        Operation operation = call.route().operation();
        List<Header> headers = new ArrayList<>(Errors.commonHeaders(call.caller(), operation.dialect()));
        headers.add(new Header(
                "Content-Type",
                operation.isEventStream()
                        ? "application/vnd.amazon.eventstream"
                        : call.isServerSent() ? "text/event-stream" : "application/json"));
        if (operation == Operation.INVOKE_MODEL_WITH_RESPONSE_STREAM) {
            headers.add(new Header("X-Amzn-Bedrock-Content-Type", "application/json"));
        }
        if (operation.isInvoke()) {
            echo(headers);
        }
        if (operation == Operation.INVOKE_MODEL) {
            tokenHeaders(headers);
        }
        return new Answer.Head(200, headers);
    }

    Answer.Body body() {
        return call.isStream() ? stream(events()) : unary(unaryJson(), call.script());
    }

    /** The text of the answer that a guardrail looks at. */
    long answerCharacters() {
        return call.isStream()
                ? (long) generation.events() * generation.eventText().length()
                : text().length();
    }

    /** What is answered where a guardrail blocked the input. */
    Answer.Body refusal(Guardrail by) {
        if (!call.route().operation().isInvoke()) {
            return body();
        }
        ObjectNode json = call.isStream()
                ? call.family().refusalChunk(generation, by.answer(""))
                : call.family().body(generation, by.answer(""));
        by.addTo(json, 0, null);
        return call.isStream() ? stream(List.of(new Event("chunk", json)).iterator()) : unary(json, call.script());
    }

    /** Cuts a body into the pieces that the script asks for. */
    static Answer.Body cut(Script script, Answer.Body body) {
        List<Integer> sizes = script.paceOrDefault().chunkBytes();
        return sizes == null || sizes.isEmpty()
                ? body
                : new Answer.Body(new Pieces(body.pieces(), sizes), body.length(), true);
    }

    /** The whole answer as one object of the responses interface. */
    ObjectNode response() {
        return ResponsesFormat.body(generation, text());
    }

    private Answer.Body stream(Iterator<Event> events) {
        String id = call.caller().requestId();
        Encoding encoding = call.isServerSent() ? new SseEncoding(call.route().operation(), id) : new FrameEncoding(id);
        StreamBody pieces = new StreamBody(events, call.script(), encoding);
        return cut(call.script(), new Answer.Body(pieces, Answer.Body.UNKNOWN_LENGTH, false));
    }

    private Iterator<Event> events() {
        return switch (call.route().operation()) {
            case CONVERSE_STREAM -> converse().events(generation);
            case CHAT_COMPLETIONS ->
                new OpenAiChat()
                        .events(
                                generation,
                                call.json()
                                        .path("stream_options")
                                        .path("include_usage")
                                        .asBoolean(false));
            case RESPONSES -> ResponsesFormat.events(generation);
            case MESSAGES -> new ClaudeMessages().events(generation);
            default -> chunks();
        };
    }

    private Iterator<Event> chunks() {
        Iterator<ObjectNode> chunks = call.family().chunks(generation);
        Iterable<ObjectNode> iterable = () -> chunks;
        Stream<ObjectNode> lazily = StreamSupport.stream(iterable.spliterator(), false);
        if (guardrail.isPresent()) {
            lazily = lazily.map(chunk -> chunks.hasNext() ? chunk : guarded(chunk, guardrail.get()));
        }
        if (generation.floats()) {
            lazily = lazily.map(Floats::in);
        }
        return lazily.map(chunk -> new Event("chunk", chunk)).iterator();
    }

    private ObjectNode guarded(ObjectNode last, Guardrail by) {
        by.addTo(last, answerCharacters(), by.changesOutput() ? call.family().body(generation, text()) : null);
        return last;
    }

    private ObjectNode unaryJson() {
        String text = guardrail.map(by -> by.answer(text())).orElseGet(this::text);
        return switch (call.route().operation()) {
            case CONVERSE -> converse().body(generation, text);
            case CHAT_COMPLETIONS -> new OpenAiChat().completion(generation, text);
            case RESPONSES -> ResponsesFormat.body(generation, text);
            default -> nativeJson(text);
        };
    }

    private ObjectNode nativeJson(String text) {
        ObjectNode body = call.family().body(generation, text);
        if (guardrail.isPresent() && call.route().operation() == Operation.INVOKE_MODEL) {
            guarded(body, guardrail.get());
            // Seen of Nova: what a guardrail changed tells the input only; the headers tell both.
            if (guardrail.get().changesOutput() && call.family() instanceof Nova) {
                body.putObject("usage").put("inputTokens", generation.counts().input());
            }
        }
        return generation.floats() ? Floats.in(body) : body;
    }

    private String text() {
        return call.script().paceOrDefault().bodyBytes() != null
                ? Filler.PLACE
                : Filler.text(Math.clamp(4 * generation.counts().output(), 1, TEXT_MAX));
    }

    private static Answer.Body unary(ObjectNode json, Script script) {
        Long length = script.paceOrDefault().bodyBytes();
        String text = JSON.writeValueAsString(json);
        Answer.Body body = length == null || !text.contains(Filler.PLACE)
                ? Answer.Body.of(text.getBytes(StandardCharsets.UTF_8))
                : new Answer.Body(Filler.filledUp(text, length), Filler.lengthOf(text, length), false);
        return cut(script, body);
    }

    private ConverseFormat converse() {
        return new ConverseFormat(call.family().cachesPromptsOf(call.model().base()), converseTrace());
    }

    private @Nullable ObjectNode converseTrace() {
        boolean routed = call.model().onPath().contains("prompt-router/");
        boolean traced = guardrail.isPresent() && guardrail.get().traced();
        if (!routed && !traced) {
            return null;
        }
        ObjectNode trace = JsonNodeFactory.instance.objectNode();
        if (traced) {
            trace.set("guardrail", guardrail.orElseThrow().converseTrace(answerCharacters(), text()));
        }
        if (routed) {
            trace.putObject("promptRouter")
                    .put(
                            "invokedModelId",
                            "arn:aws:bedrock:us-east-1::foundation-model/"
                                    + call.model().base());
        }
        return trace;
    }

    private void echo(List<Header> headers) {
        if (generation.tier() != null) {
            headers.add(new Header("X-Amzn-Bedrock-Service-Tier", generation.tier()));
        }
        if (generation.latencyMode() != null) {
            headers.add(new Header("X-Amzn-Bedrock-PerformanceConfig-Latency", generation.latencyMode()));
        }
    }

    private void tokenHeaders(List<Header> headers) {
        headers.add(new Header(TOKENS + "Invocation-Latency", Long.toString(generation.latencyMillis())));
        boolean blocked = guardrail.isPresent() && guardrail.get().blocksInput();
        Family family = call.family();
        if (!generation.usageShown() || blocked || family.tokenHeaders() == Family.TokenHeaders.NONE) {
            return;
        }
        count(headers, "Input-Token-Count", generation.counts().input());
        if (family.tokenHeaders() == Family.TokenHeaders.BOTH) {
            count(headers, "Output-Token-Count", generation.counts().output());
        }
        if (family.showsCacheReadHeader(generation)) {
            count(headers, "Cache-Read-Input-Token-Count", generation.counts().cacheRead());
        }
        if (family.showsCacheWriteHeader(generation)
                && !call.script().servedOrAsAsked().hidesCacheWriteHeader()) {
            count(headers, "Cache-Write-Input-Token-Count", generation.counts().cacheWrite());
        }
    }

    private static void count(List<Header> headers, String name, long count) {
        headers.add(new Header(TOKENS + name, Long.toString(count)));
    }
}

package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.family.ConverseFormat;
import io.bedrockmeter.simulator.family.Event;
import io.bedrockmeter.simulator.family.Family;
import io.bedrockmeter.simulator.family.Generation;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Gives a generation its wire form for the operation that was called. */
final class Rendering {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOKENS = "X-Amzn-Bedrock-";
    private static final int TEXT_MAX = 1200;
    private static final String REFUSAL = "Sorry, the model cannot answer this question.";

    private Rendering() {}

    static Answer.Head head(Call call, Generation generation) {
        List<Header> headers = new ArrayList<>(Errors.commonHeaders(call.caller()));
        Operation operation = call.route().operation();
        headers.add(new Header(
                "Content-Type", operation.isStream() ? "application/vnd.amazon.eventstream" : "application/json"));
        if (operation == Operation.INVOKE_MODEL_WITH_RESPONSE_STREAM) {
            headers.add(new Header("X-Amzn-Bedrock-Content-Type", "application/json"));
        }
        if (!operation.isConverse()) {
            echo(headers, generation);
        }
        if (operation == Operation.INVOKE_MODEL) {
            tokenHeaders(headers, call, generation);
        }
        return new Answer.Head(200, headers);
    }

    static Answer.Body body(Call call, Generation generation) {
        Script script = call.script();
        return call.route().operation().isStream()
                ? stream(call, events(call, generation))
                : unary(script, unaryJson(call, generation));
    }

    /** What is answered where a guardrail blocked the input. */
    static Answer.Body refusal(Call call, Generation generation) {
        if (call.route().operation().isConverse()) {
            return body(call, generation);
        }
        ObjectNode json = call.route().operation().isStream()
                ? call.family().refusalChunk(generation, REFUSAL)
                : call.family().body(generation, REFUSAL);
        json.put("amazon-bedrock-guardrailAction", "INTERVENED");
        return call.route().operation().isStream()
                ? stream(call, List.of(new Event("chunk", json)).iterator())
                : unary(call.script(), json);
    }

    /** Cuts a body into the pieces that the script asks for. */
    static Answer.Body cut(Script script, Answer.Body body) {
        List<Integer> sizes = script.paceOrDefault().chunkBytes();
        return sizes == null || sizes.isEmpty()
                ? body
                : new Answer.Body(new Pieces(body.pieces(), sizes), body.length(), true);
    }

    private static Answer.Body stream(Call call, Iterator<Event> events) {
        Frames frames = new Frames(events, call.script(), call.caller().requestId());
        return cut(call.script(), new Answer.Body(frames, Answer.Body.UNKNOWN_LENGTH, false));
    }

    private static Iterator<Event> events(Call call, Generation generation) {
        Family family = call.family();
        if (call.route().operation() == Operation.CONVERSE_STREAM) {
            return converse(call).events(generation);
        }
        Iterator<ObjectNode> chunks = family.chunks(generation);
        Iterable<ObjectNode> iterable = () -> chunks;
        Stream<ObjectNode> lazily = StreamSupport.stream(iterable.spliterator(), false);
        return lazily.map(chunk -> new Event("chunk", chunk)).iterator();
    }

    private static ObjectNode unaryJson(Call call, Generation generation) {
        String text = call.script().paceOrDefault().bodyBytes() != null
                ? Filler.PLACE
                : Filler.text(Math.clamp(4 * generation.counts().output(), 1, TEXT_MAX));
        return call.route().operation().isConverse()
                ? converse(call).body(generation, text)
                : call.family().body(generation, text);
    }

    private static Answer.Body unary(Script script, ObjectNode json) {
        Long length = script.paceOrDefault().bodyBytes();
        String text = JSON.writeValueAsString(json);
        Answer.Body body = length == null || !text.contains(Filler.PLACE)
                ? Answer.Body.of(text.getBytes(StandardCharsets.UTF_8))
                : new Answer.Body(Filler.filledUp(text, length), Filler.lengthOf(text, length), false);
        return cut(script, body);
    }

    private static ConverseFormat converse(Call call) {
        return new ConverseFormat(call.family().cachesPromptsOf(call.model().base()));
    }

    private static void echo(List<Header> headers, Generation generation) {
        if (generation.tier() != null) {
            headers.add(new Header("X-Amzn-Bedrock-Service-Tier", generation.tier()));
        }
        if (generation.latencyMode() != null) {
            headers.add(new Header("X-Amzn-Bedrock-PerformanceConfig-Latency", generation.latencyMode()));
        }
    }

    private static void tokenHeaders(List<Header> headers, Call call, Generation generation) {
        headers.add(new Header(TOKENS + "Invocation-Latency", Long.toString(generation.latencyMillis())));
        if (!generation.usageShown() || call.script().has(Fault.Kind.GUARDRAIL_BLOCKED)) {
            return;
        }
        Family family = call.family();
        count(headers, "Input-Token-Count", generation.counts().input());
        if (!family.isEmbedding()) {
            count(headers, "Output-Token-Count", generation.counts().output());
        }
        if (family.showsCacheReadHeader(generation)) {
            count(headers, "Cache-Read-Input-Token-Count", generation.counts().cacheRead());
        }
        if (family.showsCacheWriteHeader(generation)) {
            count(headers, "Cache-Write-Input-Token-Count", generation.counts().cacheWrite());
        }
    }

    private static void count(List<Header> headers, String name, long count) {
        headers.add(new Header(TOKENS + name, Long.toString(count)));
    }
}

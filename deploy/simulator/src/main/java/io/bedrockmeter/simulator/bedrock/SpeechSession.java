package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.call.Answer;
import io.bedrockmeter.simulator.call.Dialect;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.ModelId;
import io.bedrockmeter.simulator.call.Operation;
import io.bedrockmeter.simulator.family.Event;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.sigv4.FrameSignatures;
import io.bedrockmeter.simulator.truth.Counts;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.eventstream.HeaderValue;
import software.amazon.awssdk.eventstream.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One stream in both directions with a model of speech: after every content of the caller it tells the usage so far, after
 * those of the user it answers. Confined to one event loop.
 */
public final class SpeechSession {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long SPEECH_OUTPUT_PER_TURN = 25;
    private static final long TEXT_OUTPUT_PER_TURN = 10;
    private static final int TEXT_BYTES_PER_TOKEN = 4;
    private static final int SPEECH_BYTES_PER_TOKEN = 1000;

    private final Caller caller;
    private final ModelId model;
    private final Script script;
    private final Bills bills;
    private final Optional<FrameSignatures> signatures;
    private final FrameEncoding encoding;
    private final List<byte[]> answers = new ArrayList<>();
    private SpeechTokens total = SpeechTokens.NONE;
    private SpeechTokens told = SpeechTokens.NONE;
    private long frames;
    private long turns;
    private boolean ofUser;
    private String outcome = "";

    SpeechSession(Caller caller, ModelId model, Script script, Bills bills, Optional<FrameSignatures> signatures) {
        this.caller = caller;
        this.model = model;
        this.script = script;
        this.bills = bills;
        this.signatures = signatures;
        this.encoding = new FrameEncoding(caller.requestId());
    }

    /** The head of the answer. */
    public Answer.Head head() {
        List<Header> headers = new ArrayList<>(Errors.commonHeaders(caller, Dialect.AWS));
        headers.add(new Header("Content-Type", "application/vnd.amazon.eventstream"));
        return new Answer.Head(200, headers);
    }

    /** How long the head of the answer is kept back, in milliseconds, and with it all that follows. */
    public long headDelayMillis() {
        return Inference.timing(script).firstByteDelayMillis();
    }

    /** Takes a frame of the request, and gives those to answer it with. */
    public List<byte[]> onFrame(Message frame) {
        answers.clear();
        if (signatures.isPresent() && !signatures.get().accept(frame)) {
            fail("bad_signature", "The request signature we calculated does not match the signature you provided.");
        } else {
            boolean wrapped = frame.getHeaders().containsKey(":chunk-signature");
            if (wrapped && frame.getPayload().length == 0) {
                outcome = "ok";
            } else {
                onChunk(wrapped ? Message.decode(ByteBuffer.wrap(frame.getPayload())) : frame);
            }
        }
        return List.copyOf(answers);
    }

    /** The request ended. Frames that are signed have an end of their own, and without it something was cut off. */
    public void onEnd() {
        if (!isOver()) {
            outcome = signatures.isPresent() ? "truncated" : "ok";
        }
    }

    /** The time of the session is over. */
    public List<byte[]> onTimeout() {
        answers.clear();
        fail("session_timeout", "The session lasted its eight minutes.");
        return List.copyOf(answers);
    }

    /** The caller went away. */
    public void onClientGone() {
        if (!isOver()) {
            outcome = "client_gone";
        }
    }

    public boolean isOver() {
        return !outcome.isEmpty();
    }

    /** The bill of what happened so far. */
    public TruthEntry truth() {
        return bills.billed(
                        caller,
                        Operation.INVOKE_MODEL_WITH_BIDIRECTIONAL_STREAM.apiName(),
                        model.onPath(),
                        total.counts(),
                        Map.of(),
                        model)
                .withOutcome(outcome);
    }

    private void onChunk(Message message) {
        HeaderValue type = message.getHeaders().get(":event-type");
        if (type == null || !type.getString().equals("chunk")) {
            fail("bad_request", "A frame is no chunk.");
            return;
        }
        JsonNode payload = JSON.readTree(message.getPayload());
        JsonNode event = JSON.readTree(payload.path("bytes").binaryValue()).path("event");
        if (event.has("contentStart")) {
            ofUser = event.path("contentStart").path("role").asString("USER").equals("USER");
        } else if (event.has("textInput")) {
            long bytes = event.path("textInput").path("content").asString("").length();
            total = total.plus(new SpeechTokens(0, tokens(bytes, TEXT_BYTES_PER_TOKEN), 0, 0));
        } else if (event.has("audioInput")) {
            long bytes = event.path("audioInput").path("content").asString("").length();
            total = total.plus(new SpeechTokens(tokens(bytes, SPEECH_BYTES_PER_TOKEN), 0, 0, 0));
        } else if (event.has("contentEnd")) {
            onContentEnd();
        } else if (event.has("sessionEnd") && turns > 0) {
            send("completionEnd", object().put("stopReason", "END_TURN"));
        }
    }

    private void onContentEnd() {
        if (ofUser) {
            if (script.has(Fault.Kind.EXCEPTION)
                    && Objects.requireNonNull(script.fault()).place() == turns) {
                outcome = "exception";
                answers.add(encoding.exception(script.fault()));
                return;
            }
            answer();
        }
        total = script.usage() == null ? total : SpeechTokens.of(script.usage().counts());
        tellUsage();
    }

    private void answer() {
        if (turns++ == 0) {
            send("completionStart", object().put("completionId", caller.requestId()));
        }
        send(
                "textOutput",
                object().put("content", "The meter reads what passes.").put("role", "ASSISTANT"));
        send("audioOutput", object().put("content", "UklGRg==").put("role", "ASSISTANT"));
        total = total.plus(new SpeechTokens(0, 0, SPEECH_OUTPUT_PER_TURN, TEXT_OUTPUT_PER_TURN));
    }

    private void tellUsage() {
        ObjectNode usage = object().put("completionId", caller.requestId());
        ObjectNode details = usage.putObject("details");
        details.set("delta", total.minus(told).json());
        details.set("total", total.json());
        usage.put("sessionId", caller.requestId())
                .put("totalInputTokens", total.input())
                .put("totalOutputTokens", total.output())
                .put("totalTokens", total.input() + total.output());
        told = total;
        if (!script.has(Fault.Kind.MISSING_USAGE)) {
            send("usageEvent", usage);
        }
    }

    private void send(String name, ObjectNode body) {
        ObjectNode event = object();
        event.putObject("event").set(name, body);
        answers.add(encoding.event(new Event("chunk", event), frames++));
    }

    private void fail(String newOutcome, String message) {
        outcome = newOutcome;
        answers.add(encoding.exception(new Fault(Fault.Kind.EXCEPTION, null, "validationException", message, null)));
    }

    private static long tokens(long bytes, int bytesPerToken) {
        return Math.max(1, bytes / bytesPerToken);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Tokens of speech and of text, in and out. */
    private record SpeechTokens(long speechInput, long textInput, long speechOutput, long textOutput) {
        static final SpeechTokens NONE = new SpeechTokens(0, 0, 0, 0);

        static SpeechTokens of(Counts counts) {
            return new SpeechTokens(
                    counts.other("speech_input"), counts.input(), counts.other("speech_output"), counts.output());
        }

        SpeechTokens plus(SpeechTokens more) {
            return new SpeechTokens(
                    speechInput + more.speechInput,
                    textInput + more.textInput,
                    speechOutput + more.speechOutput,
                    textOutput + more.textOutput);
        }

        SpeechTokens minus(SpeechTokens less) {
            return new SpeechTokens(
                    speechInput - less.speechInput,
                    textInput - less.textInput,
                    speechOutput - less.speechOutput,
                    textOutput - less.textOutput);
        }

        long input() {
            return speechInput + textInput;
        }

        long output() {
            return speechOutput + textOutput;
        }

        Counts counts() {
            return new Counts(textInput, textOutput, 0, 0, 0)
                    .withOthers(Map.of("speech_input", speechInput, "speech_output", speechOutput));
        }

        ObjectNode json() {
            ObjectNode json = object();
            json.putObject("input").put("speechTokens", speechInput).put("textTokens", textInput);
            json.putObject("output").put("speechTokens", speechOutput).put("textTokens", textOutput);
            return json;
        }
    }
}

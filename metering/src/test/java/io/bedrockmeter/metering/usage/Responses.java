package io.bedrockmeter.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.eventstream.Frames;
import io.bedrockmeter.metering.model.ModelRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Small responses written by hand, and the reading of them. */
final class Responses {
    static final RequestFacts REQUEST = RequestFacts.ofBytes(400);
    private static final String COUNT = "X-Amzn-Bedrock-%s-Token-Count";

    private Responses() {}

    static Wire invoke(String model, Map<String, String> headers, String body) {
        return wire(WireFormat.INVOKE_JSON, model, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    static Wire converse(String model, String body) {
        return wire(WireFormat.CONVERSE_JSON, model, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    static Wire converseStream(String model, byte[]... frames) {
        return wire(WireFormat.CONVERSE_EVENT_STREAM, model, Map.of(), Frames.join(frames));
    }

    static Wire invokeStream(String model, String... documents) {
        return invokeStreamOf(model, Stream.of(documents).map(Responses::chunk).toArray(byte[][]::new));
    }

    static Wire invokeStreamOf(String model, byte[]... frames) {
        return wire(WireFormat.INVOKE_EVENT_STREAM, model, Map.of(), Frames.join(frames));
    }

    static Wire wire(WireFormat format, String model, Map<String, String> headers, byte[] body) {
        return new Wire(format, ModelRef.parse(model), REQUEST, 200, headers, ByteBuffer.wrap(body));
    }

    /** An answer in server-sent events, one for each document. */
    static Wire sse(WireFormat format, String model, String... data) {
        String body = Stream.of(data).map(one -> "data: " + one + "\n\n").collect(Collectors.joining());
        return wire(
                format,
                model,
                Map.of("Content-Type", "text/event-stream; charset=utf-8"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    /** A chunk as the service pads it. */
    static byte[] chunk(String document) {
        String base64 = Base64.getEncoder().encodeToString(document.getBytes(StandardCharsets.UTF_8));
        return Frames.event("chunk", "{\"bytes\":\"" + base64 + "\",\"p\":\"abcdefghijklmnopqrstuvwxyzABCDE\"}");
    }

    static byte[] delta(String text) {
        return Frames.event(
                "contentBlockDelta",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + text
                        + "\"},\"p\":\"abcdefghijklmnopqrstuvwxyzABCDE\"}");
    }

    static byte[] metadata(String members) {
        return Frames.event("metadata", "{\"metrics\":{\"latencyMs\":7},\"p\":\"ab\"," + members + "}");
    }

    static String metrics(String counts) {
        return "\"amazon-bedrock-invocationMetrics\":{" + counts + ",\"invocationLatency\":9,\"firstByteLatency\":3}";
    }

    static Map<String, String> counted(String input, String output) {
        return Map.of(COUNT.formatted("Input"), input, COUNT.formatted("Output"), output);
    }

    static Map<String, String> counted(String input, String output, String cacheRead, String cacheWrite) {
        return Map.of(
                COUNT.formatted("Input"), input,
                COUNT.formatted("Output"), output,
                COUNT.formatted("Cache-Read-Input"), cacheRead,
                COUNT.formatted("Cache-Write-Input"), cacheWrite);
    }

    static Usage tokens(long input, long output) {
        return Usage.of(UsageUnit.INPUT, input, UsageUnit.OUTPUT, output);
    }

    /** The reading of a response, the same however it is cut. */
    static UsageReading read(Wire wire) {
        UsageReading whole = wire.whole();
        assertThat(wire.pieces(1)).as("byte by byte").isEqualTo(whole);
        for (int cut = 1; cut < wire.length(); cut++) {
            assertThat(wire.cutAt(cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        return whole;
    }

    /** The usage of a response that is read exactly, without two signals in disagreement. */
    static Usage exact(Wire wire) {
        UsageReading reading = read(wire);
        assertThat(reading).isInstanceOf(UsageReading.Exact.class);
        assertThat(reading.disagreed()).as("disagreed").isFalse();
        return ((UsageReading.Exact) reading).usage();
    }

    /** The usage of a response that is read exactly, where two signals disagree. */
    static Usage exactDisagreed(Wire wire) {
        UsageReading reading = read(wire);
        assertThat(reading).isInstanceOf(UsageReading.Exact.class);
        assertThat(reading.disagreed()).as("disagreed").isTrue();
        return ((UsageReading.Exact) reading).usage();
    }

    static UsageReading.Partial partial(UsageReading reading) {
        assertThat(reading).isInstanceOf(UsageReading.Partial.class);
        UsageReading.Partial partial = (UsageReading.Partial) reading;
        partial.seen()
                .forEach((unit, count) ->
                        assertThat(partial.estimate().count(unit)).isGreaterThanOrEqualTo(count));
        return partial;
    }

    static UsageReading.Absent absent(UsageReading reading) {
        assertThat(reading).isInstanceOf(UsageReading.Absent.class);
        return (UsageReading.Absent) reading;
    }
}

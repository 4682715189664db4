package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.family.Event;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Script;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of a stream: events made and encoded one at a time. Applies the faults that are made of events: an exception after
 * so many deltas, a broken event.
 */
final class StreamBody implements Iterator<byte[]> {
    /** The members by which a chunk of a family without event types is known to carry text. */
    private static final List<String> NATIVE_DELTAS = List.of(
            "contentBlockDelta", "outputText", "generation", "outputs", "completion", "choices", "message", "text");

    private final Iterator<Event> events;
    private final Script script;
    private final Encoding encoding;
    private long number;
    private long deltas;
    private boolean ended;

    StreamBody(Iterator<Event> events, Script script, Encoding encoding) {
        this.events = events;
        this.script = script;
        this.encoding = encoding;
    }

    @Override
    public boolean hasNext() {
        return !ended && events.hasNext();
    }

    @Override
    public byte[] next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        Event event = events.next();
        Fault fault = script.fault();
        if (fault != null && fault.kind() == Fault.Kind.EXCEPTION) {
            boolean isDelta = isDelta(event);
            // The exception takes the place of the delta after the last one allowed, or of the stream's end.
            if ((isDelta && deltas == fault.place()) || !events.hasNext()) {
                ended = true;
                return encoding.exception(fault);
            }
            deltas += isDelta ? 1 : 0;
        }
        byte[] bytes = encoding.event(event, number);
        if (script.has(Fault.Kind.CORRUPT_FRAME)
                && Objects.requireNonNull(fault).place() == number) {
            encoding.corrupt(bytes);
        }
        number++;
        return events.hasNext() ? bytes : withEnd(bytes);
    }

    private byte[] withEnd(byte[] last) {
        byte[] end = encoding.end();
        if (end.length == 0) {
            return last;
        }
        byte[] both = Arrays.copyOf(last, last.length + end.length);
        System.arraycopy(end, 0, both, last.length, end.length);
        return both;
    }

    private static boolean isDelta(Event event) {
        ObjectNode payload = event.payload();
        return switch (event.type()) {
            case "contentBlockDelta", "content_block_delta", "response.output_text.delta" -> true;
            case "chunk", Event.UNNAMED ->
                switch (payload.path("type").asString("")) {
                    case "content_block_delta" -> true;
                    case "", "completion" -> NATIVE_DELTAS.stream().anyMatch(payload::has);
                    default -> false;
                };
            default -> false;
        };
    }
}

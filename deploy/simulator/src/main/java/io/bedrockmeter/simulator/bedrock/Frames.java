package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.family.Event;
import io.bedrockmeter.simulator.frames.FrameEncoder;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Script;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of a stream: events made, padded and framed one at a time. Applies the faults that are made of frames: an
 * exception after so many deltas, a wrong checksum.
 */
final class Frames implements Iterator<byte[]> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /** The members by which a chunk of a family without event types is known to carry text. */
    private static final List<String> NATIVE_DELTAS =
            List.of("contentBlockDelta", "outputText", "generation", "outputs");

    private final Iterator<Event> events;
    private final Script script;
    private final long seed;
    private long number;
    private long deltas;
    private boolean ended;

    Frames(Iterator<Event> events, Script script, String requestId) {
        this.events = events;
        this.script = script;
        this.seed = requestId.hashCode();
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
                return exception(fault);
            }
            deltas += isDelta ? 1 : 0;
        }
        byte[] frame = frame(event);
        if (script.has(Fault.Kind.CORRUPT_FRAME)
                && Objects.requireNonNull(fault).place() == number) {
            frame[frame.length - 1] ^= 1;
        }
        number++;
        return frame;
    }

    private byte[] frame(Event event) {
        ObjectNode payload = event.payload();
        if (event.type().equals("chunk")) {
            String native64 = Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(payload));
            payload = JsonNodeFactory.instance.objectNode().put("bytes", native64);
        }
        payload.put("p", padding());
        return FrameEncoder.event(event.type(), JSON.writeValueAsBytes(payload));
    }

    private static boolean isDelta(Event event) {
        ObjectNode payload = event.payload();
        return switch (event.type()) {
            case "contentBlockDelta" -> true;
            case "chunk" ->
                payload.path("type").asString("").equals("content_block_delta")
                        || NATIVE_DELTAS.stream().anyMatch(payload::has);
            default -> false;
        };
    }

    private static byte[] exception(Fault fault) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("message", fault.message() == null ? "The stream failed." : fault.message());
        if (fault.originalStatusCode() != null) {
            payload.put("originalStatusCode", fault.originalStatusCode());
        }
        String type = fault.type() == null ? "internalServerException" : fault.type();
        return FrameEncoder.exception(type, JSON.writeValueAsBytes(payload));
    }

    private String padding() {
        long spread = ((seed + number) * 0x9E3779B97F4A7C15L) >>> 33;
        return PADDING.substring(0, 1 + (int) (spread % PADDING.length()));
    }
}

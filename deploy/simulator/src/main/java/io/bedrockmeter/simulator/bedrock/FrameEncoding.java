package io.bedrockmeter.simulator.bedrock;

import io.bedrockmeter.simulator.family.Event;
import io.bedrockmeter.simulator.frames.FrameEncoder;
import io.bedrockmeter.simulator.script.Fault;
import java.util.Base64;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Frames of the AWS event stream, each with padding of another length. */
final class FrameEncoding implements Encoding {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final byte[] NOTHING = {};

    private final long seed;

    FrameEncoding(String requestId) {
        this.seed = requestId.hashCode();
    }

    @Override
    public byte[] event(Event event, long number) {
        ObjectNode payload = event.payload();
        if (event.type().equals("chunk")) {
            String native64 = Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(payload));
            payload = JsonNodeFactory.instance.objectNode().put("bytes", native64);
        }
        payload.put("p", padding(number));
        return FrameEncoder.event(event.type(), JSON.writeValueAsBytes(payload));
    }

    @Override
    public byte[] exception(Fault fault) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("message", fault.message() == null ? "The stream failed." : fault.message());
        if (fault.originalStatusCode() != null) {
            payload.put("originalStatusCode", fault.originalStatusCode());
        }
        String type = fault.type() == null ? "internalServerException" : fault.type();
        return FrameEncoder.exception(type, JSON.writeValueAsBytes(payload));
    }

    @Override
    public void corrupt(byte[] event) {
        event[event.length - 1] ^= 1;
    }

    @Override
    public byte[] end() {
        return NOTHING;
    }

    private String padding(long number) {
        long spread = ((seed + number) * 0x9E3779B97F4A7C15L) >>> 33;
        return PADDING.substring(0, 1 + (int) (spread % PADDING.length()));
    }
}

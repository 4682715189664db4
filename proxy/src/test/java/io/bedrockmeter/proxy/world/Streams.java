package io.bedrockmeter.proxy.world;

import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.frames.FrameEncoder;
import io.bedrockmeter.simulator.script.RawAnswer;
import io.bedrockmeter.simulator.script.Script;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One short answer of ConverseStream whose every byte is known, to be cut where a test likes. */
public final class Streams {
    /** How many frames it has: start, text, end of the block, stop, metadata. */
    public static final int FRAMES = 5;

    private Streams() {}

    /** The simulator answers with it. */
    public static Script script() {
        return Script.NORMAL.withRaw(RawAnswer.of(
                200, List.of(new Header("Content-Type", "application/vnd.amazon.eventstream")), frames(FRAMES)));
    }

    /** The simulator answers with it and announces its length, which nobody is known to do. */
    public static Script scriptWithLength() {
        byte[] all = frames(FRAMES);
        return Script.NORMAL.withRaw(RawAnswer.of(
                200,
                List.of(
                        new Header("Content-Type", "application/vnd.amazon.eventstream"),
                        new Header("Content-Length", Integer.toString(all.length))),
                all));
    }

    /** Its first frames. */
    public static byte[] frames(int count) {
        List<byte[]> all = List.of(
                event("messageStart", "{\"role\":\"assistant\"}"),
                event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"hello\"}}"),
                event("contentBlockStop", "{\"contentBlockIndex\":0}"),
                event("messageStop", "{\"stopReason\":\"end_turn\"}"),
                event("metadata", "{\"usage\":{\"inputTokens\":7,\"outputTokens\":5,\"totalTokens\":12}}"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        all.subList(0, count).forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    private static byte[] event(String type, String json) {
        return FrameEncoder.event(type, json.getBytes(StandardCharsets.UTF_8));
    }
}

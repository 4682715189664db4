package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bedrockmeter.simulator.frames.FrameEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The frames of one answer as Bedrock would stream it, made once for many streams: how it opens, content frames to send again
 * and again, and how it closes with its usage.
 *
 * @param opening the frames before the content
 * @param content content frames, alike but for their padding {@code p}
 * @param closing the frames after the content; the last tells the usage
 */
record Frames(List<byte[]> opening, List<byte[]> content, List<byte[]> closing) {
    static final int INPUT_TOKENS = 25;

    private static final String PADDING = "abcdefghijklmnop";

    /** A ConverseStream answer; one output token for each content frame. */
    static Frames converse(Shape shape) {
        List<byte[]> content = new ArrayList<>();
        int bareBytes = converseContent("", "").length;
        for (int i = 0; i < PADDING.length(); i++) {
            content.add(converseContent(words(shape.frameBytes() - bareBytes - i), PADDING.substring(0, i)));
        }
        return new Frames(
                List.of(frame("messageStart", "{\"p\":\"abcdefg\",\"role\":\"assistant\"}")),
                content,
                List.of(
                        frame("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"abc\"}"),
                        frame("messageStop", "{\"p\":\"abcdefghij\",\"stopReason\":\"end_turn\"}"),
                        frame(
                                "metadata",
                                "{\"metrics\":{\"latencyMs\":704},\"p\":\"abcde\",\"usage\":{\"inputTokens\":"
                                        + INPUT_TOKENS
                                        + ",\"outputTokens\":" + shape.frames() + ",\"totalTokens\":"
                                        + (INPUT_TOKENS + shape.frames()) + "}}")));
    }

    /** A Claude answer of InvokeModelWithResponseStream; one output token for each content frame. */
    static Frames claude(Shape shape) {
        List<byte[]> content = new ArrayList<>();
        int bareBytes = claudeContent("", "").length;
        for (int i = 0; i < PADDING.length(); i++) {
            int textBytes = (shape.frameBytes() - bareBytes - i) * 3 / 4 + 3;
            content.add(claudeContent(words(textBytes), PADDING.substring(0, i)));
        }
        return new Frames(
                List.of(
                        chunk(
                                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_bdrk_bench\",\"type\":\"message\","
                                        + "\"role\":\"assistant\",\"model\":\"claude-sonnet-4-20250514\",\"content\":[],"
                                        + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":"
                                        + INPUT_TOKENS
                                        + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
                                        + "\"output_tokens\":1}}}",
                                "abcdefg"),
                        chunk(
                                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                                "abc")),
                content,
                List.of(
                        chunk("{\"type\":\"content_block_stop\",\"index\":0}", "abcdefghijk"),
                        chunk(
                                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                                        + "\"usage\":{\"output_tokens\":" + shape.frames() + "}}",
                                "ab"),
                        chunk(
                                "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":"
                                        + INPUT_TOKENS + ",\"outputTokenCount\":" + shape.frames()
                                        + ",\"invocationLatency\":704,\"firstByteLatency\":120}}",
                                "abcdefghijklmno")));
    }

    /** All frames of a stream of this shape. */
    long count(Shape shape) {
        return (long) opening.size() + shape.frames() + closing.size();
    }

    private static byte[] converseContent(String text, String padding) {
        return frame(
                "contentBlockDelta",
                "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + text + "\"},\"p\":\"" + padding + "\"}");
    }

    private static byte[] claudeContent(String text, String padding) {
        return chunk(
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text
                        + "\"}}",
                padding);
    }

    private static byte[] chunk(String event, String padding) {
        String bytes = Base64.getEncoder().encodeToString(event.getBytes(UTF_8));
        return frame("chunk", "{\"bytes\":\"" + bytes + "\",\"p\":\"" + padding + "\"}");
    }

    private static String words(int bytes) {
        return "word ".repeat(Math.max(1, (bytes + 4) / 5));
    }

    private static byte[] frame(String eventType, String json) {
        return FrameEncoder.event(eventType, json.getBytes(UTF_8));
    }
}

package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Everything that is sent for one {@link Shape}, made once as bytes of HTTP/1.1, so that an answer costs a copy of its head and
 * a few writes. Immutable: its buffers are read through duplicates.
 */
final class Answers {
    /** A unary answer. */
    record Unary(AnswerHead head, ByteBuf body) {}

    /** A streamed answer: each buffer is whole frames, each frame a chunk of the transfer coding. */
    record Streamed(AnswerHead head, ByteBuf opening, List<ByteBuf> content, ByteBuf closing) {}

    private static final int OUTPUT_TOKENS = 180;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Shape shape;
    private final Unary invoke;
    private final Unary converse;
    private final Streamed invokeStream;
    private final Streamed converseStream;

    Answers(Shape shape) {
        this.shape = shape;
        this.invoke = unary(
                "X-Amzn-Bedrock-Invocation-Latency: 704\r\nX-Amzn-Bedrock-Output-Token-Count: " + OUTPUT_TOKENS
                        + "\r\nX-Amzn-Bedrock-Input-Token-Count: " + Frames.INPUT_TOKENS + "\r\n",
                claudeBody(words(shape.answerBytes() - claudeBody("").length())));
        this.converse = unary(
                "", converseBody(words(shape.answerBytes() - converseBody("").length())));
        this.invokeStream = streamed("X-Amzn-Bedrock-Content-Type: application/json\r\n", Frames.claude(shape), shape);
        this.converseStream = streamed("", Frames.converse(shape), shape);
    }

    Shape shape() {
        return shape;
    }

    Unary invoke() {
        return invoke;
    }

    Unary converse() {
        return converse;
    }

    Streamed invokeStream() {
        return invokeStream;
    }

    Streamed converseStream() {
        return converseStream;
    }

    private static Unary unary(String fields, String json) {
        byte[] body = json.getBytes(UTF_8);
        return new Unary(
                new AnswerHead(
                        "200 OK",
                        "Content-Type: application/json\r\nContent-Length: " + body.length
                                + "\r\nConnection: keep-alive\r\n" + fields),
                direct(body));
    }

    private static Streamed streamed(String fields, Frames frames, Shape shape) {
        byte[] end = shape.held() ? new byte[0] : "0\r\n\r\n".getBytes(US_ASCII);
        ByteArrayOutputStream closing = new ByteArrayOutputStream();
        if (!shape.held()) {
            closing.writeBytes(chunked(frames.closing()));
        }
        closing.writeBytes(end);
        return new Streamed(
                new AnswerHead(
                        "200 OK",
                        "Content-Type: application/vnd.amazon.eventstream\r\nTransfer-Encoding: chunked\r\n"
                                + "Connection: keep-alive\r\n" + fields),
                direct(chunked(frames.opening())),
                frames.content().stream()
                        .map(frame -> direct(chunked(List.of(frame))))
                        .toList(),
                direct(closing.toByteArray()));
    }

    private static byte[] chunked(List<byte[]> frames) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            chunks.writeBytes(Integer.toHexString(frame.length).getBytes(US_ASCII));
            chunks.writeBytes(LINE_END);
            chunks.writeBytes(frame);
            chunks.writeBytes(LINE_END);
        }
        return chunks.toByteArray();
    }

    /** Direct, so that no write copies it, and the collector's to free, so that a new shape needs no count of who reads. */
    private static ByteBuf direct(byte[] bytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.max(1, bytes.length));
        memory.put(bytes).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(memory).asReadOnly());
    }

    private static String claudeBody(String text) {
        return "{\"id\":\"msg_bdrk_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
                + "\"claude-sonnet-4-20250514\",\"content\":[{\"type\":\"text\",\"text\":\"" + text
                + "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":"
                + Frames.INPUT_TOKENS + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
                + "\"output_tokens\":" + OUTPUT_TOKENS + "}}";
    }

    private static String converseBody(String text) {
        return "{\"metrics\":{\"latencyMs\":704},\"output\":{\"message\":{\"content\":[{\"text\":\"" + text
                + "\"}],\"role\":\"assistant\"}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":"
                + Frames.INPUT_TOKENS + ",\"outputTokens\":" + OUTPUT_TOKENS + ",\"totalTokens\":"
                + (Frames.INPUT_TOKENS + OUTPUT_TOKENS) + "}}";
    }

    private static String words(int bytes) {
        return "word ".repeat(Math.max(0, bytes / 5));
    }
}

package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** One connection of the bench's upstream: knows the operation by the end of the path and reads nothing else of a request. */
final class FastBedrockConnection extends ChannelInboundHandlerAdapter implements MessageScanner.Listener {
    private static final AnswerHead NO_CONTENT = new AnswerHead("200 OK", "Content-Length: 0\r\n");
    private static final AnswerHead NOT_FOUND =
            new AnswerHead("404 Not Found", "x-amzn-ErrorType: UnknownOperationException\r\nContent-Length: 0\r\n");
    private static final AnswerHead BAD_REQUEST = new AnswerHead("400 Bad Request", "Content-Length: 0\r\n");
    private static final byte SPACE = ' ';
    private static final byte SLASH = '/';

    private final FastBedrock server;
    private final MessageScanner scanner = new MessageScanner(this);
    private @Nullable ChannelHandlerContext context;
    private String operation = "";
    private @Nullable FrameStream stream;

    FastBedrockConnection(FastBedrock server) {
        this.server = server;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) {
        context = newContext;
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            scanner.read(in);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext thisContext) {
        thisContext.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext thisContext) {
        if (stream != null && thisContext.channel().isWritable()) {
            stream.advance();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext thisContext) {
        if (stream != null) {
            stream.cancel();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext thisContext, Throwable cause) {
        thisContext.close();
    }

    @Override
    public void onHead(ByteBuf in, int start, int end) {
        int path = in.indexOf(start, end, SPACE) + 1;
        int pathEnd = in.indexOf(path, end, SPACE);
        int slash = in.indexOf(pathEnd - 1, path, SLASH);
        operation = in.toString(slash + 1, pathEnd - slash - 1, US_ASCII);
    }

    @Override
    public void onBody(ByteBuf in, int start, int length) {
        // The upstream of a bench reads no prompts.
    }

    @Override
    public void onEnd() {
        if (stream != null) {
            throw new IllegalStateException("a request came before the answer to the one before it had ended");
        }
        Answers answers = server.answers();
        switch (operation) {
            case "invoke" -> answer(answers.invoke());
            case "converse" -> answer(answers.converse());
            case "invoke-with-response-stream" -> answer(answers.invokeStream(), answers.shape());
            case "converse-stream" -> answer(answers.converseStream(), answers.shape());
            case "ready" -> answer(NO_CONTENT);
            default -> answer(operation.startsWith("shape?") ? reshape(operation.substring(6)) : NOT_FOUND);
        }
    }

    private AnswerHead reshape(String query) {
        try {
            server.answerAs(Shape.parse(query));
            return NO_CONTENT;
        } catch (IllegalArgumentException e) {
            return BAD_REQUEST;
        }
    }

    private void answer(AnswerHead head) {
        write(head.write(context().alloc(), server.nextNumber(), 0));
    }

    private void answer(Answers.Unary answer) {
        ByteBuf body = answer.body();
        boolean small = body.readableBytes() <= 4096;
        ByteBuf first = answer.head().write(context().alloc(), server.nextNumber(), small ? body.readableBytes() : 0);
        if (small) {
            write(first.writeBytes(body.duplicate()));
        } else {
            write(first);
            write(body.duplicate());
        }
    }

    private void answer(Answers.Streamed answer, Shape shape) {
        FrameStream started = new FrameStream(context().channel(), answer, shape, () -> stream = null);
        stream = started;
        started.start(server.nextNumber());
    }

    private void write(ByteBuf bytes) {
        context().write(bytes, context().voidPromise());
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the handler has no channel yet");
        }
        return context;
    }
}

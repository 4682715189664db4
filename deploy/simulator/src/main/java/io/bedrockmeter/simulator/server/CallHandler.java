package io.bedrockmeter.simulator.server;

import io.bedrockmeter.simulator.bedrock.Bedrock;
import io.bedrockmeter.simulator.call.Endpoint;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.call.Received;
import io.bedrockmeter.simulator.truth.TruthLog;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes whole requests of one HTTP/1.1 connection, or of one HTTP/2 stream, and answers them in turn. Confined to its
 * event loop.
 */
final class CallHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(CallHandler.class);
    private static final int PIPELINED_MAX = 64;

    private final Bedrock bedrock;
    private final TruthLog truth;
    private final Endpoint endpoint;
    private final boolean http2;
    private final Queue<Pending> waiting = new ArrayDeque<>();
    private @Nullable AnswerWriter current;

    /** A request whose turn has not come. */
    private record Pending(Received request, boolean keepAlive) {}

    CallHandler(Bedrock bedrock, TruthLog truth, Endpoint endpoint, boolean http2) {
        this.bedrock = bedrock;
        this.truth = truth;
        this.endpoint = endpoint;
        this.http2 = http2;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (waiting.size() == PIPELINED_MAX || request.decoderResult().isFailure()) {
            var unused = context.close();
            return;
        }
        List<Header> headers = request.headers().entries().stream()
                .map(entry -> new Header(entry.getKey(), entry.getValue()))
                .toList();
        Received received = new Received(
                request.method().name(), request.uri(), headers, ByteBufUtil.getBytes(request.content()), endpoint);
        waiting.add(new Pending(received, HttpUtil.isKeepAlive(request)));
        answerNext(context);
    }

    private void answerNext(ChannelHandlerContext context) {
        Pending next = current == null && context.channel().isActive() ? waiting.poll() : null;
        if (next == null) {
            return;
        }
        AnswerWriter writer = new AnswerWriter(context, bedrock.answer(next.request()), truth, http2, next.keepAlive());
        current = writer;
        writer.start(() -> {
            current = null;
            if (next.keepAlive() && !http2) {
                answerNext(context);
            }
        });
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (current != null) {
            current.onWritabilityChanged();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (current != null) {
            current.onClientGone();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.atDebug().setCause(cause).log("connection failed");
        var unused = context.close();
    }
}

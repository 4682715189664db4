package io.bedrockmeter.proxy.server;

import io.bedrockmeter.proxy.exchange.Stop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells HTTP/2 from HTTP/1.1 on a plaintext connection by its first bytes, then gives its place to the codec. The AWS SDKs for
 * Java (async) and JavaScript speak HTTP/2 with prior knowledge over {@code http://}: they send the preface at once.
 */
final class ProtocolDetector extends ByteToMessageDecoder {
    private final Consumer<ChannelPipeline> http1;
    private final Consumer<ChannelPipeline> http2;
    private final Duration limit;
    private final Runnable onSilence;
    private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();

    private @Nullable Future<?> silence;

    /** A detector that closes a connection which has not shown its protocol within the limit, after telling so. */
    ProtocolDetector(
            Consumer<ChannelPipeline> http1, Consumer<ChannelPipeline> http2, Duration limit, Runnable onSilence) {
        this.http1 = http1;
        this.http2 = http2;
        this.limit = limit;
        this.onSilence = onSilence;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        silence = context.executor().schedule(() -> giveUp(context), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void giveUp(ChannelHandlerContext context) {
        onSilence.run();
        context.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        super.channelActive(context);
        context.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Stop) {
            context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf received, List<Object> out) {
        int compared = Math.min(received.readableBytes(), preface.readableBytes());
        boolean same = true;
        for (int i = 0; i < compared && same; i++) {
            same = received.getByte(received.readerIndex() + i) == preface.getByte(i);
        }
        if (same && compared < preface.readableBytes()) {
            // Part of the preface so far: not enough to tell.
            context.read();
            return;
        }
        (same ? http2 : http1).accept(context.pipeline());
        context.pipeline().remove(this);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        preface.release();
        if (silence != null) {
            silence.cancel(false);
        }
    }
}

package io.bedrockmeter.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells HTTP/2 from HTTP/1.1 on a plaintext connection by its first bytes, then gives its place to the codec. The AWS SDKs for
 * Java (async) and JavaScript speak HTTP/2 with prior knowledge over {@code http://}: they send the preface at once.
 */
final class ProtocolDetector extends ByteToMessageDecoder {
    private final Consumer<ChannelPipeline> http1;
    private final Consumer<ChannelPipeline> http2;
    private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();

    ProtocolDetector(Consumer<ChannelPipeline> http1, Consumer<ChannelPipeline> http2) {
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        super.channelActive(context);
        context.read();
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
    }
}

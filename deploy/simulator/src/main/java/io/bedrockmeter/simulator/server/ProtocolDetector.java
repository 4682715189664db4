package io.bedrockmeter.simulator.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;
import java.util.function.Consumer;

/** Looks at the first bytes of a connection and installs HTTP/2 for its preface, HTTP/1.1 for anything else. */
public final class ProtocolDetector extends ByteToMessageDecoder {
    private static final ByteBuf PREFACE = Unpooled.unreleasableBuffer(Http2CodecUtil.connectionPrefaceBuf());

    private final Consumer<ChannelPipeline> http1;
    private final Consumer<ChannelPipeline> http2;

    /**
     * A detector for one connection.
     *
     * @param http1 installs HTTP/1.1
     * @param http2 installs HTTP/2 with prior knowledge
     */
    public ProtocolDetector(Consumer<ChannelPipeline> http1, Consumer<ChannelPipeline> http2) {
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int length = Math.min(in.readableBytes(), PREFACE.readableBytes());
        boolean same = in.slice(in.readerIndex(), length).equals(PREFACE.slice(0, length));
        if (same && length < PREFACE.readableBytes()) {
            return;
        }
        (same ? http2 : http1).accept(context.pipeline());
        // Removal hands the bytes that were read to the handlers just installed.
        context.pipeline().remove(this);
    }
}

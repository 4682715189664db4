package io.bedrockmeter.simulator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** One keep-alive connection of the load: one call at a time, timed from when it was due. Confined to its event loop. */
final class CallerConnection extends ChannelInboundHandlerAdapter implements MessageScanner.Listener {
    private static final int STATUS_OFFSET = "HTTP/1.1 ".length();

    private final Channel channel;
    private final Callers callers;
    private final MessageScanner scanner = new MessageScanner(this);
    private final FrameCounter frames = new FrameCounter();
    private boolean calling;
    private long dueNanos;
    private long lastReadNanos;
    private int framesInRead;

    CallerConnection(Channel channel, Callers callers) {
        this.channel = channel;
        this.callers = callers;
    }

    /** Sends a call that was due at {@code due}. */
    void call(ByteBuf request, long due) {
        calling = true;
        dueNanos = due;
        lastReadNanos = 0;
        frames.reset();
        channel.writeAndFlush(request, channel.voidPromise());
    }

    boolean isCalling() {
        return calling;
    }

    boolean isUsable() {
        return channel.isActive();
    }

    Channel channel() {
        return channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        framesInRead = 0;
        try {
            scanner.read(in);
        } finally {
            in.release();
        }
        if (framesInRead > 0) {
            long now = System.nanoTime();
            if (lastReadNanos != 0) {
                callers.tally().gap(now - lastReadNanos);
            }
            lastReadNanos = now;
        }
    }

    @Override
    public void onHead(ByteBuf in, int start, int end) {
        callers.tally().firstByte(System.nanoTime() - dueNanos);
        String status = in.toString(start + STATUS_OFFSET, 3, US_ASCII);
        if (!status.equals("200")) {
            callers.tally().failed("status " + status + ", " + in.toString(start, end - start, US_ASCII));
        }
    }

    @Override
    public void onBody(ByteBuf in, int start, int length) {
        int ended = callers.areStreaming() ? frames.read(in, start, length) : 0;
        framesInRead += ended;
        callers.tally().body(length, ended);
        if (ended > 0) {
            callers.framesEnded(this);
        }
    }

    @Override
    public void onEnd() {
        if (!frames.isBetweenFrames()) {
            callers.tally().failed("a stream ended within a frame");
        }
        calling = false;
        callers.tally().called(System.nanoTime() - dueNanos);
        callers.ended(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        callers.lost(this, "the connection closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        callers.lost(this, cause.toString());
        context.close();
    }
}

package io.bedrockmeter.simulator.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One streamed answer on its way: hands out its frames when they are due, and no faster than the peer reads. Confined to the
 * event loop of its channel.
 */
final class FrameStream {
    private final Channel channel;
    private final Answers.Streamed answer;
    private final Shape shape;
    private final Runnable onEnd;
    private final long startNanos = System.nanoTime();
    private int sent;
    private boolean ended;
    private @Nullable Future<?> timer;

    FrameStream(Channel channel, Answers.Streamed answer, Shape shape, Runnable onEnd) {
        this.channel = channel;
        this.answer = answer;
        this.shape = shape;
        this.onEnd = onEnd;
    }

    void start(long number) {
        ByteBuf first =
                answer.head().write(channel.alloc(), number, answer.opening().readableBytes());
        first.writeBytes(answer.opening().duplicate());
        channel.write(first);
        advance();
    }

    /** Writes what is due as long as the channel takes it; called again when it takes more. */
    void advance() {
        if (ended) {
            return;
        }
        long due = framesDue();
        while (sent < due && channel.isWritable()) {
            ByteBuf frame = answer.content().get(sent % answer.content().size());
            channel.write(frame.duplicate());
            sent++;
        }
        if (sent == shape.frames()) {
            end();
        } else if (sent == due) {
            await();
        }
        channel.flush();
    }

    void cancel() {
        ended = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void end() {
        ended = true;
        if (!shape.held()) {
            channel.write(answer.closing().duplicate());
            onEnd.run();
        }
    }

    private long framesDue() {
        long intervalNanos = shape.interval().toNanos();
        if (intervalNanos == 0) {
            return shape.frames();
        }
        return Math.min(shape.frames(), 1 + (System.nanoTime() - startNanos) / intervalNanos);
    }

    private void await() {
        long dueNanos = startNanos + sent * shape.interval().toNanos();
        timer = channel.eventLoop()
                .schedule(this::advance, Math.max(0, dueNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
}

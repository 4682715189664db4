package io.bedrockmeter.proxy.exchange;

import io.netty.channel.EventLoop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One point in time that may be moved often and is seldom reached. Confined to its event loop.
 *
 * <p>Moving it later costs a field write: the task that is already scheduled looks, when it runs, whether the deadline has
 * moved meanwhile, and schedules itself again for what is left.
 */
final class Deadline {
    private static final long NONE = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Runnable onReached;

    private long atNanos = NONE;
    private long taskAtNanos = NONE;
    private @Nullable ScheduledFuture<?> task;

    Deadline(EventLoop loop, Runnable onReached) {
        this.loop = loop;
        this.onReached = onReached;
    }

    /** Sets or moves the deadline to so many nanoseconds from now. */
    void in(long nanos) {
        atNanos = now() + nanos;
        if (task == null || atNanos < taskAtNanos) {
            schedule(nanos);
        }
    }

    /** There is nothing to wait for at the moment. */
    void clear() {
        atNanos = NONE;
    }

    /** There will never be anything to wait for again. */
    void cancel() {
        atNanos = NONE;
        if (task != null) {
            task.cancel(false);
            task = null;
        }
    }

    private void schedule(long nanos) {
        if (task != null) {
            task.cancel(false);
        }
        taskAtNanos = now() + nanos;
        task = loop.schedule(this::run, nanos, TimeUnit.NANOSECONDS);
    }

    private void run() {
        task = null;
        if (atNanos == NONE) {
            return;
        }
        long left = atNanos - now();
        if (left > 0) {
            schedule(left);
        } else {
            atNanos = NONE;
            onReached.run();
        }
    }

    /** Time of the loop's own ticker, which a test's loop can move. */
    private long now() {
        return loop.ticker().nanoTime();
    }
}

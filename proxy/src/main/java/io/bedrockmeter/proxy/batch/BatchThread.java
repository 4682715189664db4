package io.bedrockmeter.proxy.batch;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a follower's rounds on a thread of its own: one at once, the next after a pause that doubles from round to round, until it
 * is as long as may be. Whoever {@link #wake wakes} it has it begin anew. Thread-safe.
 */
public final class BatchThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BatchThread.class);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Runnable round;
    private final Pauses pauses;
    private final Semaphore calls = new Semaphore(0);
    private @Nullable Thread thread;

    /**
     * How long it rests.
     *
     * @param shortest after the first round
     * @param longest after any
     */
    public record Pauses(Duration shortest, Duration longest) {
        /** Jobs last minutes to days; short ones are those that somebody tries out. */
        public static final Pauses UP_TO_A_MINUTE = new Pauses(Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    /** A thread that does nothing until it is started. */
    public BatchThread(Runnable round, Pauses pauses) {
        this.round = round;
        this.pauses = pauses;
    }

    /** Begins. */
    public synchronized void start() {
        thread = Thread.ofVirtual().name("batch").start(this::run);
    }

    /** Has the next round done after the shortest pause. */
    public void wake() {
        calls.release();
    }

    /** Ends after the question on its way, and waits for that a while. What is not done the next process does. */
    @Override
    public synchronized void close() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            if (!running.join(PATIENCE)) {
                log.atWarn().log("a batch job is still being read; the next process reads it again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = pauses.shortest();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                doRound();
                if (calls.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    // Many may call at once.
                    Thread.sleep(pauses.shortest());
                    calls.drainPermits();
                    pause = pauses.shortest();
                } else {
                    pause = longer(pause);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(pauses.longest()) < 0 ? twice : pauses.longest();
    }

    private void doRound() {
        try {
            round.run();
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("cause", e.getMessage())
                    .log("batch jobs cannot be followed at the moment; they stay open, and are looked at again");
        }
    }
}

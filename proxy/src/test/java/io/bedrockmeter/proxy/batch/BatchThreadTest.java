package io.bedrockmeter.proxy.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BatchThreadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final BatchThread.Pauses FAST = new BatchThread.Pauses(Duration.ofMillis(1), Duration.ofMillis(4));

    private final AtomicInteger rounds = new AtomicInteger();

    @Test
    void beginsWithARoundAndGoesOnThoughOneFails() {
        Runnable failing = () -> {
            if (rounds.incrementAndGet() < 3) {
                throw new IllegalStateException("the ledger cannot be read");
            }
        };

        try (BatchThread thread = new BatchThread(failing, FAST)) {
            thread.start();

            await().atMost(PATIENCE).until(() -> rounds.get() > 5);
        }
    }

    @Test
    void restsLongerAndLongerAndIsQuickAgainOnceItIsWoken() {
        BatchThread.Pauses pauses = new BatchThread.Pauses(Duration.ofMillis(300), Duration.ofDays(1));
        try (BatchThread thread = new BatchThread(rounds::incrementAndGet, pauses)) {
            thread.start();
            await().atMost(PATIENCE).until(() -> rounds.get() == 4);

            // The next one is due in more than two seconds.
            thread.wake();

            await().atMost(Duration.ofSeconds(2)).until(() -> rounds.get() >= 5);
        }
    }

    @Test
    void doesNoRoundAfterItsEndAndEndsInTheMiddleOfOne() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean wasInterrupted = new AtomicBoolean();
        BatchThread thread = new BatchThread(
                () -> {
                    rounds.incrementAndGet();
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        wasInterrupted.set(true);
                        Thread.currentThread().interrupt();
                    }
                },
                FAST);
        thread.start();
        begun.await();

        thread.close();
        thread.wake();

        assertThat(wasInterrupted).isTrue();
        assertThat(rounds).hasValue(1);
    }
}

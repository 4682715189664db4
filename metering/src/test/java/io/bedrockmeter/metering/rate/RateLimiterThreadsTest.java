package io.bedrockmeter.metering.rate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.account.AccountId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Calls of 64 threads at once, in an order that nobody chose: never too many under way, and in the end none. */
class RateLimiterThreadsTest {
    private static final int THREADS = 64;
    private static final int CALLS = 4_000;
    private static final int TEAM_MAX = 7;
    private static final int KEY_MAX = 3;
    private static final int KEYS = 4;

    private final AtomicLong nanos = new AtomicLong();
    private final RateLimiter limiter = new RateLimiter(nanos::get);
    private final AtomicInteger ofTeam = new AtomicInteger();
    private final List<AtomicInteger> ofKeys =
            Stream.generate(AtomicInteger::new).limit(KEYS).toList();
    private final AtomicInteger mostOfTeam = new AtomicInteger();
    private final AtomicInteger mostOfKey = new AtomicInteger();
    private final AtomicInteger admitted = new AtomicInteger();

    @Test
    void neverHasMoreCallsUnderWayThanAllowedAndInTheEndNone() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        limiter.apply(rules());

        run(thread -> {
            RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed + thread);
            for (int i = 0; i < CALLS; i++) {
                call(random);
            }
        });

        assertThat(mostOfTeam.get()).as("seed %d", seed).isBetween(1, TEAM_MAX);
        assertThat(mostOfKey.get()).as("seed %d", seed).isBetween(1, KEY_MAX);
        assertThat(admitted.get()).isGreaterThan(CALLS);
        assertThat(limiter.held()).as("seed %d", seed).isZero();
    }

    @Test
    void admitsAsManyRequestsAsThereAreWhoeverAsks() throws Exception {
        limiter.apply(List.of(new RateRule("r", null, null, RateRule.Sharing.ALL, new Allowance(50_000, 0, 0))));

        run(thread -> {
            for (int i = 0; i < CALLS; i++) {
                if (limiter.hold(account(thread % KEYS), Allowance.UNLIMITED, 0) instanceof RateHold hold) {
                    admitted.incrementAndGet();
                    hold.settle(0);
                }
            }
        });

        assertThat(admitted.get()).isEqualTo(50_000);
    }

    @Test
    void losesNoCountWhereBucketsAreDroppedWhileTheyAreAskedFor() throws Exception {
        limiter.apply(List.of(new RateRule("r", null, null, RateRule.Sharing.KEY, new Allowance(0, 0, 1))));

        run(thread -> {
            for (int i = 0; i < CALLS; i++) {
                int key = i % KEYS;
                if (limiter.hold(account(key), Allowance.UNLIMITED, 0) instanceof RateHold hold) {
                    mostOfKey.accumulateAndGet(ofKeys.get(key).incrementAndGet(), Math::max);
                    ofKeys.get(key).decrementAndGet();
                    hold.settle(0);
                }
            }
        });

        assertThat(mostOfKey.get()).isEqualTo(1);
        assertThat(limiter.held()).isZero();
    }

    private static List<RateRule> rules() {
        return List.of(
                new RateRule("team", null, null, RateRule.Sharing.TEAM, new Allowance(0, 0, TEAM_MAX)),
                new RateRule("key", null, null, RateRule.Sharing.KEY, new Allowance(0, 1_000_000_000, KEY_MAX)));
    }

    private void call(RandomGenerator random) {
        int key = random.nextInt(KEYS);
        if (random.nextInt(100) == 0) {
            limiter.apply(rules());
        }
        nanos.addAndGet(random.nextInt(100_000));
        if (limiter.hold(account(key), Allowance.UNLIMITED, random.nextInt(1_000)) instanceof RateHold hold) {
            admitted.incrementAndGet();
            mostOfTeam.accumulateAndGet(ofTeam.incrementAndGet(), Math::max);
            mostOfKey.accumulateAndGet(ofKeys.get(key).incrementAndGet(), Math::max);
            for (int i = random.nextInt(50); i > 0; i--) {
                Thread.onSpinWait();
            }
            ofTeam.decrementAndGet();
            ofKeys.get(key).decrementAndGet();
            if (random.nextBoolean()) {
                hold.settle(random.nextInt(2_000));
            } else {
                hold.undo();
            }
        }
    }

    private static AccountId account(int key) {
        return new AccountId("search", "ranking", "K" + key);
    }

    @FunctionalInterface
    private interface Work {
        void run(int thread) throws Exception;
    }

    private static void run(Work work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                all.add(() -> {
                    work.run(thread);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(all)) {
                done.get();
            }
        }
    }
}

package io.bedrockmeter.metering.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.budget.BudgetPeriod.Span;
import io.bedrockmeter.metering.budget.Recollection.OfPeriod;
import io.bedrockmeter.metering.budget.Recollection.Spent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That budgets hold, and refuse nothing that fits, whoever calls at once, crashes, settles twice or has its clock set. */
class BudgetsThreadsTest {
    private static final int THREADS = 64;
    private static final long LIMIT = 100_000;
    private static final long OVERSHOOT = 2_000;
    private static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");
    private static final Span DAY = BudgetPeriod.DAY.around(NOON, ZoneOffset.UTC);

    /** The ledger: what each call cost, by its attempt. */
    private final Map<String, Spent> ledger = new ConcurrentHashMap<>();

    @ParameterizedTest
    @EnumSource(
            value = BudgetMode.class,
            names = {"STRICT", "BALANCED"})
    void holdsUnderSixtyFourThreadsAndReturnsToBaseline(BudgetMode mode) throws InterruptedException {
        long seed = System.nanoTime();
        Budgets budgets = open(mode);

        callFromAllThreads(budgets, seed, 2_000, false);

        BudgetStatus end = status(budgets);
        assertThat(spent()).as("seed %d", seed).isEqualTo(end.spent()).isLessThanOrEqualTo(LIMIT + bound(mode));
        assertThat(end).as("seed %d", seed).returns(0L, BudgetStatus::reserved).returns(0L, BudgetStatus::exposure);
        // Nothing is held that could not be spent: the rest can be, to the last cent.
        if (end.left() > 0) {
            assertThat(budgets.reserve(call(new SplittableRandom(seed), end.left())))
                    .as("seed %d", seed)
                    .isInstanceOf(BudgetHold.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = BudgetMode.class,
            names = {"STRICT", "BALANCED"})
    void holdsOverCrashesThatTheLedgerIsRecoveredFrom(BudgetMode mode) throws InterruptedException {
        long seed = System.nanoTime();
        for (int life = 0; life < 12; life++) {
            Budgets budgets = open(mode);

            // Calls that run when the process dies are recovered at their worst case.
            callFromAllThreads(budgets, seed + life, 40, true);

            assertThat(spent()).as("seed %d, life %d", seed, life).isLessThanOrEqualTo(LIMIT + bound(mode));
        }
    }

    @Test
    void refusesNothingThatFits() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < 200; run++) {
            BudgetMode mode = random.nextBoolean() ? BudgetMode.STRICT : BudgetMode.BALANCED;
            Budgets budgets = new Budgets(BudgetListener.NOBODY);
            budgets.begin(List.of(budget(mode))).finish(List.of(), id -> false);
            Map<BudgetHold, Long> running = new HashMap<>();
            long spentUntilNow = 0;
            for (int step = 0; step < 300; step++) {
                if (random.nextInt(3) > 0 || running.isEmpty()) {
                    long worst = random.nextLong(1, LIMIT / 20);
                    BudgetStatus before = status(budgets);
                    BudgetDecision decision = budgets.reserve(call(random, worst));
                    if (decision instanceof BudgetHold hold) {
                        running.put(hold, worst);
                    } else {
                        assertThat(before.spent() + before.reserved() + worst)
                                .as("seed %d, run %d, step %d", seed, run, step)
                                .isGreaterThan(LIMIT);
                    }
                } else {
                    BudgetHold hold = running.keySet().iterator().next();
                    long worst = Objects.requireNonNull(running.remove(hold));
                    long cost = random.nextInt(4) == 0 ? 0 : random.nextLong(worst + 1);
                    hold.settle("", spender(0), new Amounts(cost, 0));
                    hold.settle("", spender(0), new Amounts(cost, 0));
                    spentUntilNow += cost;
                }
                BudgetStatus now = status(budgets);
                assertThat(now.spent()).isEqualTo(spentUntilNow);
                assertThat(now.exposure()).isLessThanOrEqualTo(bound(mode));
                long mostToCome =
                        running.values().stream().mapToLong(worst -> worst).sum();
                assertThat(spentUntilNow + mostToCome)
                        .as("seed %d, run %d, step %d: %s", seed, run, step, now)
                        .isLessThanOrEqualTo(LIMIT + bound(mode));
            }
        }
    }

    @Test
    void countsOnceWhateverIsSpentWhileABudgetComesIntoForce() throws InterruptedException {
        long seed = System.nanoTime();
        Budgets budgets = new Budgets(BudgetListener.NOBODY);
        budgets.begin(List.of()).finish(List.of(), id -> false);
        Thread spending = Thread.ofPlatform().start(() -> {
            try {
                callFromAllThreads(budgets, seed, 1_000, false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        List<Budget> all = new ArrayList<>();
        for (int i = 0; spending.isAlive() && i < 50; i++) {
            all.add(new Budget(
                    "b" + i,
                    BudgetScope.ALL,
                    Each.ALL,
                    BudgetUnit.USD,
                    Long.MAX_VALUE / 4,
                    BudgetPeriod.DAY,
                    ZoneOffset.UTC,
                    BudgetMode.SOFT,
                    0,
                    List.of(),
                    false));
            Recollection recollection = budgets.begin(all);
            Map<String, Spent> snapshot = Map.copyOf(ledger);
            recollection.finish(List.of(new OfPeriod(DAY, List.copyOf(snapshot.values()))), snapshot::containsKey);
        }
        spending.join();

        assertThat(budgets.statuses(NOON))
                .isNotEmpty()
                .allSatisfy(status -> assertThat(status.spent())
                        .as("seed %d, %s", seed, status.budget().name())
                        .isEqualTo(spent()));
    }

    private Budgets open(BudgetMode mode) {
        Budgets budgets = new Budgets(BudgetListener.NOBODY);
        budgets.begin(List.of(budget(mode)))
                .finish(List.of(new OfPeriod(DAY, List.copyOf(ledger.values()))), id -> false);
        return budgets;
    }

    /** Each thread calls, and each fourth of its calls is settled twice; if the process dies, a part of the last ones is never. */
    private void callFromAllThreads(Budgets budgets, long seed, int calls, boolean dies) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(THREADS);
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    SplittableRandom random = new SplittableRandom(seed * 31 + number);
                    for (int i = 0; i < calls; i++) {
                        long worst = random.nextLong(100, 2_000);
                        if (budgets.reserve(call(random, worst)) instanceof BudgetHold hold) {
                            end(hold, seed + "-" + number + "-" + i, worst, random, dies && i > calls - 4);
                        }
                    }
                } finally {
                    ended.countDown();
                }
            });
        }
        ended.await();
    }

    private void end(BudgetHold hold, String id, long worst, SplittableRandom random, boolean dies) {
        if (random.nextInt(10) == 0) {
            hold.release();
            return;
        }
        boolean crashes = dies && random.nextBoolean();
        long cost = crashes || random.nextInt(3) == 0 ? worst : random.nextLong(worst + 1);
        hold.recording(id);
        ledger.put(id, new Spent(spender(0), DAY.startMillis(), new Amounts(cost, 0)));
        if (crashes) {
            return;
        }
        hold.settle(id, spender(0), new Amounts(cost, 0));
        if (random.nextInt(4) == 0) {
            hold.settle(id, spender(0), new Amounts(cost, 0));
        }
    }

    private static BudgetedCall call(SplittableRandom random, long worst) {
        // Clocks are set back and forth within the day.
        return new BudgetedCall(
                spender(random.nextInt(3)),
                NOON.plusSeconds(random.nextInt(-3_600, 3_600)),
                new Amounts(worst, 0),
                true,
                true);
    }

    private long spent() {
        return ledger.values().stream().mapToLong(one -> one.amounts().picos()).sum();
    }

    private static long bound(BudgetMode mode) {
        return mode == BudgetMode.BALANCED ? OVERSHOOT : 0;
    }

    private static Budget budget(BudgetMode mode) {
        return new Budget(
                "b",
                BudgetScope.ALL,
                Each.ALL,
                BudgetUnit.USD,
                LIMIT,
                BudgetPeriod.DAY,
                ZoneOffset.UTC,
                mode,
                bound(mode),
                List.of(50, 100),
                false);
    }

    private static Spender spender(int number) {
        return new Spender("team", "app", "key" + number, "", "model", "on_demand");
    }

    private static BudgetStatus status(Budgets budgets) {
        return budgets.statuses(NOON).get(0);
    }
}

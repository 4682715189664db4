package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.LedgerView;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.SessionBytes;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A proxy that is closed without a drain, at random moments of a printed seed: whatever its calls are at, each has its entry when
 * it is closed, and no buffer is left. The build closes a few; {@code -Dclose.rounds=500} as many as that.
 */
final class CloseTest {
    private static final int ROUNDS = Integer.getInteger("close.rounds", 12);
    private static final int CALLERS = 12;
    private static final int SPREAD_MICROS = 40_000;

    @Test
    void leavesNothingOpenWheneverItIsClosed() {
        long seed = new Random().nextLong();
        System.out.println("closes of seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Row> rows = rowsAfterClose(random);

            assertThat(rows)
                    .as("round %d of seed %d", round, seed)
                    .filteredOn(row -> row.state().equals("OPEN"))
                    .isEmpty();
        }
    }

    private static List<Row> rowsAfterClose(Random random) {
        try (World world =
                        World.open("metering: {on-disconnect: " + (random.nextBoolean() ? "drain" : "cancel") + "}");
                ScheduledExecutorService later = Executors.newScheduledThreadPool(4)) {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                world.script(Script.NORMAL.withPace(Pace.DEFAULT
                        .withFirstByteDelayMillis(random.nextInt(20))
                        .withEvents(1 + random.nextInt(20), 20)
                        .withEventDelayMillis(random.nextInt(5))));
                Runnable call = call(world.proxy().port(), random.nextInt(4), random.nextInt(500));
                calls.add(CompletableFuture.runAsync(call, in(later, random)));
            }
            calls.add(CompletableFuture.runAsync(() -> world.proxy().close(), in(later, random)));
            CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
            return LedgerView.rows(world.ledger());
        }
    }

    private static java.util.concurrent.Executor in(ScheduledExecutorService later, Random random) {
        int micros = random.nextInt(SPREAD_MICROS);
        return action -> later.schedule(action, micros, TimeUnit.MICROSECONDS);
    }

    /** A caller who leaves after some bytes of the answer, if there are any. */
    private static Runnable call(int port, int kind, int bytes) {
        return () -> {
            try (RawClient caller = RawClient.connect(port)) {
                switch (kind) {
                    case 0 -> caller.send(Calls.rawConverse());
                    case 1 -> caller.send(Calls.rawConverseStream());
                    case 2 -> caller.send(cut(Calls.rawConverse(), bytes));
                    default -> caller.send(SessionBytes.turns(1 + bytes % 3));
                }
                caller.read(bytes);
            } catch (UncheckedIOException | IOException e) {
                // The proxy was closed before, or meanwhile.
                return;
            }
        };
    }

    private static String cut(String request, int at) {
        return request.substring(0, 1 + at % (request.length() - 1));
    }
}

package io.bedrockmeter.proxy;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.LedgerView;
import io.bedrockmeter.proxy.world.ProxyProcess;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.Simulator;
import io.bedrockmeter.simulator.SimulatorOptions;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import io.bedrockmeter.simulator.truth.TruthEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A proxy that is killed again and again at random moments under load, and started again on the same ledger. How often: system
 * property {@code crash.kills}.
 */
final class CrashTest {
    private static final int KILLS = Integer.getInteger("crash.kills", 5);
    private static final int CALLERS = 8;
    private static final int ANSWERS_BEFORE_A_KILL = 3 * CALLERS;
    private static final int MILLIS_UNDER_LOAD_MAX = 700;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void keepsWhateverACallerHasSeenThroughEveryKill() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("kills of seed " + seed);
        Random random = new Random(seed);
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        int openAtKills = 0;
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults())) {
            simulator.script(Script.NORMAL
                    .forOperation("ConverseStream")
                    .always()
                    .withPace(Pace.DEFAULT.withEvents(10, 20).withEventDelayMillis(5)));
            Path config = World.configFile(folder, simulator.endpoint(), World.Settings.DEFAULT);

            for (int i = 0; i < KILLS; i++) {
                loadAndKill(config, seen, random.nextInt(MILLIS_UNDER_LOAD_MAX));
                openAtKills += open(rows());
            }
            try (ProxyProcess last = ProxyProcess.start(config)) {
                assertThat(last.stop()).isEqualTo(143);
            }

            List<Row> rows = rows();
            assertThat(open(rows)).isZero();
            everythingSeenIsRecorded(rows, seen);
            everyCallIsAccountedFor(rows, simulator.truth(), openAtKills);
            System.out.printf(
                    "%d kills: %d calls, %d answers seen whole, %d calls open when killed%n",
                    KILLS, rows.size(), seen.size(), openAtKills);
        }
    }

    /** Callers that start before the proxy is warm, and a kill in the middle of what they do. */
    private static void loadAndKill(Path config, ConcurrentLinkedQueue<String> seen, int millis) throws Exception {
        AtomicInteger answers = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        try (ProxyProcess proxy = ProxyProcess.start(config)) {
            for (int i = 0; i < CALLERS; i++) {
                String call = i % 2 == 0 ? Calls.rawConverse() : Calls.rawConverseStream();
                callers.add(Thread.ofPlatform().start(() -> callUntilItDies(proxy, call, seen, answers)));
            }
            await("load").atMost(PATIENCE).until(() -> answers.get() >= ANSWERS_BEFORE_A_KILL);
            proxy.killAfter(millis);
            for (Thread caller : callers) {
                caller.join();
            }
        }
    }

    private static void callUntilItDies(
            ProxyProcess proxy, String call, ConcurrentLinkedQueue<String> seen, AtomicInteger answers) {
        try (RawClient client = RawClient.connect(proxy.port())) {
            while (true) {
                RawResponse answer = client.send(call).response();
                seen.add(Objects.requireNonNull(answer.header("x-bedrock-meter-attempt-id")));
                answers.incrementAndGet();
            }
        } catch (UncheckedIOException | IOException killed) {
            // As planned.
        }
    }

    private static void everythingSeenIsRecorded(List<Row> rows, ConcurrentLinkedQueue<String> seen) {
        Map<String, Row> byAttempt = rows.stream().collect(toMap(Row::attemptId, Function.identity()));
        assertThat(seen)
                .allSatisfy(attempt ->
                        assertThat(byAttempt.get(attempt)).isNotNull().returns("EXACT", Row::state));
    }

    /** What Bedrock bills is in the ledger, exactly or as a call that a crash cut off, and nothing else is. */
    private static void everyCallIsAccountedFor(List<Row> rows, List<TruthEntry> truth, int openAtKills) {
        List<Row> unknown = rows.stream()
                .filter(row -> row.state().equals("UNKNOWN_AFTER_CRASH"))
                .toList();
        Map<String, TruthEntry> byRequest = truth.stream().collect(toMap(TruthEntry::requestId, Function.identity()));
        List<Row> known =
                rows.stream().filter(row -> row.upstreamRequestId() != null).toList();
        assertThat(unknown)
                .hasSize(openAtKills)
                .allSatisfy(row -> assertThat(row.costPicos()).isPositive());
        assertThat(known)
                .allSatisfy(row -> assertThat(byRequest.get(row.upstreamRequestId()))
                        .isNotNull()
                        .returns(row.units(), TruthEntry::units));
        assertThat(truth.size() - known.size()).isBetween(0, unknown.size());
        assertThat(rows)
                .filteredOn(row -> !row.state().equals("UNKNOWN_AFTER_CRASH"))
                .allSatisfy(row -> assertThat(row.state()).isEqualTo("EXACT"));
    }

    /** What the files hold, read from copies: SQLite would repair them, and the proxy is to find them as the kill left them. */
    private List<Row> rows() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy"));
        for (String name : List.of("ledger.db", "ledger.db-wal")) {
            Files.deleteIfExists(copy.resolve(name));
            if (Files.exists(folder.resolve(name))) {
                Files.copy(folder.resolve(name), copy.resolve(name));
            }
        }
        return LedgerView.rows(copy.resolve("ledger.db"));
    }

    private static int open(List<Row> rows) {
        return (int) rows.stream().filter(row -> row.state().equals("OPEN")).count();
    }
}

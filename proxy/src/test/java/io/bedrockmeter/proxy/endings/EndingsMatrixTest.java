package io.bedrockmeter.proxy.endings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.batch.BatchThread;
import io.bedrockmeter.proxy.endings.EndingsTable.Cell;
import io.bedrockmeter.proxy.endings.EndingsTable.Law;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.conformance.ConformanceCase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation with every ending: one entry, which says what the table says, and what the upstream's truth says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EndingsMatrixTest {
    private static final EndingsTable TABLE = EndingsTable.read();
    private static final Path CASES =
            Path.of(System.getProperty("bedrockmeter.root"), "deploy", "conformance", "cases");
    /** So much of an answer that a stream has told of its input, if it tells of that first. */
    private static final int INSIDE_BYTES = 1_500;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Worlds by how long their proxies wait. */
    private final Map<List<String>, World> worlds = new HashMap<>();

    @AfterAll
    void close() {
        worlds.values().forEach(World::close);
    }

    static List<Cell> cellsToBeBroughtAbout() {
        return TABLE.cells().stream()
                .filter(cell -> cell.law() instanceof Law.Entry)
                .toList();
    }

    @Test
    void hasOnePlaceForEveryOperationAndEnding() {
        assertThat(TABLE.problems()).isEmpty();
    }

    @Test
    void findsTheCasesThatItLeavesToTheConformanceSet() {
        List<ConformanceCase> cases = ConformanceCase.all(CASES, "000000");

        assertThat(TABLE.cells())
                .filteredOn(cell -> cell.law() instanceof Law.Case law
                        && cases.stream().noneMatch(one -> EndingsTable.says(one, law)))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cellsToBeBroughtAbout")
    void recordsOneEntryThatSaysHowTheCallEnded(Cell cell) throws IOException {
        World world = worlds.computeIfAbsent(cell.end().patience(), EndingsMatrixTest::open);
        world.simulator().reset();
        Call call = call(world, cell);
        int before = world.rows().size();
        world.script(cell.end().script(cell.call()));

        call.run();

        List<Row> rows = Conservation.settled(world);
        Law.Entry law = (Law.Entry) cell.law();
        assertThat(rows.subList(before, rows.size()))
                .singleElement()
                .returns(cell.call().operation().operationName(), Row::operation)
                .returns(law.state(), Row::state)
                .returns(law.reason(), Row::reason)
                .returns(law.costStatus(), Row::costStatus);
        assertThat(world.proxy().metered().rates().held())
                .as("held of limits of rate")
                .isZero();
        Conservation.holdsBetweenLedgerAndMeters(world);
    }

    @FunctionalInterface
    private interface Call {
        void run() throws IOException;
    }

    private static Call call(World world, Cell cell) {
        if (cell.call().operation().isBidirectional()) {
            return () -> talk(world, cell.end());
        }
        String request = cell.call().request(world, cell.end().key());
        return () -> send(world, request, cell.end());
    }

    private static void send(World world, String request, CallEnd end) throws IOException {
        try (RawClient caller = world.raw().send(request)) {
            switch (end.leaving()) {
                case NEVER -> caller.readAll();
                case BEFORE_THE_HEAD -> {
                    awaitUpstream(world);
                    caller.reset();
                }
                case INSIDE -> {
                    caller.readUntil("\r\n\r\n");
                    caller.read(INSIDE_BYTES);
                    caller.reset();
                }
            }
        }
    }

    private static void talk(World world, CallEnd end) {
        Session session = Session.open(world.async(end.key())).begin().turn(20_000);
        switch (end.leaving()) {
            case NEVER -> {
                if (end != CallEnd.STALL_INSIDE) {
                    session.end();
                }
                await("the session's end").atMost(PATIENCE).until(session.call()::isDone);
            }
            case BEFORE_THE_HEAD -> {
                awaitUpstream(world);
                session.call().cancel(true);
            }
            case INSIDE -> {
                await("an answer").atMost(PATIENCE).until(() -> session.heard("usageEvent") == 2);
                session.call().cancel(true);
            }
        }
    }

    /** Until the upstream has the whole request. */
    private static void awaitUpstream(World world) {
        await("the call is with the upstream")
                .atMost(PATIENCE)
                .until(() -> world.simulator().scriptsWaiting() == 0);
    }

    private static World open(List<String> patience) {
        String sections =
                "metering: {on-disconnect: cancel, meter-hold: 0s}\nlimits: {async-invocations: true, batch: true,"
                        + " rates: {one: {per: all, concurrent: 1}}}";
        String upstream = patience.isEmpty() ? "" : "  " + String.join("\n  ", patience);
        // What the proxy asks by itself would take the script that a call is to meet.
        BatchThread.Pauses never = new BatchThread.Pauses(Duration.ofDays(1), Duration.ofDays(1));
        return World.open(new World.Settings(sections, upstream, true, null), never);
    }
}

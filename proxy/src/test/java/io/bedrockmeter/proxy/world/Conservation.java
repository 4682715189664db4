package io.bedrockmeter.proxy.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.simulator.truth.TruthEntry;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The law: whatever happened, the ledger, the meters and the simulator's truth say the same, to the picodollar, and nothing is
 * left open.
 */
public final class Conservation {
    private static final String BATCH = "batch";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Conservation() {}

    /** Holds where every call's usage could be read: all three sums are equal, call by call. */
    public static void holdsExactly(World world) {
        List<Row> rows = settled(world);
        Map<String, TruthEntry> truth =
                ofCalls(world).stream().collect(Collectors.toMap(TruthEntry::requestId, entry -> entry));
        Map<String, Row> byRequest = new HashMap<>();
        for (Row row : Row.ofCalls(rows)) {
            if (row.upstreamRequestId() != null) {
                assertThat(byRequest.put(row.upstreamRequestId(), row))
                        .as("one entry for each request id")
                        .isNull();
            }
        }
        for (TruthEntry told : truth.values()) {
            Row row =
                    Objects.requireNonNull(byRequest.get(told.requestId()), () -> "the ledger has no entry of " + told);
            assertThat(row.costPicos()).as("cost of %s", told).isEqualTo(picos(told));
            Map<String, Long> billed = told.billed() ? nonZero(told.units()) : Map.of();
            assertThat(row.units()).as("units of %s", told).isEqualTo(billed);
        }
        BigInteger batch = ofRecords(world).stream()
                .map(told -> BigInteger.valueOf(picos(told)))
                .reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(ledgerPicos(ofJobs(rows))).as("Σ batch jobs").isEqualTo(batch);
        assertThat(ledgerPicos(rows)).as("Σ ledger").isEqualTo(meterPicos(world));
    }

    /**
     * Holds always: nothing is open, meters show what the ledger holds, and what calls itself exact is the truth, wherever the
     * simulator knows it.
     */
    public static void holdsBetweenLedgerAndMeters(World world) {
        List<Row> rows = settled(world);
        Map<String, TruthEntry> truth = ofCalls(world).stream()
                .filter(TruthEntry::billed)
                .collect(Collectors.toMap(TruthEntry::requestId, entry -> entry));
        for (Row row : Row.ofCalls(rows)) {
            TruthEntry told = row.upstreamRequestId() == null ? null : truth.get(row.upstreamRequestId());
            if (told != null && row.state().equals("EXACT")) {
                assertThat(row.units()).as("units of %s", told).isEqualTo(nonZero(told.units()));
                if (told.usd() != null) {
                    assertThat(row.costPicos()).as("cost of %s", told).isEqualTo(picos(told));
                }
            }
        }
        assertThat(ledgerPicos(rows)).as("Σ ledger").isEqualTo(meterPicos(world));
    }

    /** The rows, once none is open and there is one for every request that the simulator received whole. */
    public static List<Row> settled(World world) {
        await("every call is settled").atMost(PATIENCE).untilAsserted(() -> {
            List<Row> rows = world.rows();
            assertThat(rows).filteredOn(row -> row.state().equals("OPEN")).isEmpty();
            assertThat(rows)
                    .as("one entry for each request that the upstream received")
                    .hasSizeGreaterThanOrEqualTo(ofCalls(world).size());
        });
        return world.rows();
    }

    private static List<TruthEntry> ofCalls(World world) {
        return world.simulator().truth().stream()
                .filter(told -> !BATCH.equals(told.mode()))
                .toList();
    }

    /** Of records of batch jobs, whose prices the ledger has summed up. */
    private static List<TruthEntry> ofRecords(World world) {
        return world.simulator().truth().stream()
                .filter(told -> BATCH.equals(told.mode()))
                .toList();
    }

    private static List<Row> ofJobs(List<Row> rows) {
        return rows.stream().filter(row -> row.mode().equals(BATCH)).toList();
    }

    private static BigInteger ledgerPicos(List<Row> rows) {
        return rows.stream().map(row -> BigInteger.valueOf(row.costPicos())).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static BigInteger meterPicos(World world) {
        return world.proxy().metered().meters().totalCostPicos();
    }

    private static long picos(TruthEntry told) {
        if (!told.billed()) {
            return 0;
        }
        assertThat(told.usd()).as("the simulator's price of %s", told).isNotNull();
        return new BigDecimal(told.usd()).movePointRight(12).longValueExact();
    }

    private static Map<String, Long> nonZero(Map<String, Long> units) {
        return units.entrySet().stream()
                .filter(unit -> unit.getValue() != 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}

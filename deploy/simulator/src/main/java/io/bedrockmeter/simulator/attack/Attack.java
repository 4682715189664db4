package io.bedrockmeter.simulator.attack;

import io.bedrockmeter.simulator.attack.Siege.Health;
import io.bedrockmeter.simulator.bench.Options;
import io.bedrockmeter.simulator.bench.ProcessReading;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Attacks a proxy, and judges what that did to it: no healthy call may fail, its memory must not grow, and it must come to rest
 * when the attackers are gone.
 *
 * <p>{@code --port N --pid N [--rate 200] [--idle 2000] [--attackers 500] [--addresses 50] [--warm-up-seconds 10] [--seconds 60]
 * [--rest-seconds 20]}; exits 1 if it fails.
 */
public final class Attack {
    /** What the caches and pools of a proxy may keep from an attack. */
    private static final long LIVE_HEAP_GROWTH_MAX = 16L << 20;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final double MIB = 1 << 20;

    private final ProcessReading process;
    private final List<Phase> phases = new ArrayList<>();

    private Attack(ProcessReading process) {
        this.process = process;
    }

    /**
     * A while of it.
     *
     * @param cores how many the process had in use
     * @param residentMaxBytes the most memory it had
     */
    private record Phase(String name, Health health, double cores, long residentMaxBytes) {}

    /**
     * Runs one attack.
     *
     * @param arguments see above
     * @throws InterruptedException if told to stop
     */
    public static void main(String[] arguments) throws InterruptedException {
        Options options = Options.of(arguments);
        Siege.Plan plan = new Siege.Plan(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), options.count("port", 8080)),
                options.count("rate", 200),
                options.count("idle", 2_000),
                options.count("attackers", 500),
                options.count("addresses", 50));
        long pid = options.number("pid", ProcessHandle.current().pid());
        Duration warmUp = options.seconds("warm-up-seconds", 10);
        Duration length = options.seconds("seconds", 60);
        Duration rest = options.seconds("rest-seconds", 20);
        options.refuseOthers();
        boolean stood = new Attack(new ProcessReading(pid)).run(plan, warmUp, length, rest);
        System.exit(stood ? 0 : 1);
    }

    private boolean run(Siege.Plan plan, Duration warmUp, Duration length, Duration rest) throws InterruptedException {
        try (Siege siege = Siege.of(plan)) {
            phase("warm-up", siege, warmUp);
            Phase before = phase("before", siege, warmUp);
            long heapBefore = process.liveHeapBytes();
            siege.health();
            siege.begin();
            phase("attackers come", siege, Duration.ofSeconds(10));
            Phase during = phase("attack", siege, length);
            siege.end();
            phase("attackers go", siege, Duration.ofSeconds(10));
            Phase after = phase("after", siege, rest);
            long heapAfter = process.liveHeapBytes();
            print();
            System.out.printf(Locale.ROOT, "%nturned away: %s%n", siege.turnedAway());
            System.out.printf(
                    Locale.ROOT, "live heap: %.1f MiB before, %.1f MiB after%n%n", heapBefore / MIB, heapAfter / MIB);
            return judge(before, during, after, heapAfter - heapBefore);
        }
    }

    private Phase phase(String name, Siege siege, Duration length) throws InterruptedException {
        long cpuBefore = process.cpuMicros();
        long began = System.nanoTime();
        long residentMax = 0;
        while (System.nanoTime() - began < length.toNanos()) {
            Thread.sleep(SECOND);
            residentMax = Math.max(residentMax, process.residentBytes());
        }
        double cores = (process.cpuMicros() - cpuBefore) / ((System.nanoTime() - began) / 1e3);
        Phase phase = new Phase(name, siege.health(), cores, residentMax);
        phases.add(phase);
        return phase;
    }

    private void print() {
        System.out.println("| | healthy calls | failed | p50 ms | p99 ms | max ms | cores | MiB resident at most |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
        for (Phase phase : phases) {
            Health health = phase.health();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %d | %.1f | %.1f | %.0f | %.2f | %.0f |%n",
                    phase.name(),
                    health.answered(),
                    health.failures().size(),
                    health.p50Millis(),
                    health.p99Millis(),
                    health.maxMillis(),
                    phase.cores(),
                    phase.residentMaxBytes() / MIB);
        }
    }

    private boolean judge(Phase before, Phase during, Phase after, long heapGrowth) {
        List<String> faults = new ArrayList<>();
        for (Phase phase : phases) {
            phase.health().failures().stream()
                    .distinct()
                    .limit(5)
                    .forEach(failure -> faults.add(phase.name() + ": " + failure));
        }
        if (during.health().answered() == 0) {
            faults.add("no healthy call was answered during the attack");
        }
        if (heapGrowth > LIVE_HEAP_GROWTH_MAX) {
            faults.add("the live heap grew by " + heapGrowth + " bytes");
        }
        if (after.cores() > before.cores() * 1.5 + 0.05) {
            faults.add(String.format(
                    Locale.ROOT, "%.2f cores are in use afterwards, %.2f were before", after.cores(), before.cores()));
        }
        faults.forEach(fault -> System.out.println("FAILED: " + fault));
        if (faults.isEmpty()) {
            System.out.println("it stood: no healthy call failed, memory and processor came back to what they were");
        }
        return faults.isEmpty();
    }
}

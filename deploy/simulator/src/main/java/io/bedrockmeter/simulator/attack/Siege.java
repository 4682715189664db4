package io.bedrockmeter.simulator.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Attackers of every kind around one port, and healthy callers among them. The attackers connect from addresses of their own,
 * 127.1.0.1 and up, which Linux takes for this machine's; those whose calls go on to Bedrock from two, because whoever may call
 * is known and comes from few places.
 */
public final class Siege implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration BEFORE_COMING_AGAIN = Duration.ofSeconds(1);

    private final Plan plan;
    private final HealthyCalls healthy;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Map<Kind, LongAdder> turnedAway = new EnumMap<>(Kind.class);
    private final LongAdder idleClosed = new LongAdder();

    private Siege(Plan plan) {
        this.plan = plan;
        this.healthy = new HealthyCalls(plan.target(), plan.callsPerSecond());
        Arrays.stream(Kind.values()).forEach(kind -> turnedAway.put(kind, new LongAdder()));
    }

    /**
     * Who comes.
     *
     * @param target the port
     * @param callsPerSecond of the healthy
     * @param idle connections that say nothing
     * @param attackers connections that do, of all kinds in turn
     * @param addresses that both of these come from, 1 to 250
     */
    public record Plan(InetSocketAddress target, int callsPerSecond, int idle, int attackers, int addresses) {}

    /**
     * How healthy calls went for a while.
     *
     * @param answered how many were answered with 200
     * @param failures what became of the others
     * @param p50Millis how long half of them took at most
     * @param p99Millis how long 99 of 100 took at most
     * @param maxMillis the longest
     */
    public record Health(long answered, List<String> failures, double p50Millis, double p99Millis, double maxMillis) {}

    /** The healthy callers alone, until {@link #begin}. */
    public static Siege of(Plan plan) {
        Siege siege = new Siege(plan);
        siege.healthy.start();
        return siege;
    }

    /** Brings the attackers up. */
    public void begin() {
        for (int i = 0; i < plan.idle(); i++) {
            InetAddress from = address(i);
            threads.execute(() -> sayNothing(from));
        }
        Kind[] kinds = Kind.values();
        for (int i = 0; i < plan.attackers(); i++) {
            Kind kind = kinds[i % kinds.length];
            InetAddress from = kind == Kind.RESETS ? address(i / kinds.length % 2) : address(i);
            threads.execute(() -> attack(kind, from));
        }
    }

    /** How healthy calls went since the last time that this was asked. */
    public Health health() {
        HealthyCalls.Window window = healthy.nextWindow();
        return new Health(
                window.micros().size(),
                window.failures(),
                window.percentileMillis(50),
                window.percentileMillis(99),
                window.percentileMillis(100));
    }

    /** How often attackers of each kind were turned away so far, by its name; "idle" are those that say nothing. */
    public Map<String, Long> turnedAway() {
        Map<String, Long> told = new TreeMap<>();
        turnedAway.forEach((kind, times) -> told.put(kind.name().toLowerCase(Locale.ROOT), times.sum()));
        told.put("idle", idleClosed.sum());
        return told;
    }

    /** Takes the attackers away; the healthy go on. */
    public void end() throws InterruptedException {
        over.countDown();
        threads.shutdownNow();
        if (!threads.awaitTermination(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("attackers that do not go");
        }
    }

    @Override
    public void close() {
        over.countDown();
        threads.shutdownNow();
        healthy.close();
    }

    private void attack(Kind kind, InetAddress from) {
        while (!isOver(Duration.ZERO)) {
            try (Line line = new Line(plan.target(), from, PAUSE, over)) {
                kind.talk(line);
            } catch (IOException e) {
                Objects.requireNonNull(turnedAway.get(kind)).increment();
            }
            isOver(BEFORE_COMING_AGAIN);
        }
    }

    private void sayNothing(InetAddress from) {
        while (!isOver(Duration.ZERO)) {
            try (Line line = new Line(plan.target(), from, PAUSE, over)) {
                line.awaitEnd();
                idleClosed.increment();
            } catch (IOException e) {
                idleClosed.increment();
            }
            isOver(BEFORE_COMING_AGAIN);
        }
    }

    private boolean isOver(Duration wait) {
        try {
            return over.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 1, 0, (byte) (1 + number % plan.addresses())});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}

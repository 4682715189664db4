package io.bedrockmeter.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.attack.Siege;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * What wears proxies down, all at once and small enough for every build, with limits short enough to act within seconds.
 * {@code deploy/attack} plays the same against a process, with the limits that are the defaults.
 */
final class SiegeTest {
    private static final String LIMITS = "limits: {head-timeout: 2s, body-timeout: 3s, body-window: 1s, keep-alive: 5s,"
            + " write-stall: 1s, per-source: {given-up: 50}}";

    /** Their connections end with the siege, or when they have been idle for long enough. */
    private static final Set<String> WAITED_OUT = Set.of("open_streams", "no_window", "unread_answers");

    @Test
    void servesHealthyCallersAsIfNobodyElseWereThere() throws Exception {
        try (World world = World.open(LIMITS)) {
            Siege.Plan plan = new Siege.Plan(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), world.proxy().port()),
                    50,
                    120,
                    48,
                    8);
            try (Siege siege = Siege.of(plan)) {
                served(Duration.ZERO, siege, world);

                siege.begin();
                served(Duration.ofSeconds(5), siege, world);
                siege.end();

                Map<String, Long> turnedAway = new TreeMap<>(siege.turnedAway());
                turnedAway.keySet().removeAll(WAITED_OUT);
                assertThat(turnedAway)
                        .allSatisfy((kind, times) -> assertThat(times).as(kind).isPositive());
                assertThat(world.refusals("head_timeout")).isPositive();
                assertThat(world.refusals("body_rate")).isPositive();
                assertThat(world.refusals("http2_flood")).isPositive();
                assertThat(world.refusals("malformed_http")).isPositive();
                assertThat(world.refusals("source_given_up")).isPositive();
                served(Duration.ZERO, siege, world);
            }
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    /** Waits for so long, and until a healthy call was answered; none may fail. */
    private static void served(Duration time, Siege siege, World world) {
        AtomicLong served = new AtomicLong();
        long began = System.nanoTime();
        await("healthy calls are served")
                .atMost(time.plusSeconds(20))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    Siege.Health health = siege.health();
                    assertThat(health.failures())
                            .as("head timeouts: %d", world.refusals("head_timeout"))
                            .isEmpty();
                    served.addAndGet(health.answered());
                    return served.get() > 0 && System.nanoTime() - began > time.toNanos();
                });
    }
}

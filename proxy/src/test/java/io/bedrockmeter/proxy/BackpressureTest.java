package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A caller that reads slowly, or not at all: the upstream is read no faster, and nothing piles up. */
final class BackpressureTest {
    private static final int EVENTS = 25_000;
    private static final int EVENT_BYTES = 4_000;
    private static final long STREAM_BYTES = (long) EVENTS * EVENT_BYTES;
    /** Of simulator, proxy and clients together, for a stream of 100 MB. */
    private static final long DIRECT_BYTES_MAX = 32 * 1024 * 1024;

    private static final Script LARGE =
            Script.NORMAL.withTokens(30, 200).withPace(Pace.DEFAULT.withEvents(EVENTS, EVENT_BYTES));

    @Test
    void readsTheUpstreamNoFasterThanTheCallerReads() {
        try (World world = World.open()) {
            world.script(LARGE);
            RawClient caller = world.raw().send(Calls.last(Calls.rawConverseStream()));

            caller.readUntil("contentBlockDelta");

            staysSmallAndUnfinished(world);
            assertThat(caller.skipAll()).isGreaterThan(STREAM_BYTES);
            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void holdsTheUpstreamBackForOneStreamOfHttp2Alone() {
        try (World world = World.open()) {
            world.script(LARGE);
            var client = world.async(SEARCH_KEY);
            CountDownLatch goOn = new CountDownLatch(1);
            AtomicLong events = new AtomicLong();

            var stalled = Calls.converseStreamPaced(client, goOn, events::incrementAndGet);
            await("the first event").until(() -> events.get() == 1);

            staysSmallAndUnfinished(world);
            Calls.converse(client).join();
            goOn.countDown();
            assertThat(stalled).succeedsWithin(Duration.ofSeconds(60));
            assertThat(events.get()).isGreaterThan(EVENTS);
            assertThat(Conservation.settled(world)).hasSize(2);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void takesACallerThatReadsNothingForGone() {
        try (World world =
                World.open("limits: {write-stall: 500ms}\nmetering: {drain-bytes-max: 1GiB, meter-hold: 0s}")) {
            world.script(LARGE);
            RawClient caller = world.raw().send(Calls.last(Calls.rawConverseStream()));

            caller.readUntil("contentBlockDelta");

            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("EXACT", Row::state)
                    .returns("complete", Row::reason);
            assertThat(caller.readAll()).doesNotContain("metadata");
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void limitsTheDrainOfACallerThatReadsNothing() {
        try (World world =
                World.open("limits: {write-stall: 500ms}\nmetering: {drain-time-max: 500ms, meter-hold: 0s}")) {
            world.script(Script.NORMAL
                    .withTokens(30, 200)
                    .withPace(Pace.DEFAULT
                            .withEvents(100_000, EVENT_BYTES)
                            .withChunkBytes(1_000_000)
                            .withEventDelayMillis(50)));
            RawClient caller = world.raw().send(Calls.last(Calls.rawConverseStream()));

            caller.readUntil("contentBlockDelta");

            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("cancelled_after_client_left", Row::reason);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    private static void staysSmallAndUnfinished(World world) {
        await("nothing piles up")
                .during(Duration.ofMillis(700))
                .atMost(Duration.ofSeconds(10))
                .until(() -> world.simulator().truth().isEmpty() && directBytes() < DIRECT_BYTES_MAX);
    }

    private static long directBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }
}

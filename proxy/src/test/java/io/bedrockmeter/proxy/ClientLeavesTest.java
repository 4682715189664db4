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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStopEvent;

/**
 * Callers who leave early. Bedrock bills the whole generation all the same: drained answers have exact entries, cancelled ones
 * are estimates that say so.
 */
final class ClientLeavesTest {
    private static final String CANCEL = "metering: {on-disconnect: cancel, meter-hold: 0s}";
    /** Slow enough to leave in the middle, 40 events long. */
    private static final Script SLOW = Script.NORMAL
            .withTokens(30, 200)
            .withPace(Pace.DEFAULT.withEvents(40, 20).withEventDelayMillis(15));

    @Test
    void recordsNothingWhenTheCallerLeavesBeforeItsRequestIsWhole() {
        try (World world = World.open()) {
            String request = Calls.rawConverse();

            world.raw().send(request.substring(0, request.length() - 1)).reset();

            assertThat(world.raw().send(request).response().status()).isEqualTo(200);
            assertThat(Conservation.settled(world)).hasSize(1);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void drainsAnAnswerWhoseCallerLeftBeforeItsHead() {
        try (World world = World.open()) {
            world.script(Script.NORMAL.withTokens(30, 200).withPace(Pace.DEFAULT.withFirstByteDelayMillis(400)));

            RawClient caller = world.raw().send(Calls.rawConverse());
            await("the call is on its way").until(() -> world.rows().size() == 1);
            caller.reset();

            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void drainsAStreamWhoseCallerResetsItsConnection() {
        try (World world = World.open()) {
            world.script(SLOW);

            RawClient caller = world.raw().send(Calls.rawConverseStream());
            caller.readUntil("contentBlockDelta");
            caller.reset();

            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("EXACT", Row::state)
                    .returns("complete", Row::reason);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void drainsAStreamWhoseCallerClosesItsConnection() throws Exception {
        try (World world = World.open()) {
            world.script(SLOW);

            RawClient caller = world.raw().send(Calls.rawConverseStream());
            caller.readUntil("contentBlockDelta");
            caller.close();

            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void drainsAStreamThatItsCallerCancelsOverHttp2() {
        try (World world = World.open()) {
            world.script(SLOW);

            cancelAtFirst(world, ConverseStreamOutput.class);

            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void readsOnForTheUsageWhenTheCallerLeavesAtTheStopOfTheMessage() {
        try (World world = World.open()) {
            world.script(Script.NORMAL
                    .withTokens(30, 200)
                    .withPace(Pace.DEFAULT.withEvents(1, 20).withEventDelayMillis(300)));

            cancelAtFirst(world, MessageStopEvent.class);

            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void estimatesAStreamThatIsCancelledWithItsCaller() {
        try (World world = World.open(CANCEL)) {
            world.script(SLOW.times(2));

            RawClient caller = world.raw().send(Calls.rawConverseStream());
            caller.readUntil("contentBlockDelta");
            caller.reset();
            cancelAtFirst(world, ConverseStreamOutput.class);

            estimatedBecauseCancelled(world, 2);
        }
    }

    @Test
    void cancelsOrDrainsAsTheKeyOfTheCallSays() {
        try (World world = World.open(CANCEL)) {
            world.script(SLOW.times(2));

            leaveInTheMiddle(world, World.DRAINED_KEY);
            Row drained = Conservation.settled(world).get(0);
            leaveInTheMiddle(world, SEARCH_KEY);
            Row cancelled = Conservation.settled(world).get(1);

            assertThat(drained).returns("EXACT", Row::state).returns("complete", Row::reason);
            assertThat(cancelled).returns("ESTIMATED", Row::state).returns("cancelled_after_client_left", Row::reason);
        }
    }

    private static void leaveInTheMiddle(World world, String key) {
        RawClient caller = world.raw()
                .send(
                        Calls.rawConverseStream()
                                .replaceFirst(
                                        "\r\n",
                                        "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" + key
                                                + "/20261125/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0\r\n"));
        caller.readUntil("contentBlockDelta");
        caller.reset();
    }

    @Test
    void estimatesACallThatIsCancelledBeforeItsHead() {
        try (World world = World.open(CANCEL)) {
            world.script(Script.NORMAL.withPace(Pace.DEFAULT.withFirstByteDelayMillis(60_000)));

            RawClient caller = world.raw().send(Calls.rawConverse());
            await("the call is on its way").until(() -> world.rows().size() == 1);
            caller.reset();

            Row row = Conservation.settled(world).get(0);
            assertThat(row.state()).isIn("ESTIMATED", "NOT_BILLED");
            assertThat(row.reason()).isIn("cancelled_after_client_left", "client_left_early");
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void drainsNoLongerThanTheTimeAllowed() {
        try (World world = World.open("metering: {drain-time-max: 300ms, meter-hold: 0s}")) {
            world.script(Script.NORMAL
                    .withTokens(30, 200)
                    .withPace(Pace.DEFAULT.withEvents(1000, 20).withEventDelayMillis(100)));

            RawClient caller = world.raw().send(Calls.rawConverseStream());
            caller.readUntil("contentBlockDelta");
            caller.reset();

            estimatedBecauseCancelled(world, 1);
        }
    }

    @Test
    void drainsNoMoreThanTheBytesAllowed() {
        try (World world = World.open("metering: {drain-bytes-max: 64KiB, meter-hold: 0s}")) {
            world.script(Script.NORMAL.withTokens(30, 200).withPace(Pace.DEFAULT.withEvents(1_000_000, 4000)));

            RawClient caller = world.raw().send(Calls.rawConverseStream());
            caller.readUntil("contentBlockDelta");
            caller.reset();

            estimatedBecauseCancelled(world, 1);
        }
    }

    private static void cancelAtFirst(World world, Class<? extends ConverseStreamOutput> event) {
        CountDownLatch seen = new CountDownLatch(1);
        CompletableFuture<?> call = Calls.converseStream(world.async(SEARCH_KEY), next -> {
            if (event.isInstance(next)) {
                seen.countDown();
            }
        });
        await("the event").until(() -> seen.getCount() == 0);
        call.cancel(true);
    }

    private static void estimatedBecauseCancelled(World world, int calls) {
        assertThat(Conservation.settled(world))
                .hasSize(calls)
                .allSatisfy(row -> assertThat(row)
                        .returns("ESTIMATED", Row::state)
                        .returns("cancelled_after_client_left", Row::reason)
                        .satisfies(estimate -> assertThat(estimate.costPicos()).isPositive()));
        Conservation.holdsBetweenLedgerAndMeters(world);
    }
}

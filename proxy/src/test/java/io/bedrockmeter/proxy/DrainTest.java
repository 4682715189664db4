package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.InternalServerException;

/** What SIGTERM does: no new calls, the running ones finish or are cut in a way that SDKs raise, and all is settled. */
final class DrainTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void letsRunningStreamsFinishAndTakesNoNewCalls() {
        try (World world = World.open()) {
            world.script(slow(30, 50).times(2));
            Running overHttp2 = Running.on(world.async(SEARCH_KEY));
            RawClient overHttp1 = world.raw().send(Calls.rawConverseStream());
            overHttp1.readUntil("contentBlockDelta");

            CompletableFuture<Boolean> drained = drain(world);

            await("not ready").until(() -> ready(world) == 503);
            await("no new connections")
                    .untilAsserted(() -> assertThatThrownBy(world::raw).isInstanceOf(UncheckedIOException.class));
            assertThat(overHttp2.call()).succeedsWithin(PATIENCE);
            assertThat(overHttp1.readAll()).contains("metadata").endsWith("0\r\n\r\n");
            assertThat(drained).succeedsWithin(PATIENCE).isEqualTo(true);
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row).returns("EXACT", Row::state));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void cutsStreamsAtTheLimitSoThatSdksRaise() {
        try (World world = World.open("limits: {drain: 300ms}")) {
            world.script(slow(10_000, 40).times(2));
            Running overHttp2 = Running.on(world.async(SEARCH_KEY));
            RawClient overHttp1 = world.raw().send(Calls.rawConverseStream());
            overHttp1.readUntil("contentBlockDelta");

            CompletableFuture<Boolean> drained = drain(world);

            assertThat(overHttp2.call())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(InternalServerException.class);
            assertThat(overHttp1.readAll()).contains("internalServerException").endsWith("0\r\n\r\n");
            assertThat(drained).succeedsWithin(PATIENCE).isEqualTo(false);
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row ->
                            assertThat(row).returns("ESTIMATED", Row::state).returns("drain_limit", Row::reason));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void answersACallThatOutlastsTheLimitBeforeItsHead() {
        try (World world = World.open("limits: {drain: 300ms}")) {
            world.script(Script.NORMAL.withPace(Pace.DEFAULT.withFirstByteDelayMillis(60_000)));
            RawClient caller = world.raw().send(Calls.rawConverse());
            await("the call is on its way")
                    .until(() ->
                            !world.simulator().truth().isEmpty() || world.rows().size() == 1);

            CompletableFuture<Boolean> drained = drain(world);

            RawResponse answer = caller.response();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(drained).succeedsWithin(PATIENCE).isEqualTo(false);
            assertThat(Conservation.settled(world)).hasSize(1);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void waitsForTheAnswerOfACallerWhoHasLeft() throws Exception {
        try (World world = World.open()) {
            world.script(slow(30, 30));
            leave(world);

            boolean all = world.proxy().drain();

            assertThat(all).isTrue();
            assertThat(world.rows()).singleElement().returns("EXACT", Row::state);
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void cutsTheAnswerOfACallerWhoHasLeftAtTheLimit() throws Exception {
        try (World world = World.open("limits: {drain: 200ms}")) {
            world.script(slow(10_000, 40));
            leave(world);

            boolean all = world.proxy().drain();

            assertThat(all).isFalse();
            assertThat(world.rows())
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("drain_limit", Row::reason);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void doesNotWaitForConnectionsThatDoNothing() {
        try (World world = World.open()) {
            RawClient silent = world.raw();
            RawClient idle = world.raw();
            idle.send(Calls.rawConverse()).response();
            BedrockRuntimeAsyncClient idleHttp2 = world.async(SEARCH_KEY);
            Calls.converse(idleHttp2).join();

            CompletableFuture<Boolean> drained = drain(world);

            assertThat(drained).succeedsWithin(PATIENCE).isEqualTo(true);
            assertThat(silent.readAll()).isEmpty();
            assertThat(idle.readAll()).isEmpty();
            Conservation.holdsExactly(world);
        }
    }

    /** A stream that has begun. */
    private record Running(CompletableFuture<List<ConverseStreamOutput>> call) {
        static Running on(BedrockRuntimeAsyncClient client) {
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<List<ConverseStreamOutput>> call =
                    Calls.converseStream(client, event -> begun.countDown());
            await("the stream has begun").until(() -> begun.getCount() == 0);
            return new Running(call);
        }
    }

    /** Leaves in the middle of a stream. */
    private static void leave(World world) {
        RawClient caller = world.raw().send(Calls.rawConverseStream());
        caller.readUntil("contentBlockDelta");
        caller.reset();
    }

    private static CompletableFuture<Boolean> drain(World world) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return world.proxy().drain();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static int ready(World world) throws IOException {
        URI ready = URI.create("http://127.0.0.1:" + world.proxy().adminPort() + "/health/ready");
        return ((HttpURLConnection) ready.toURL().openConnection()).getResponseCode();
    }

    private static Script slow(int events, long eventDelayMillis) {
        return Script.NORMAL
                .withTokens(30, 200)
                .withPace(Pace.DEFAULT.withEvents(events, 20).withEventDelayMillis(eventDelayMillis));
    }
}

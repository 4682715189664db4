package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Streams;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Script;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.InternalServerException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;

/** An upstream that says nothing, or nothing more: a time limit ends the call, and its entry says that it is a guess. */
final class UpstreamSilenceTest {
    @Test
    void timesOutWhenNoAnswerComes() {
        try (World world = World.open(World.Settings.upstream("first-byte-timeout: 500ms"))) {
            world.script(Script.NORMAL.withFault(Fault.stallAfter(-1)).times(2));
            BedrockRuntimeAsyncClient client = world.async(SEARCH_KEY);

            CompletableFuture<?> unary = Calls.converse(client);
            CompletableFuture<?> streamed = Calls.converseStream(client);

            for (CompletableFuture<?> call : List.of(unary, streamed)) {
                assertThat(failure(call))
                        .isInstanceOfSatisfying(
                                ServiceUnavailableException.class,
                                raised -> assertThat(raised.statusCode()).isEqualTo(504));
            }
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row ->
                            assertThat(row).returns("ESTIMATED", Row::state).returns("upstream_timeout", Row::reason));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void timesOutWhenAStreamFallsSilent() {
        try (World world = World.open(World.Settings.upstream("idle-timeout: 500ms"))) {
            world.script(Streams.script().withFault(Fault.stallAfter(Streams.frames(3).length)));
            world.script(Streams.script().withFault(Fault.stallAfter(Streams.frames(3).length + 9)));
            BedrockRuntimeAsyncClient client = world.async(SEARCH_KEY);

            Throwable betweenFrames = failure(Calls.converseStream(client));
            Throwable withinAFrame = failure(Calls.converseStream(client));

            assertThat(betweenFrames).isInstanceOf(InternalServerException.class);
            assertThat(withinAFrame).isInstanceOf(SdkException.class);
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row ->
                            assertThat(row).returns("ESTIMATED", Row::state).returns("upstream_timeout", Row::reason));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void timesOutAsAWhole() {
        try (World world = World.open(
                World.Settings.upstream("first-byte-timeout: 1s", "idle-timeout: 20s", "total-timeout: 1s"))) {
            world.script(Streams.script().withFault(Fault.stallAfter(Streams.frames(3).length)));

            Throwable raised = failure(Calls.converseStream(world.async(SEARCH_KEY)));

            assertThat(raised).isInstanceOf(InternalServerException.class);
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("ESTIMATED", Row::state)
                    .returns("upstream_timeout", Row::reason);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    private static Throwable failure(CompletableFuture<?> call) {
        return call.handle((done, failure) -> failure.getCause()).join();
    }
}

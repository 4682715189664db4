package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static io.bedrockmeter.proxy.world.World.SUPPORT_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawClient;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Streams;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/**
 * Bad weather of a printed seed: calls of all kinds at once, an upstream that fails at random, callers that leave. The build makes
 * a few hundred; {@code -Dweather.calls=20000} as many as that.
 */
final class ConcurrencyTest {
    private static final int CALLS = Integer.getInteger("weather.calls", 300);
    private static final int CALLS_PER_SECOND_MIN = 20;
    private static final int CALLERS = 16;
    private static final World.Settings SHORT_LIMITS = new World.Settings(
            "metering: {drain-time-max: 1s, meter-hold: 0s}",
            "  first-byte-timeout: 1s\n  idle-timeout: 1s",
            true,
            null);

    private static final String CHAT = "/openai/v1/chat/completions";
    private static final String RESPONSES = "/openai/v1/responses";
    private static final String MESSAGES = "/anthropic/v1/messages";
    private static final String OPENAI_CALL =
            "{\"model\":\"openai.gpt-oss-20b-1:0\",\"messages\":[{\"role\":\"user\"," + "\"content\":\"hi\"}]%s}";
    private static final String RESPONSES_CALL = "{\"model\":\"us.openai.gpt-5.6-sol\",\"input\":\"hi\"%s}";
    private static final String MESSAGES_CALL = "{\"model\":\"" + Calls.HAIKU + "\",\"max_tokens\":64,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";

    /** Calls over plain HTTP: the other APIs, another family, and what is no inference. */
    private static final List<String> OTHERS = List.of(
            Calls.rawAt(CHAT, OPENAI_CALL.formatted("")),
            Calls.rawAt(CHAT, OPENAI_CALL.formatted(",\"stream\":true")),
            Calls.rawAt(CHAT, OPENAI_CALL.formatted(",\"stream\":true,\"stream_options\":{\"include_usage\":true}")),
            Calls.rawAt(RESPONSES, RESPONSES_CALL.formatted("")),
            Calls.rawAt(RESPONSES, RESPONSES_CALL.formatted(",\"stream\":true")),
            Calls.rawAt(MESSAGES, MESSAGES_CALL.formatted("")),
            Calls.rawAt(MESSAGES, MESSAGES_CALL.formatted(",\"stream\":true")),
            Calls.rawAt("/model/us.meta.llama3-3-70b-instruct-v1:0/invoke-with-response-stream", "{\"prompt\":\"hi\"}"),
            Calls.rawAt(
                    "/model/anthropic.claude-sonnet-4-20250514-v1:0/count-tokens",
                    "{\"input\":{\"converse\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}}}"),
            Calls.rawAt(
                    "/guardrail/gr1demo2demo3/version/1/apply",
                    "{\"source\":\"INPUT\",\"content\":[{\"text\":{\"text\":\"hi\"}}]}"));

    @Test
    void conservesEveryCallInBadWeather() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("weather of seed " + seed);
        Random random = new Random(seed);
        try (World world = World.open(SHORT_LIMITS)) {
            for (int i = 0; i < CALLS; i++) {
                world.script(weather(random));
            }

            List<Throwable> strange = callAll(world, random);

            assertThat(strange)
                    .as("endings that no caller expects, of seed %d", seed)
                    .isEmpty();
            assertThat(Conservation.settled(world))
                    .as("entries of seed %d", seed)
                    .hasSize(CALLS)
                    .allSatisfy(row -> assertThat(row.state()).isIn("EXACT", "ESTIMATED", "NOT_BILLED"));
            assertThat(Conservation.settled(world).stream().map(Row::state))
                    .contains("EXACT", "ESTIMATED", "NOT_BILLED");
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    private static Script weather(Random random) {
        Script fair = Script.NORMAL
                .withTokens(1 + random.nextInt(500), 1 + random.nextInt(300))
                .withPace(Pace.DEFAULT
                        .withEvents(1 + random.nextInt(30), 1 + random.nextInt(2_000))
                        .withChunkBytes(1 + random.nextInt(1_500))
                        .withBodyBytes(random.nextInt(150_000)));
        return switch (random.nextInt(12)) {
            case 0 -> fair.withError(ErrorAnswer.throttled());
            case 1 -> fair.withError(ErrorAnswer.html(502));
            case 2 -> fair.withFault(Fault.resetBeforeHead());
            case 3 -> fair.withFault(Fault.resetAfter(random.nextInt(3_000)));
            case 4 -> fair.withFault(Fault.closeAfter(random.nextInt(3_000)));
            case 5 -> fair.withFault(Fault.exceptionAfter(random.nextInt(5), "internalServerException", "no"));
            case 6 -> fair.withFault(Fault.corruptFrame(random.nextInt(4)));
            case 7 -> fair.withFault(Fault.missingUsage());
            case 8 -> random.nextInt(4) == 0 ? fair.withFault(Fault.stallAfter(random.nextInt(2_000) - 1)) : fair;
            case 9 -> Streams.script();
            default -> fair;
        };
    }

    private static List<Throwable> callAll(World world, Random random) throws InterruptedException {
        BedrockRuntimeClient sync = world.sync(SEARCH_KEY);
        BedrockRuntimeAsyncClient async = world.async(SUPPORT_KEY);
        List<CompletableFuture<?>> calls = new ArrayList<>();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        for (int i = 0; i < CALLS; i++) {
            Runnable call = switch (random.nextInt(10)) {
                case 0, 1 -> () -> Calls.converse(sync);
                case 2 -> () -> Calls.invoke(sync);
                case 3 -> () -> Calls.converse(async).join();
                case 4 -> () -> Calls.converseStream(async).join();
                case 5, 6, 7, 8 -> other(world, OTHERS.get(random.nextInt(OTHERS.size())));
                default -> leaving(world, random.nextInt(3_000));
            };
            calls.add(CompletableFuture.runAsync(call, callers));
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(60 + CALLS / CALLS_PER_SECOND_MIN, TimeUnit.SECONDS))
                .isTrue();
        return calls.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .map(call -> root(call.exceptionNow()))
                .filter(failure -> !(failure instanceof SdkException))
                .toList();
    }

    /** A call whose answer is read to its end, if it has one. */
    private static Runnable other(World world, String call) {
        return () -> {
            try (RawClient caller = RawClient.connect(world.proxy().port())) {
                caller.send(Calls.last(call)).response();
            } catch (UncheckedIOException e) {
                // The answer was broken off, as its script had it.
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** A caller that reads so many bytes of a stream, or all of it, and resets its connection. */
    private static Runnable leaving(World world, int afterBytes) {
        return () -> {
            try (RawClient caller = RawClient.connect(world.proxy().port())) {
                caller.send(Calls.last(Calls.rawConverseStream())).read(1 + afterBytes);
                caller.reset();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** The failure that the SDK told, out of what futures wrap around it. */
    private static Throwable root(Throwable failure) {
        Throwable told = failure;
        while (!(told instanceof SdkException) && told.getCause() != null) {
            told = told.getCause();
        }
        return told;
    }
}

package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Streams;
import io.bedrockmeter.proxy.world.World;
import io.bedrockmeter.simulator.call.Header;
import io.bedrockmeter.simulator.script.ErrorAnswer;
import io.bedrockmeter.simulator.script.Fault;
import io.bedrockmeter.simulator.script.Pace;
import io.bedrockmeter.simulator.script.RawAnswer;
import io.bedrockmeter.simulator.script.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.InternalServerException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelNotReadyException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelStreamErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;
import software.amazon.awssdk.services.bedrockruntime.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Whatever Bedrock answers, and however it breaks: the SDK sees the right error, the ledger has one right entry. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpstreamFaultTest {
    private static final byte[] USAGE_JSON =
            "{\"usage\":{\"inputTokens\":7,\"outputTokens\":5,\"totalTokens\":12}}".getBytes(StandardCharsets.UTF_8);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private World world;
    private BedrockRuntimeClient sync;
    private BedrockRuntimeAsyncClient async;
    private int rowsBefore;

    @BeforeAll
    void open() {
        world = World.open();
        sync = world.sync(SEARCH_KEY);
        async = world.async(SEARCH_KEY);
    }

    @AfterAll
    void close() {
        world.close();
    }

    @BeforeEach
    void count() {
        world.simulator().reset();
        rowsBefore = world.rows().size();
    }

    @AfterEach
    void conserve() {
        Conservation.holdsBetweenLedgerAndMeters(world);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(ErrorAnswer.of(400, "ValidationException", "no"), ValidationException.class),
                Arguments.of(ErrorAnswer.of(403, "AccessDeniedException", "no"), AccessDeniedException.class),
                Arguments.of(ErrorAnswer.of(404, "ResourceNotFoundException", "no"), ResourceNotFoundException.class),
                Arguments.of(ErrorAnswer.of(408, "ModelTimeoutException", "no"), ModelTimeoutException.class),
                Arguments.of(ErrorAnswer.modelError(500), ModelErrorException.class),
                Arguments.of(ErrorAnswer.throttled(), ThrottlingException.class),
                Arguments.of(ErrorAnswer.modelNotReady(), ModelNotReadyException.class),
                Arguments.of(ErrorAnswer.of(500, "InternalServerException", "no"), InternalServerException.class),
                Arguments.of(
                        ErrorAnswer.of(503, "ServiceUnavailableException", "no"), ServiceUnavailableException.class),
                Arguments.of(ErrorAnswer.html(502), BedrockRuntimeException.class),
                Arguments.of(ErrorAnswer.overloaded(7), BedrockRuntimeException.class));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void passesARefusalOnAndBillsNothing(ErrorAnswer refusal, Class<? extends BedrockRuntimeException> raised) {
        world.script(Script.NORMAL.withError(refusal).times(3));

        BedrockRuntimeException unary = catchThrowableOfType(raised, () -> Calls.converse(sync));
        Throwable streamed = failureOfStream();
        RawResponse raw = world.raw().send(Calls.rawConverse()).response();

        assertThat(unary.statusCode()).isEqualTo(refusal.status());
        assertThat(streamed).isInstanceOf(raised);
        assertThat(raw.status()).isEqualTo(refusal.status());
        assertThat(raw.header("retry-after")).isEqualTo(refusal.status() == 529 ? "7" : null);
        assertThat(newRows())
                .hasSize(3)
                .allSatisfy(row -> assertThat(row)
                        .returns("NOT_BILLED", Row::state)
                        .returns(refusal.status() < 500 ? "http_4xx" : "http_5xx", Row::reason)
                        .returns(0L, Row::costPicos)
                        .returns(refusal.status(), Row::httpStatus));
    }

    @Test
    void answersBadGatewayWhenTheConnectionBreaksBeforeTheHead() {
        world.script(Script.NORMAL.withFault(Fault.resetBeforeHead()).times(2));

        ServiceUnavailableException unary =
                catchThrowableOfType(ServiceUnavailableException.class, () -> Calls.converse(sync));
        Throwable streamed = failureOfStream();

        assertThat(unary.statusCode()).isEqualTo(502);
        assertThat(streamed).isInstanceOf(ServiceUnavailableException.class);
        assertThat(newRows())
                .hasSize(2)
                .allSatisfy(row -> assertThat(row)
                        .returns("ESTIMATED", Row::state)
                        .returns("upstream_reset", Row::reason)
                        .satisfies(estimate -> assertThat(estimate.costPicos()).isPositive()));
    }

    @Test
    void answersBadGatewayWhenAShortAnswerBreaksInTheMiddle() {
        world.script(Script.NORMAL.withFault(Fault.resetAfter(20)));

        ServiceUnavailableException raised =
                catchThrowableOfType(ServiceUnavailableException.class, () -> Calls.converse(sync));

        assertThat(raised.statusCode()).isEqualTo(502);
        assertThat(onlyNewRow()).returns("ESTIMATED", Row::state).returns("upstream_reset", Row::reason);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void breaksALongAnswerOffWhenItsUpstreamDoes(boolean reset) {
        Fault fault = reset ? Fault.resetAfter(300_000) : Fault.closeAfter(300_000);
        world.script(Script.NORMAL
                .withPace(Pace.DEFAULT.withBodyBytes(600_000))
                .withFault(fault)
                .times(2));

        assertThatThrownBy(() -> Calls.converse(sync)).isInstanceOf(SdkException.class);
        assertThatThrownBy(() -> Calls.converse(async).join()).hasCauseInstanceOf(SdkException.class);

        assertThat(newRows())
                .hasSize(2)
                .allSatisfy(
                        row -> assertThat(row).returns("ESTIMATED", Row::state).returns("upstream_reset", Row::reason));
    }

    @Test
    void passesLongAnswersUnchangedAndWithoutACostInTheirHead() {
        byte[] filler = new byte[900_000];
        new Random(1).nextBytes(filler);
        String body = "{\"pad\":\"" + Base64.getEncoder().encodeToString(filler) + "\","
                + new String(USAGE_JSON, StandardCharsets.UTF_8).substring(1);
        world.script(unary(body, true));
        world.script(unary(body, false));

        RawResponse measured = world.raw().send(Calls.rawConverse()).response();
        RawResponse chunked = world.raw().send(Calls.rawConverse()).response();

        assertThat(measured.body()).isEqualTo(body);
        assertThat(measured.header("content-length")).isEqualTo(Integer.toString(body.length()));
        assertThat(chunked.body()).isEqualTo(body);
        assertThat(chunked.header("transfer-encoding")).isEqualTo("chunked");
        for (RawResponse answer : List.of(measured, chunked)) {
            assertThat(answer.header("x-bedrock-meter-attempt-id")).isNotNull();
            assertThat(answer.header("x-bedrock-meter-cost-usd")).isNull();
        }
        assertThat(newRows()).hasSize(2).allSatisfy(row -> assertThat(row).returns("EXACT", Row::state));
    }

    @Test
    void putsTheCostIntoTheHeadOfAShortAnswerHoweverItIsFramed() {
        world.script(unary(new String(USAGE_JSON, StandardCharsets.UTF_8), false));

        RawResponse answer = world.raw().send(Calls.rawConverse()).response();

        assertThat(answer.header("x-bedrock-meter-cost-usd")).isEqualTo("0.0000352");
        assertThat(answer.text()).isEqualTo(new String(USAGE_JSON, StandardCharsets.UTF_8));
        assertThat(onlyNewRow()).returns("EXACT", Row::state).returns(35_200_000L, Row::costPicos);
    }

    static Stream<Arguments> placesInAStream() {
        return Stream.of(
                Arguments.of("before the first frame", 0, 0),
                Arguments.of("within a frame", 2, 17),
                Arguments.of("between two frames", 3, 0),
                Arguments.of("after messageStop, before metadata", Streams.FRAMES - 1, 0),
                Arguments.of("within metadata", Streams.FRAMES - 1, 40));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("placesInAStream")
    void raisesAnErrorWhereAStreamBreaks(String where, int frames, int bytes) {
        int at = Streams.frames(frames).length + bytes;
        world.script(Streams.script().withFault(Fault.resetAfter(at)));
        world.script(Streams.script().withFault(Fault.closeAfter(at)));

        Throwable afterReset = failureOfStream();
        Throwable afterClose = failureOfStream();

        Class<?> raised = bytes == 0 ? InternalServerException.class : SdkException.class;
        assertThat(afterReset).isInstanceOf(raised);
        assertThat(afterClose).isInstanceOf(raised);
        assertThat(newRows())
                .hasSize(2)
                .allSatisfy(row -> assertThat(row)
                        .returns("ESTIMATED", Row::state)
                        .returns("upstream_reset", Row::reason)
                        .returns(200, Row::httpStatus));
    }

    @Test
    void appendsNothingToAStreamOfAPromisedLength() {
        int at = Streams.frames(3).length;
        world.script(Streams.scriptWithLength().withFault(Fault.resetAfter(at)));

        String received = world.raw().send(Calls.rawConverseStream()).readAll();

        assertThat(received.substring(received.indexOf("\r\n\r\n") + 4)).hasSizeLessThanOrEqualTo(at);
        assertThat(onlyNewRow()).returns("ESTIMATED", Row::state).returns("upstream_reset", Row::reason);
    }

    @Test
    void passesAnExceptionInAStreamOnAndEstimates() {
        world.script(Script.NORMAL.withFault(Fault.exceptionAfter(3, "throttlingException", "slow")));
        world.script(Script.NORMAL.withFault(Fault.exceptionAfter(0, "modelStreamErrorException", "broken")));

        Throwable first = failureOfStream();
        Throwable second = failureOfStream();

        assertThat(first).isInstanceOf(ThrottlingException.class).hasMessageContaining("slow");
        assertThat(second).isInstanceOf(ModelStreamErrorException.class);
        assertThat(newRows())
                .hasSize(2)
                .allSatisfy(row ->
                        assertThat(row).returns("ESTIMATED", Row::state).returns("stream_exception", Row::reason));
    }

    @Test
    void passesACorruptFrameOnForTheSdkToFind() {
        world.script(Script.NORMAL.withTokens(10, 8).withFault(Fault.corruptFrame(2)));

        Throwable raised = failureOfStream();

        assertThat(raised).isInstanceOf(SdkException.class);
        assertThat(onlyNewRow()).returns("ESTIMATED", Row::state).returns("corrupt_frame", Row::reason);
    }

    @Test
    void neverTakesMissingUsageForZero() {
        world.script(Script.NORMAL
                .withTokens(100, 50)
                .withFault(Fault.missingUsage())
                .times(2));

        Calls.converse(sync);
        Calls.converseStream(async).join();

        assertThat(newRows())
                .hasSize(2)
                .allSatisfy(row -> assertThat(row)
                        .returns("ESTIMATED", Row::state)
                        .returns("not_reported", Row::reason)
                        .returns("usage_missing", Row::costStatus)
                        .satisfies(estimate -> assertThat(estimate.costPicos()).isPositive()));
    }

    private Throwable failureOfStream() {
        CompletableFuture<List<ConverseStreamOutput>> call = Calls.converseStream(async);
        assertThat(call).failsWithin(PATIENCE);
        return call.handle((done, failure) -> failure.getCause()).join();
    }

    private List<Row> newRows() {
        List<Row> rows = Conservation.settled(world);
        return rows.subList(rowsBefore, rows.size());
    }

    private Row onlyNewRow() {
        assertThat(newRows()).hasSize(1);
        return newRows().get(0);
    }

    private static Script unary(String body, boolean withLength) {
        List<Header> headers = withLength
                ? List.of(new Header("Content-Type", "application/json"), new Header("Content-Length", "1"))
                : List.of(new Header("Content-Type", "application/json"));
        return Script.NORMAL.withRaw(RawAnswer.of(200, headers, body.getBytes(StandardCharsets.UTF_8)));
    }
}

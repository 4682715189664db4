package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;

/** An upstream that is down, or speaks strange HTTP: no call ever sees another's answer, and each has one right entry. */
final class UpstreamProtocolTest {
    private static final String ANSWER = RawUpstream.answer("11111111-1111-1111-1111-111111111111");

    @Test
    void answersBadGatewayAndBillsNothingWhenNobodyListens() throws IOException {
        int free;
        try (ServerSocket closed = new ServerSocket(0)) {
            free = closed.getLocalPort();
        }
        try (World world = World.inFrontOf(URI.create("http://127.0.0.1:" + free), World.Settings.DEFAULT)) {

            ServiceUnavailableException raised = catchThrowableOfType(
                    ServiceUnavailableException.class, () -> Calls.converse(world.sync(SEARCH_KEY)));

            assertThat(raised.statusCode()).isEqualTo(502);
            assertThat(raised).hasMessageContaining("127.0.0.1:" + free);
            assertThat(only(world)).returns("NOT_BILLED", Row::state).returns("upstream_unreachable", Row::reason);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void keepsAConnectionForTheNextCall() throws IOException {
        try (RawUpstream upstream = RawUpstream.answering(ANSWER);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            List<RawResponse> answers = twice(world);

            assertThat(answers).extracting(RawResponse::status).containsExactly(200, 200);
            assertThat(upstream.connections()).isEqualTo(1);
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row).returns("EXACT", Row::state));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void dropsAConnectionThatSaysMoreThanItsAnswer() throws IOException {
        try (RawUpstream upstream = RawUpstream.answering(ANSWER + RawUpstream.answer("of-somebody-else"));
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            List<RawResponse> answers = twice(world);

            assertThat(answers)
                    .extracting(answer -> answer.header("x-amzn-requestid"))
                    .containsExactly("11111111-1111-1111-1111-111111111111", "11111111-1111-1111-1111-111111111111");
            assertThat(upstream.connections()).isEqualTo(2);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100 Continue", "103 Early Hints\r\nLink: </x>"})
    void overlooksInterimAnswers(String interim) throws IOException {
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 " + interim + "\r\n\r\n" + ANSWER);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            List<RawResponse> answers = twice(world);

            assertThat(answers).extracting(RawResponse::status).containsExactly(200, 200);
            assertThat(upstream.connections()).isEqualTo(1);
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row).returns("EXACT", Row::state));
        }
    }

    @Test
    void answersBadGatewayToInterimAnswersWithoutEnd() throws IOException {
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000) + ANSWER);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            List<RawResponse> answers = twice(world);

            assertThat(answers).extracting(RawResponse::status).containsExactly(502, 502);
            assertThat(upstream.connections()).isEqualTo(2);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 102 Processing\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "SSH-2.0-OpenSSH_9.6\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello"
            })
    void answersBadGatewayToWhatItCannotBelieve(String strange) throws IOException {
        try (RawUpstream upstream = RawUpstream.answering(strange);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            List<RawResponse> answers = twice(world);

            assertThat(answers).extracting(RawResponse::status).containsExactly(502, 502);
            assertThat(upstream.connections()).isEqualTo(2);
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row)
                            .returns("ESTIMATED", Row::state)
                            .returns("upstream_protocol_error", Row::reason));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void answersBadGatewayWhenTheConnectionEndsWithinTheHead() throws IOException {
        RawUpstream.Behaviour ends = line -> {
            if (line.request()) {
                line.say("HTTP/1.1 200 OK\r\nContent-");
            }
        };
        try (RawUpstream upstream = RawUpstream.behaving(ends);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            RawResponse answer = world.raw().send(Calls.rawConverse()).response();

            assertThat(answer.status()).isEqualTo(502);
            assertThat(only(world)).returns("ESTIMATED", Row::state);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void passesAnAnswerOnThatComesBeforeTheRequestWasSent() throws IOException {
        RawUpstream.Behaviour early = line -> {
            if (!line.head().isEmpty()) {
                line.say("HTTP/1.1 413 Request Entity Too Large\r\nContent-Type: application/json\r\n"
                        + "x-amzn-ErrorType: ValidationException\r\nContent-Length: 17\r\n\r\n{\"message\":\"big\"}");
                line.untilClosed();
            }
        };
        try (RawUpstream upstream = RawUpstream.behaving(early);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {
            String large = Calls.raw("converse", "{\"messages\":[\"" + "x".repeat(20_000_000) + "\"]}");

            RawResponse first = world.raw().send(large).response();
            RawResponse second = world.raw().send(large).response();

            assertThat(first.status()).isEqualTo(413);
            assertThat(second.status()).isEqualTo(413);
            assertThat(upstream.connections()).isEqualTo(2);
            assertThat(Conservation.settled(world))
                    .hasSize(2)
                    .allSatisfy(row ->
                            assertThat(row).returns("NOT_BILLED", Row::state).returns("http_4xx", Row::reason));
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void noticesThatAnIdleConnectionHasEnded() throws IOException {
        RawUpstream.Behaviour once = line -> {
            if (line.request()) {
                line.say(ANSWER);
            }
        };
        try (RawUpstream upstream = RawUpstream.behaving(once);
                World world = World.inFrontOf(upstream.endpoint(), World.Settings.DEFAULT)) {

            RawResponse first = world.raw().send(Calls.rawConverse()).response();
            await("the proxy sees the end").until(() -> upstream.ended() == 1);
            RawResponse second = world.raw().send(Calls.rawConverse()).response();

            assertThat(first.status()).isEqualTo(200);
            assertThat(second.status()).isEqualTo(200);
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    /** Two calls, one after the other, that may share an upstream connection: they come on one connection themselves. */
    private static List<RawResponse> twice(World world) {
        var client = world.raw();
        return List.of(
                client.send(Calls.rawConverse()).response(),
                client.send(Calls.rawConverse()).response());
    }

    private static Row only(World world) {
        List<Row> rows = Conservation.settled(world);
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }
}

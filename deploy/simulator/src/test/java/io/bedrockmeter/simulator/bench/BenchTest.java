package io.bedrockmeter.simulator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three programs together: load, pass-through and upstream. */
class BenchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private FastBedrock upstream;
    private Dialer throughTheProxy;

    BenchTest() throws InterruptedException {
        upstream = FastBedrock.open(0, 1, Shape.DEFAULT);
        Channel proxy = new BarePassthrough(loopback(upstream.port())).listen(loops, 0);
        throughTheProxy = new Dialer(loops.next(), (InetSocketAddress) proxy.localAddress(), null);
    }

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"invoke", "converse"})
    void passesUnaryCalls(String operation) throws InterruptedException {
        try (ClosedLoop load = ClosedLoop.open(throughTheProxy, operation, 8, Duration.ZERO)) {
            await().atMost(PATIENCE)
                    .until(() -> throughTheProxy.onLoop(() -> load.tally().calls()) > 500);

            Tally tally = load.nextWindow().withoutFailure();

            assertThat(tally.bodyBytes() / tally.calls()).isBetween(1_000L, 1_100L);
            assertThat(tally.latencies().percentileMicros(1)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"converse-stream", "invoke-with-response-stream"})
    void passesEveryFrameOfAStream(String operation) throws InterruptedException {
        Shape shape = new Shape(0, 20, 200, Duration.ofMillis(1), false);
        upstream.answerAs(shape);
        try (ClosedLoop load = ClosedLoop.open(throughTheProxy, operation, 4, Duration.ofMillis(10))) {
            await().atMost(PATIENCE)
                    .until(() -> throughTheProxy.onLoop(() -> load.tally().calls()) > 40);

            load.nextWindow().withoutFailure();
        }
    }

    @Test
    void passesALongStreamAsFastAsItIsRead() throws InterruptedException {
        Shape shape = new Shape(0, 512, 64 * 1024, Duration.ZERO, false);
        upstream.answerAs(shape);

        Tally tally = OneStream.read(throughTheProxy, PATIENCE);

        assertThat(tally.frames()).isEqualTo(Frames.converse(shape).count(shape));
        assertThat(tally.bodyBytes()).isGreaterThan(512L * 64 * 1024);
    }

    @Test
    void passesALargeAnswer() throws InterruptedException {
        upstream.answerAs(new Shape(3_000_000, 0, 0, Duration.ZERO, false));
        try (ClosedLoop load = ClosedLoop.open(throughTheProxy, "invoke", 2, Duration.ZERO)) {
            await().atMost(PATIENCE)
                    .until(() -> throughTheProxy.onLoop(() -> load.tally().calls()) >= 10);

            assertThat(load.nextWindow().withoutFailure().bodyBytes()).isGreaterThan(29_000_000);
        }
    }

    @Test
    void holdsStreamsOpen() throws InterruptedException {
        upstream.answerAs(new Shape(0, 1, 200, Duration.ZERO, true));

        try (HeldStreams held = HeldStreams.open(throughTheProxy, 50)) {
            Tally tally = held.nextWindow().withoutFailure();

            assertThat(tally.frames()).isEqualTo(100);
            assertThat(tally.calls()).isZero();
        }
    }

    @Test
    void callsAtAConstantRate() throws InterruptedException {
        try (OpenLoop load = OpenLoop.open(throughTheProxy, 1_000, 16)) {
            long startNanos = System.nanoTime();
            await().atMost(PATIENCE)
                    .until(() -> throughTheProxy.onLoop(() -> load.tally().calls()) >= 1_000);
            double seconds = (System.nanoTime() - startNanos) / 1e9;

            load.nextWindow().withoutFailure();

            assertThat(seconds).isGreaterThan(0.9);
        }
    }

    @Test
    void countsAFailureWhenTheUpstreamIsGone() throws InterruptedException {
        upstream.close();
        upstream = FastBedrock.open(0, 1, Shape.DEFAULT);

        assertThatIllegalStateException()
                .isThrownBy(() -> OneStream.read(throughTheProxy, PATIENCE))
                .withMessageContaining("status 502");
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}

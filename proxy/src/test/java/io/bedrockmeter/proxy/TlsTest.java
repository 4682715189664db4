package io.bedrockmeter.proxy;

import static io.bedrockmeter.proxy.world.World.SEARCH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bedrockmeter.proxy.world.Calls;
import io.bedrockmeter.proxy.world.Certificate;
import io.bedrockmeter.proxy.world.Conservation;
import io.bedrockmeter.proxy.world.RawResponse;
import io.bedrockmeter.proxy.world.RawUpstream;
import io.bedrockmeter.proxy.world.Row;
import io.bedrockmeter.proxy.world.Session;
import io.bedrockmeter.proxy.world.Warnings;
import io.bedrockmeter.proxy.world.World;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.exception.SdkClientException;

/** TLS on both sides: both protocols by ALPN towards callers, and an upstream that must be who it says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsTest {
    private static final String ANSWER = RawUpstream.answer("11111111-1111-1111-1111-111111111111");

    private Certificate localhost;
    private Certificate elsewhere;

    @BeforeAll
    void makeCertificates() {
        localhost = Certificate.of("localhost");
        elsewhere = Certificate.of("elsewhere.example");
    }

    @Test
    void servesBothProtocolsOverTls() {
        try (World world = World.open(World.Settings.tls(localhost))) {

            Calls.converse(world.sync(SEARCH_KEY));
            Calls.converse(world.async(SEARCH_KEY)).join();
            Calls.converseStream(world.async(SEARCH_KEY)).join();

            assertThat(Conservation.settled(world))
                    .hasSize(3)
                    .allSatisfy(
                            row -> assertThat(row).returns("EXACT", Row::state).returns("search", Row::team));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void showsACallerTheCertificateItWasGiven() {
        try (World world = World.open(World.Settings.tls(elsewhere))) {

            assertThatThrownBy(() -> Calls.converse(world.sync(SEARCH_KEY))).isInstanceOf(SdkClientException.class);

            assertThat(world.rows()).isEmpty();
        }
    }

    @Test
    void closesAConnectionThatSpeaksNoTlsAndLogsNothingOfIt() {
        try (Warnings warnings = new Warnings();
                World world = World.open(World.Settings.tls(localhost))) {

            String received = world.raw().send(Calls.rawConverse()).readAll();

            assertThat(received).doesNotContain("HTTP/1.1");
            assertThat(warnings.messages()).isEmpty();
            Calls.converse(world.sync(SEARCH_KEY));
            Conservation.holdsExactly(world);
        }
    }

    @Test
    void callsAnUpstreamWhoseCertificateHasItsName() throws IOException {
        try (RawUpstream upstream = RawUpstream.answeringOverTls(localhost, ANSWER);
                World world = inFrontOf(upstream, localhost)) {

            RawResponse first = world.raw().send(Calls.rawConverse()).response();

            assertThat(first.status()).isEqualTo(200);
            assertThat(Conservation.settled(world)).singleElement().returns("EXACT", Row::state);
            Conservation.holdsBetweenLedgerAndMeters(world);
        }
    }

    @Test
    void refusesAnUpstreamWhoseCertificateHasAnotherName() throws IOException {
        try (RawUpstream upstream = RawUpstream.answeringOverTls(elsewhere, ANSWER);
                World world = inFrontOf(upstream, elsewhere)) {

            failsClosed(world);
        }
    }

    @Test
    void refusesAnUpstreamThatNobodyVouchesFor() throws IOException {
        try (RawUpstream upstream = RawUpstream.answeringOverTls(localhost, ANSWER);
                World world = inFrontOf(upstream, elsewhere)) {

            failsClosed(world);
        }
    }

    @Test
    void opensNoSessionToAnUpstreamWhoseCertificateHasAnotherName() throws IOException {
        try (RawUpstream upstream = RawUpstream.answeringOverTls(elsewhere, ANSWER);
                World world = inFrontOf(upstream, elsewhere)) {

            Session session = Session.open(world.async(SEARCH_KEY)).begin();

            assertThat(session.call()).failsWithin(Duration.ofSeconds(20));
            assertThat(Conservation.settled(world))
                    .singleElement()
                    .returns("NOT_BILLED", Row::state)
                    .returns("upstream_unreachable", Row::reason);
        }
    }

    private static void failsClosed(World world) {
        RawResponse answer = world.raw().send(Calls.rawConverse()).response();

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text()).contains("could not be reached at localhost:");
        assertThat(Conservation.settled(world))
                .singleElement()
                .returns("NOT_BILLED", Row::state)
                .returns("upstream_unreachable", Row::reason);
        Conservation.holdsBetweenLedgerAndMeters(world);
    }

    private static World inFrontOf(RawUpstream upstream, Certificate trusted) {
        return World.inFrontOf(
                URI.create("https://localhost:" + upstream.port()),
                World.Settings.upstream("trusted-certificates: " + trusted.certificate()));
    }
}

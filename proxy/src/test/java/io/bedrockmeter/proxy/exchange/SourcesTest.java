package io.bedrockmeter.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SourcesTest {
    private static final long WINDOW_NANOS = Sources.WINDOW.toNanos();

    private final AtomicLong nanos = new AtomicLong(-7);
    private final Sources sources = new Sources(nanos::get);

    @Test
    void boundsTheConnectionsOfEachAddress() {
        Source first = connected("10.0.0.1", 2);
        Source second = connected("10.0.0.1", 2);

        assertThat(second).isSameAs(first);
        assertThat(sources.connected(address("10.0.0.1"), 2)).isNull();
        assertThat(sources.connected(address("10.0.0.2"), 2)).isNotNull();
        first.disconnected();
        assertThat(sources.connected(address("10.0.0.1"), 2)).isNotNull();
    }

    @Test
    void hasNoBoundWhereNoneIsWanted() {
        for (int i = 0; i < 5_000; i++) {
            assertThat(sources.connected(address("10.0.0.1"), 0)).isNotNull();
        }
    }

    @Test
    void takesANetworkOfIpv6ForOneSource() {
        connected("2001:db8:1:2::1", 1);

        assertThat(sources.connected(address("2001:db8:1:2:ffff::9"), 1)).isNull();
        assertThat(sources.connected(address("2001:db8:1:3::1"), 1)).isNotNull();
        assertThat(sources.connected(address("0.0.0.1"), 1)).as("not ::/64").isNotNull();
        assertThat(sources.connected(address("::1"), 1)).isNotNull();
    }

    @Test
    void countsCallsThatWereGivenUpForOneWindow() {
        Source source = connected("10.0.0.1", 0);

        source.callGivenUp();
        assertThat(source.mayCall(2)).isTrue();
        source.callGivenUp();

        assertThat(source.mayCall(2)).isFalse();
        assertThat(source.mayCall(3)).isTrue();
        assertThat(source.mayCall(0)).as("any number").isTrue();
        nanos.addAndGet(WINDOW_NANOS);
        assertThat(source.mayCall(2)).isTrue();
        source.callGivenUp();
        assertThat(source.mayCall(2)).isTrue();
    }

    @Test
    void remembersASourceThatComesBackAsLongAsItsCallsCountAndNoLonger() {
        Source source = connected("10.0.0.1", 0);
        source.callGivenUp();
        source.disconnected();

        assertThat(connected("10.0.0.1", 0)).isSameAs(source);
        source.disconnected();
        nanos.addAndGet(WINDOW_NANOS);
        connected("10.0.0.2", 0).disconnected();

        assertThat(sources.size()).isZero();
    }

    /** A connection's end is often known before that of the calls on it. */
    @Test
    void countsACallThatIsGivenUpWithTheLastConnection() {
        Source source = connected("10.0.0.1", 0);
        source.disconnected();
        source.callGivenUp();
        Source again = connected("10.0.0.1", 0);
        source.callGivenUp();

        assertThat(again.mayCall(2)).isFalse();
        again.disconnected();
        Source other = connected("10.0.0.2", 0);
        other.disconnected();
        Source another = connected("10.0.0.2", 0);
        other.callGivenUp();
        assertThat(another.mayCall(1)).isFalse();
    }

    @Test
    void forgetsASourceWithoutConnections() {
        connected("10.0.0.1", 0).disconnected();

        assertThat(sources.size()).isZero();
    }

    @Test
    void takesNoMoreMemoryHoweverManySourcesComeAndGo() {
        for (int i = 0; i < 50_000; i++) {
            Source source = connected("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 0);
            source.callGivenUp();
            source.disconnected();
        }

        assertThat(sources.size()).isLessThanOrEqualTo(16_384);
    }

    @Test
    void boundsWhatStrangersOfOneSourceMayHaveHeld() {
        Source source = connected("10.0.0.1", 0);

        assertThat(source.tryHold(60, 100)).isTrue();
        assertThat(source.tryHold(41, 100)).isFalse();
        assertThat(source.hasRoom(40, 100)).isTrue();
        assertThat(source.hasRoom(41, 100)).isFalse();
        source.giveBack(60);
        assertThat(source.tryHold(100, 100)).isTrue();
    }

    private Source connected(String address, int max) {
        return Objects.requireNonNull(sources.connected(address(address), max));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}

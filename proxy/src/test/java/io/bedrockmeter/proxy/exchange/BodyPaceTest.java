package io.bedrockmeter.proxy.exchange;

import static io.bedrockmeter.proxy.exchange.BodyPace.Verdict.GO_ON;
import static io.bedrockmeter.proxy.exchange.BodyPace.Verdict.TOO_LATE;
import static io.bedrockmeter.proxy.exchange.BodyPace.Verdict.TOO_SLOW;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
    @Test
    void judgesNoBodyByItsFirstWindow() {
        BodyPace pace = pace(ofSeconds(25), 1_000);

        assertThat(pace.untilLook()).isEqualTo(ofSeconds(10));
        assertThat(pace.look()).isEqualTo(GO_ON);
        assertThat(pace.look()).isEqualTo(TOO_SLOW);
    }

    @Test
    void wantsSoManyBytesInEachFurtherWindow() {
        BodyPace pace = pace(ofSeconds(100), 1_000);
        pace.arrived(5_000);

        assertThat(pace.look()).isEqualTo(GO_ON);
        pace.arrived(600);
        pace.arrived(400);
        assertThat(pace.look()).isEqualTo(GO_ON);
        pace.arrived(999);
        assertThat(pace.look()).as("what came before does not count").isEqualTo(TOO_SLOW);
    }

    @Test
    void wantsTheWholeBodyWithinItsTimeHoweverFastItIs() {
        BodyPace pace = pace(ofSeconds(25), 1_000);

        pace.arrived(1_000_000);
        assertThat(pace.look()).isEqualTo(GO_ON);
        pace.arrived(1_000_000);
        assertThat(pace.look()).isEqualTo(GO_ON);
        pace.arrived(1_000_000);
        assertThat(pace.untilLook()).isEqualTo(ofSeconds(5));
        assertThat(pace.look()).isEqualTo(TOO_LATE);
    }

    @Test
    void waitsForAllOfTheTimeWhereNoPaceIsWanted() {
        BodyPace pace = pace(ofSeconds(25), 0);

        assertThat(pace.untilLook()).isEqualTo(ofSeconds(25));
        assertThat(pace.look()).isEqualTo(TOO_LATE);
    }

    private static BodyPace pace(Duration timeout, long bytesMin) {
        Duration any = ofSeconds(1);
        return new BodyPace(
                new ExchangeLimits(1, 1, timeout, ofSeconds(10), bytesMin, 1, 1, any, any, any, any, any, 1));
    }
}

package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeldCounterTest {
    private static final Duration HOLD = Duration.ofSeconds(60);

    private final SettableClock clock = new SettableClock();
    private final HeldCounter counter = new HeldCounter(Meters.Unit.USD, clock, HOLD);

    @Test
    void showsZeroUntilItsHoldIsOverAndThenAllOfIt() {
        counter.add(12_500_000_000_000L);
        clock.advance(HOLD.minusMillis(1));
        double held = counter.exported();

        clock.advance(Duration.ofMillis(1));

        assertThat(held).isZero();
        assertThat(counter.exported()).isEqualTo(12.5);
    }

    @Test
    void knowsItsSumWhileItIsHeld() {
        counter.add(42);

        assertThat(counter.total()).isEqualTo(BigInteger.valueOf(42));
    }

    @Test
    void staysShownWhenTheClockIsSetBack() {
        counter.add(1_000_000_000_000L);
        clock.advance(HOLD);
        double shown = counter.exported();

        clock.advance(HOLD.negated());

        assertThat(shown).isEqualTo(1.0);
        assertThat(counter.exported()).isEqualTo(1.0);
    }

    @Test
    void addsTwentyMillionCallsWithoutAnError() {
        for (int i = 0; i < 20_000_000; i++) {
            counter.add(1_230_000); // 0.00000123 USD; as doubles this comes to 24.599999993541484
        }

        clock.advance(HOLD);

        assertThat(Double.toString(counter.exported())).isEqualTo("24.6");
    }

    @Test
    void showsTheNearestDoubleOfASumBeyondALong() {
        for (int i = 0; i < 3; i++) {
            counter.add(9_000_000_000_000_000_001L);
        }

        clock.advance(HOLD);

        assertThat(counter.exported()).isEqualTo(Double.parseDouble("27000000.000000000003"));
    }

    @Test
    void roundsOnceWhereALongIsNoDouble() {
        counter.add(9_007_199_254_740_993L); // 2^53 + 1: no double

        clock.advance(HOLD);

        assertThat(counter.exported()).isEqualTo(Double.parseDouble("9007.199254740993"));
    }

    @Test
    void showsCountsAsTheyAre() {
        HeldCounter tokens = new HeldCounter(Meters.Unit.TOKENS, clock, Duration.ZERO);

        tokens.add(1_234);

        assertThat(tokens.exported()).isEqualTo(1_234);
    }
}

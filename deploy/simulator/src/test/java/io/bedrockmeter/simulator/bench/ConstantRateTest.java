package io.bedrockmeter.simulator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ConstantRateTest {
    @Test
    void spacesCallsEvenly() {
        ConstantRate rate = new ConstantRate(5, 1_000);

        assertThat(rate.dueNanos(0)).isEqualTo(5);
        assertThat(rate.dueNanos(1)).isEqualTo(1_000_005);
        assertThat(rate.dueNanos(999)).isEqualTo(999_000_005);
    }

    @Test
    void losesNothingToRoundingInADayOfARateThatDividesNoSecond() {
        ConstantRate rate = new ConstantRate(0, 3_001);

        long due = rate.dueNanos(3_001L * 86_400);

        assertThat(due).isEqualTo(86_400_000_000_000L);
    }

    @Test
    void refusesARateOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ConstantRate(0, 0));
    }
}

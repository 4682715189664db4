package io.bedrockmeter.simulator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void tellsThePercentilesOfSamplesInAnyOrder() {
        Samples samples = new Samples();
        for (int i = 0; i < 5_000; i++) {
            samples.add((i * 7L % 5_000 + 1) * 1_000);
        }

        assertThat(samples.percentileMicros(50)).isEqualTo(2_500);
        assertThat(samples.percentileMicros(99)).isEqualTo(4_950);
        assertThat(samples.percentileMicros(99.9)).isEqualTo(4_995);
        assertThat(samples.percentileMicros(100)).isEqualTo(5_000);
    }

    @Test
    void takesSamplesAfterAPercentileWasAsked() {
        Samples samples = new Samples();
        samples.add(2_000);
        double before = samples.percentileMicros(100);

        samples.add(1_000);

        assertThat(before).isEqualTo(2);
        assertThat(samples.percentileMicros(50)).isEqualTo(1);
    }

    @Test
    void tellsNothingOfNoSamples() {
        assertThat(new Samples().percentileMicros(50)).isNaN();
    }

    @Test
    void refusesAPercentileThatIsNone() {
        Samples samples = new Samples();

        assertThatIllegalArgumentException().isThrownBy(() -> samples.percentileMicros(0));
        assertThatIllegalArgumentException().isThrownBy(() -> samples.percentileMicros(100.1));
    }
}

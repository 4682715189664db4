package io.bedrockmeter.simulator.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void readsWhatItWrites() {
        Shape shape = new Shape(1, 2, 3, Duration.ofMillis(4), true);

        assertThat(Shape.parse(shape.query())).isEqualTo(shape);
    }

    @Test
    void keepsTheDefaultOfWhatIsNotNamed() {
        assertThat(Shape.parse("held=true")).isEqualTo(new Shape(1024, 50, 200, Duration.ofMillis(20), true));
        assertThat(Shape.parse("")).isEqualTo(Shape.DEFAULT);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.parse("frame=1"))
                .withMessageContaining("'frame'");
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.parse("frames=-1"));
    }
}

package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExactSumTest {
    @Test
    void staysExactBeyondALong() {
        ExactSum sum = new ExactSum();

        for (int i = 0; i < 5; i++) {
            sum.add(Long.MAX_VALUE);
        }

        assertThat(sum.total()).isEqualTo(BigInteger.valueOf(Long.MAX_VALUE).multiply(BigInteger.valueOf(5)));
    }

    @Test
    void losesNothingBetweenThreads() throws InterruptedException {
        ExactSum sum = new ExactSum();
        List<Thread> writers = IntStream.range(0, 4)
                .mapToObj(any -> Thread.ofPlatform().start(() -> addMany(sum, 250_000)))
                .toList();

        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(sum.total())
                .isEqualTo(BigInteger.valueOf(1_000_000L).multiply(BigInteger.valueOf(Long.MAX_VALUE / 8)));
    }

    @Test
    void neverFallsWhileItCarries() throws InterruptedException {
        ExactSum sum = new ExactSum();
        boolean fell = false;
        Thread writer = Thread.ofPlatform().start(() -> addMany(sum, 200_000));

        BigInteger last = BigInteger.ZERO;
        while (writer.isAlive()) {
            BigInteger now = sum.total();
            fell |= now.compareTo(last) < 0;
            last = now;
        }
        writer.join();

        assertThat(fell).isFalse();
    }

    @Test
    void refusesToFall() {
        ExactSum sum = new ExactSum();

        assertThatThrownBy(() -> sum.add(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    private static void addMany(ExactSum sum, int times) {
        for (int i = 0; i < times; i++) {
            sum.add(Long.MAX_VALUE / 8);
        }
    }
}

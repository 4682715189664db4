package io.bedrockmeter.metering.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.000000000001, 1",
        "0.00000000875, 8750",
        "1, 1000000000000",
        "-0.5, -500000000000",
        "1E-12, 1",
        "9223372.036854775807, 9223372036854775807",
        "-9223372.036854775808, -9223372036854775808"
    })
    void readsAndWritesWholePicodollars(String usd, long picos) {
        Money money = Money.parseUsd(usd);

        assertThat(money.picos()).isEqualTo(picos);
        assertThat(money.toUsdString())
                .isEqualTo(
                        picos == 0
                                ? "0"
                                : new BigDecimal(usd).stripTrailingZeros().toPlainString());
        assertThat(Money.parseUsd(money.toUsdString())).isEqualTo(money);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "abc", "1,5", "$1", "NaN", "0x10", "1 "})
    void refusesWhatIsNoDecimalNumber(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Money.parseUsd(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("decimal");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0000000000001",
                "0.0000011550000000000002",
                "9223372.036854775808",
                "1E+30",
                "-9223372.036854775809"
            })
    void refusesWhatIsFinerThanAPicodollarOrBeyondALong(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Money.parseUsd(text))
                .withMessageContaining(text)
                .withMessageContaining("12 decimal places");
    }

    @Test
    void neverWrapsAround() {
        Money most = Money.ofPicos(Long.MAX_VALUE);
        Money least = Money.ofPicos(Long.MIN_VALUE);

        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> most.plus(Money.ofPicos(1)));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> least.minus(Money.ofPicos(1)));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> most.times(2));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> least.times(-1));
    }

    @Test
    void agreesWithBigDecimalOnRandomSumsAndProducts() {
        long seed = System.nanoTime();
        Random random = new Random(seed);

        for (int i = 0; i < 2_000; i++) {
            Money one = Money.ofPicos(random.nextLong(1L << 40));
            Money other = Money.ofPicos(random.nextLong(1L << 40));
            long count = random.nextLong(1L << 20);

            BigDecimal sum = one.toBigDecimal().add(other.toBigDecimal());
            BigDecimal difference = one.toBigDecimal().subtract(other.toBigDecimal());
            BigDecimal product = one.toBigDecimal().multiply(BigDecimal.valueOf(count));
            assertThat(one.plus(other).toBigDecimal()).as("seed %d", seed).isEqualByComparingTo(sum);
            assertThat(one.minus(other).toBigDecimal()).as("seed %d", seed).isEqualByComparingTo(difference);
            assertThat(one.times(count).toBigDecimal()).as("seed %d", seed).isEqualByComparingTo(product);
        }
    }

    @Test
    void ordersByAmountAndPrintsItsCurrency() {
        List<Money> amounts = List.of(Money.parseUsd("-1"), Money.ZERO, Money.ofPicos(1), Money.parseUsd("2.50"));

        assertThat(amounts).isSorted();
        assertThat(amounts.get(3)).hasToString("2.5 USD");
        assertThat(Money.ofPicos(0)).isSameAs(Money.ZERO).matches(Money::isZero);
        assertThat(amounts.get(2).isZero()).isFalse();
    }
}

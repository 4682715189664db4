package io.bedrockmeter.metering.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PriceDiffTest {
    @ParameterizedTest
    @CsvSource({
        "0.000001, 0.0000011, 1000, false",
        "0.000001, 0.000001100001, 1000, true",
        "0.000001, 0.0000009, 1000, false",
        "0.000001, 0.000000899999, 1000, true",
        "0.000001, 0.000001000001, 0, true",
        "0, 0.000000000001, 10000, true",
        "0.000001, 0, 10000, false",
        "0.000001, 0, 9999, true",
        "9000000, 0.000000000001, 9999, true",
    })
    void isLargeIfItIsMoreThanAShareOfTheOldPrice(String before, String after, int basisPoints, boolean isLarge) {
        assertThat(changes(Books.of(input(before)), Books.of(input(after))))
                .singleElement()
                .satisfies(change -> assertThat(change.exceeds(basisPoints)).isEqualTo(isLarge));
    }

    @Test
    void isLargeIfThePriceIsGoneAndNotIfItIsNew() {
        PriceBook one = Books.of(input("0.000001"));
        PriceBook both = Books.of(input("0.000001"), Books.line("on_demand", "output", "0.000002"));

        assertThat(changes(one, both))
                .singleElement()
                .satisfies(change -> assertThat(change.exceeds(0)).isFalse());
        assertThat(changes(both, one))
                .singleElement()
                .satisfies(change -> assertThat(change.exceeds(10_000)).isTrue());
    }

    private static List<PriceDiff.Change> changes(PriceBook before, PriceBook after) {
        return PriceDiff.between(before, after, Books.NOW);
    }

    private static String input(String usd) {
        return Books.line("on_demand", "input", usd);
    }
}

package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;
import java.util.List;

/**
 * What is sold beside calls, such as capacity by the hour, in one tariff. Immutable.
 *
 * @param tariff how it is sold
 * @param lines one for each unit that the tariff sells, in the order of {@link PriceUnit}
 */
public record CapacityOffer(Tariff tariff, List<Line> lines) {
    public CapacityOffer {
        lines = List.copyOf(lines);
    }

    /**
     * So many units at a price.
     *
     * @param count how many; not negative
     * @param price the price of one
     */
    public record Line(long count, Price price) {
        /** What is bought. */
        public PriceUnit unit() {
            return price.key().unit();
        }

        /**
         * What it costs.
         *
         * @throws ArithmeticException if that is more than 9.2 million USD
         */
        public Money cost() {
            return price.rate().perUnit().times(count);
        }
    }

    /**
     * What all lines cost.
     *
     * @throws ArithmeticException if that is more than 9.2 million USD
     */
    public Money cost() {
        return lines.stream().map(Line::cost).reduce(Money.ZERO, Money::plus);
    }
}

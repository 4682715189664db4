package io.bedrockmeter.metering.money;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * An exact amount of US dollars: a whole number of picodollars (10⁻¹² USD).
 *
 * <p>Every list price of Amazon Bedrock per single unit is a whole number of picodollars; it is not one of nanodollars
 * (the cheapest cached token costs 8,750 pico). A {@code long} holds ±9.22 million USD, enough for any one call and for
 * any budget of one account; longer sums belong in {@link java.math.BigInteger}. Every operation is checked and throws
 * {@link ArithmeticException} rather than wrap around. Immutable, thread-safe.
 *
 * @param picos the amount in picodollars; may be negative (a correction)
 */
public record Money(long picos) implements Comparable<Money> {
    /** No money. */
    public static final Money ZERO = new Money(0);

    /** Picodollars in one US dollar. */
    public static final long PICOS_PER_USD = 1_000_000_000_000L;

    private static final int SCALE = 12;

    /** The amount of so many picodollars. */
    public static Money ofPicos(long picos) {
        return picos == 0 ? ZERO : new Money(picos);
    }

    /**
     * Reads a decimal number of US dollars, such as {@code "0.0000033"}.
     *
     * @throws IllegalArgumentException if the text is no decimal number, has a digit finer than a picodollar, or is
     *     beyond ±9.22 million USD
     */
    public static Money parseUsd(String usd) {
        try {
            return ofPicos(new BigDecimal(usd).movePointRight(SCALE).longValueExact());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a decimal amount of USD: '" + usd + "'", e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'" + usd
                            + "' USD is not a whole number of picodollars (12 decimal places) within ±9.22 million USD",
                    e);
        }
    }

    /** This amount and another together. */
    public Money plus(Money other) {
        return ofPicos(Math.addExact(picos, other.picos));
    }

    /** This amount less another. */
    public Money minus(Money other) {
        return ofPicos(Math.subtractExact(picos, other.picos));
    }

    /** This amount for each of {@code count} units. */
    public Money times(long count) {
        return ofPicos(Math.multiplyExact(picos, count));
    }

    /** One of so many equal parts, where they are whole picodollars; null where they are not, since money is never rounded. */
    public @Nullable Money dividedExactly(long parts) {
        return picos % parts == 0 ? ofPicos(picos / parts) : null;
    }

    /** Whether this is no money at all. */
    public boolean isZero() {
        return picos == 0;
    }

    /** The amount in US dollars as an exact plain decimal without trailing zeros: {@code "0.0123"}, {@code "0"}. */
    public String toUsdString() {
        return picos == 0
                ? "0"
                : BigDecimal.valueOf(picos, SCALE).stripTrailingZeros().toPlainString();
    }

    /** The same for a sum of picodollars longer than a {@code long} can hold. */
    public static String toUsdString(BigInteger picos) {
        return picos.signum() == 0
                ? "0"
                : new BigDecimal(picos, SCALE).stripTrailingZeros().toPlainString();
    }

    /** The amount as a decimal of scale 12, for sums longer than a {@code long} can hold. */
    public BigDecimal toBigDecimal() {
        return BigDecimal.valueOf(picos, SCALE);
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(picos, other.picos);
    }

    /** The amount with its currency, for logs and messages: {@code "0.0123 USD"}. */
    @Override
    public String toString() {
        return toUsdString() + " USD";
    }
}

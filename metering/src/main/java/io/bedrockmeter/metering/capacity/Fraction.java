package io.bedrockmeter.metering.capacity;

import java.math.BigInteger;

/** An exact fraction that is not negative. Immutable. */
record Fraction(BigInteger numerator, BigInteger denominator) {
    static final Fraction ZERO = new Fraction(BigInteger.ZERO, BigInteger.ONE);
    static final Fraction ONE = new Fraction(BigInteger.ONE, BigInteger.ONE);

    static Fraction of(BigInteger numerator, long denominator) {
        return new Fraction(numerator, BigInteger.valueOf(denominator));
    }

    Fraction max(Fraction other) {
        return compare(other) < 0 ? other : this;
    }

    Fraction min(Fraction other) {
        return compare(other) > 0 ? other : this;
    }

    /** So much of a whole, rounded down. */
    BigInteger of(BigInteger whole) {
        return whole.multiply(numerator).divide(denominator);
    }

    private int compare(Fraction other) {
        return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
    }
}

package io.bedrockmeter.metering.report;

import java.math.BigInteger;
import java.util.List;

/**
 * What a contract makes of list prices. The ledger holds list prices; what is to be paid is worked out from them by the discounts that
 * held on the day of each call, so a discount that is learnt of late needs no correction. Immutable, thread-safe.
 *
 * @param inOrder the first that is given for a call counts, and no other: discounts do not add up
 */
public record Discounts(List<Discount> inOrder) {
    /** List prices. */
    public static final Discounts NONE = new Discounts(List.of());

    private static final BigInteger WHOLE = BigInteger.valueOf(Discount.WHOLE);
    private static final BigInteger HALF = BigInteger.valueOf(Discount.WHOLE / 2);

    public Discounts {
        inOrder = List.copyOf(inOrder);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return inOrder.isEmpty();
    }

    /** How much of the list price is to be paid for calls, in hundredths of a percent. */
    BigInteger payable(Discount.Calls calls) {
        for (Discount discount : inOrder) {
            if (discount.isFor(calls)) {
                return BigInteger.valueOf(Discount.WHOLE - discount.basisPoints());
            }
        }
        return WHOLE;
    }

    /**
     * Picodollars of a sum of ten-thousandths of a picodollar, half a picodollar and more rounded away from zero. Rounded once, at the
     * end of a sum.
     */
    static BigInteger picos(BigInteger parts) {
        BigInteger half = parts.signum() < 0 ? HALF.negate() : HALF;
        return parts.add(half).divide(WHOLE);
    }
}

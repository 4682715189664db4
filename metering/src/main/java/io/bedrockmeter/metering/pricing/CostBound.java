package io.bedrockmeter.metering.pricing;

import io.bedrockmeter.metering.money.Money;

/**
 * What can be said of a call's cost before it is made. Immutable.
 *
 * @param most the most that it can cost, see {@link PriceBook#worstCase(PricedCall)}
 * @param tokens the most tokens of all kinds together that it can be billed for
 * @param isPriced whether there is a price for it; it is paid by time, or costs nothing, counts as one
 * @param limitsOutput whether it says how much it takes of what its model gives by the token, or the model gives none
 */
public record CostBound(Money most, long tokens, boolean isPriced, boolean limitsOutput) {
    /** Of what costs nothing by itself. */
    static final CostBound FREE = new CostBound(Money.ZERO, 0, true, true);

    /** Of what costs something by other units than tokens. */
    static CostBound ofNoModel(Money most) {
        return new CostBound(most, 0, true, true);
    }
}

package io.bedrockmeter.metering.budget;

import java.time.Instant;

/**
 * A call that asks whether there is money for it. Immutable.
 *
 * @param spender who makes it, and on what it is spent
 * @param at when it came; decides which period it counts in
 * @param worst the most that it can cost
 * @param isPriced whether that is known: not if there is no price for its model
 * @param limitsOutput whether it says how many tokens it takes at most, or its kind has none to limit
 */
public record BudgetedCall(Spender spender, Instant at, Amounts worst, boolean isPriced, boolean limitsOutput) {}

/**
 * Budgets: whether there is money left for a call, before it is spent.
 *
 * <p>Each call reserves what it can cost at most of every budget that it counts towards, of all of them or of none, and settles what
 * it did cost. What is spent, what is reserved and what is allowed are three numbers everywhere. Depends on accounts and money alone;
 * it knows neither the ledger, which it is rebuilt from, nor prices.
 *
 * <p>Temperature: hot. {@link io.bedrockmeter.metering.budget.Budgets} is asked twice for each call.
 */
@NullMarked
package io.bedrockmeter.metering.budget;

import org.jspecify.annotations.NullMarked;

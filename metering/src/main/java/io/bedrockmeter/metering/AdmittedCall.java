package io.bedrockmeter.metering;

import io.bedrockmeter.metering.budget.BudgetHold;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.pricing.PriceBook;
import io.bedrockmeter.metering.rate.RateHold;

/**
 * A call between its admission and its settlement. Immutable.
 *
 * @param invocation what was asked
 * @param intent what was recorded of it
 * @param prices the price book of its admission, which it is priced by however often the book changes meanwhile
 * @param hold what it holds of limits of rate, until it is settled
 * @param money what it holds of budgets, until it is settled
 */
public record AdmittedCall(
        Invocation invocation, LedgerIntent intent, PriceBook prices, RateHold hold, BudgetHold money) {}

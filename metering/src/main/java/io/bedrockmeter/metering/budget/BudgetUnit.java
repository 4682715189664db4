package io.bedrockmeter.metering.budget;

import io.bedrockmeter.metering.money.Money;

/** What a budget counts. */
public enum BudgetUnit {
    /** Picodollars at the prices of the ledger. */
    USD,
    /** Tokens of every kind, as billed. */
    TOKENS;

    /** What there is of this in an amount of both. */
    long of(Amounts amounts) {
        return this == USD ? amounts.picos() : amounts.tokens();
    }

    /** An amount as it is told to people: {@code "12.5 USD"}, {@code "1000 tokens"}. */
    public String told(long amount) {
        return this == USD ? Money.ofPicos(amount).toString() : amount + " tokens";
    }
}

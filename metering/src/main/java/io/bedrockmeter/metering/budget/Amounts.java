package io.bedrockmeter.metering.budget;

/**
 * What a call costs, or can, in all that budgets count. Immutable.
 *
 * @param picos picodollars; negative for a correction
 * @param tokens tokens of every kind
 */
public record Amounts(long picos, long tokens) {
    /** Nothing. */
    public static final Amounts NONE = new Amounts(0, 0);
}

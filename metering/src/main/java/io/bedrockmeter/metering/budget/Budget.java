package io.bedrockmeter.metering.budget;

import java.time.ZoneId;
import java.util.List;

/**
 * How much may be spent in each period, by whom, and what becomes of more. Immutable.
 *
 * @param name its name, a label of meters
 * @param scope which calls count
 * @param each who shares it
 * @param unit what it counts
 * @param limit how much of that, in picodollars or tokens; positive
 * @param period how long it lasts
 * @param zone whose calendar that is
 * @param mode what it does about more
 * @param overshoot by how much a balanced one may be passed at worst, in its unit; 0 for others
 * @param thresholds shares of the limit that are told when they are reached, in percent, ascending
 * @param needsMaxTokens whether calls are refused that do not limit their output
 */
public record Budget(
        String name,
        BudgetScope scope,
        Each each,
        BudgetUnit unit,
        long limit,
        BudgetPeriod period,
        ZoneId zone,
        BudgetMode mode,
        long overshoot,
        List<Integer> thresholds,
        boolean needsMaxTokens) {
    public Budget {
        thresholds = List.copyOf(thresholds);
        if (limit <= 0 || overshoot < 0 || limit > Long.MAX_VALUE / 2 || overshoot > Long.MAX_VALUE / 4) {
            throw new IllegalArgumentException("budget '" + name + "' needs a limit above 0");
        }
        if (overshoot > 0 && mode != BudgetMode.BALANCED) {
            throw new IllegalArgumentException("budget '" + name + "' is not balanced, so it has no overshoot");
        }
    }

    /** Whether what was spent of another, of an earlier configuration, was spent of this one. */
    boolean continues(Budget earlier) {
        return name.equals(earlier.name)
                && scope.equals(earlier.scope)
                && each == earlier.each
                && unit == earlier.unit
                && period == earlier.period
                && zone.equals(earlier.zone);
    }
}

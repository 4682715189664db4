package io.bedrockmeter.metering.budget;

import java.util.List;
import java.util.Map;

/**
 * What is done to budgets for a while. Immutable.
 *
 * @param raises by how much a budget's limit is raised, and until when; by the budget's name
 * @param frozen why nothing may be spent of a budget, whatever is left; by the budget's name
 */
public record BudgetActs(Map<String, List<Raise>> raises, Map<String, String> frozen) {
    /** Nothing. */
    public static final BudgetActs NONE = new BudgetActs(Map.of(), Map.of());

    public BudgetActs {
        raises = Map.copyOf(raises);
        frozen = Map.copyOf(frozen);
    }

    /**
     * A limit that is raised for a while. It holds for everybody who has a budget of that name.
     *
     * @param amount by how much, in the budget's unit
     * @param untilMillis the first millisecond since 1970 at which it does not hold any more
     */
    public record Raise(long amount, long untilMillis) {}

    /** By how much a limit is raised at a time. */
    long raisedBy(String budget, long millis) {
        long sum = 0;
        for (Raise raise : raises.getOrDefault(budget, List.of())) {
            if (millis < raise.untilMillis()) {
                sum = Sums.plus(sum, raise.amount());
            }
        }
        return sum;
    }
}

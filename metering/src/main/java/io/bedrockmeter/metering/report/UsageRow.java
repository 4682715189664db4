package io.bedrockmeter.metering.report;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.math.BigInteger;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One row of a report: a group of calls and what they came to. Immutable.
 *
 * @param group the values of the dimensions, in the order of the query
 * @param calls how many calls
 * @param openCalls how many of them have not ended, and so cost nothing yet
 * @param unpricedCalls how many of them cost more than is known, or an amount that is not known at all; shares of capacity that is
 *     paid by time, which are no calls, count here too
 * @param counts what they used, by unit; in a report by type, of that type only
 * @param costPicos what they cost, in picodollars
 * @param estimatedPicos the part of it that rests on an estimate of usage or on a price of doubtful source
 * @param netPicos what is to be paid of it after discounts; the same as the cost where there are none
 */
public record UsageRow(
        List<String> group,
        long calls,
        long openCalls,
        long unpricedCalls,
        Map<UsageUnit, Long> counts,
        BigInteger costPicos,
        BigInteger estimatedPicos,
        BigInteger netPicos) {

    public UsageRow {
        group = List.copyOf(group);
        Map<UsageUnit, Long> ordered = new EnumMap<>(UsageUnit.class);
        ordered.putAll(counts);
        counts = Collections.unmodifiableMap(ordered);
    }

    /** How much of a unit they used. */
    public long count(UsageUnit unit) {
        return counts.getOrDefault(unit, 0L);
    }

    /** The same row with another amount to be paid. */
    UsageRow withNet(BigInteger net) {
        return new UsageRow(group, calls, openCalls, unpricedCalls, counts, costPicos, estimatedPicos, net);
    }

    /** Whether corrections took back everything that was in this group. */
    boolean isNothing() {
        return calls == 0
                && openCalls == 0
                && unpricedCalls == 0
                && counts.isEmpty()
                && costPicos.signum() == 0
                && estimatedPicos.signum() == 0;
    }

    /** What they cost in US dollars, an exact decimal without trailing zeros. */
    public String costUsd() {
        return Money.toUsdString(costPicos);
    }

    /** What is to be paid of it, likewise. */
    public String netUsd() {
        return Money.toUsdString(netPicos);
    }

    /** The estimated part of what they cost, likewise. */
    public String estimatedUsd() {
        return Money.toUsdString(estimatedPicos);
    }
}

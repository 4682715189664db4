package io.bedrockmeter.metering.report;

import io.bedrockmeter.metering.capacity.Throughput;
import io.bedrockmeter.metering.ledger.CapacityCost;
import io.bedrockmeter.metering.ledger.Holding;
import io.bedrockmeter.metering.money.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What provisioned throughput cost and did within a time. Immutable.
 *
 * @param holding what it is
 * @param cost what was charged for it
 * @param calls how many calls it served
 * @param inputTokens their tokens of input, cached ones included
 * @param outputTokens their tokens of output
 * @param onDemandPicos what those calls would have cost on demand at list price, in picodollars
 * @param unpricedCalls how many of them have no price on demand, or not of all they used, and so are not wholly in that
 * @param throughput what it can serve; null if nobody has said
 */
public record ProvisionedRow(
        Holding holding,
        CapacityCost cost,
        long calls,
        long inputTokens,
        long outputTokens,
        BigInteger onDemandPicos,
        long unpricedCalls,
        @Nullable Throughput throughput) {
    private static final long MINUTES = 60;

    /** What whoever used it was charged, in US dollars, an exact decimal. */
    public String allocatedUsd() {
        return Money.toUsdString(cost.picos().subtract(cost.idlePicos()));
    }

    /** What it cost, used or not, likewise. */
    public String committedUsd() {
        return Money.toUsdString(cost.picos());
    }

    /** What of it nobody used, likewise. */
    public String idleUsd() {
        return Money.toUsdString(cost.idlePicos());
    }

    /** What the same calls would have cost on demand, likewise. */
    public String onDemandUsd() {
        return Money.toUsdString(onDemandPicos);
    }

    /**
     * How much of its throughput was used in the hours charged, in percent with two decimals: of the kind of token that it was used
     * most of. Empty where that is not known.
     */
    public String utilisationPercent() {
        if (throughput == null || cost.windows() == 0) {
            return "";
        }
        BigDecimal input = percent(inputTokens, throughput.inputPerMinute());
        BigDecimal output = percent(outputTokens, throughput.outputPerMinute());
        return input.max(output).toPlainString();
    }

    /** What on demand would have cost, in percent of what it did cost: it pays from 100 on. Empty where nothing was charged. */
    public String breakEvenPercent() {
        return cost.picos().signum() == 0
                ? ""
                : percent(new BigDecimal(onDemandPicos), new BigDecimal(cost.picos()))
                        .toPlainString();
    }

    private BigDecimal percent(long tokens, @Nullable Integer perMinute) {
        return perMinute == null
                ? new BigDecimal("0.00")
                : percent(
                        BigDecimal.valueOf(tokens),
                        BigDecimal.valueOf(perMinute).multiply(BigDecimal.valueOf(cost.windows() * MINUTES)));
    }

    private static BigDecimal percent(BigDecimal part, BigDecimal whole) {
        return part.movePointRight(2).divide(whole, 2, RoundingMode.HALF_UP);
    }
}

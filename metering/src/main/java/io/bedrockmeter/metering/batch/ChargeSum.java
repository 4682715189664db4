package io.bedrockmeter.metering.batch;

import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Charges of records that have all in common but their counts, added up: each unit has one rate. Records that reached the rates of
 * long contexts are so kept from those that did not, as they must be, because no sum of tokens tells. Confined to one thread.
 */
final class ChargeSum {
    private final Kind kind;
    private final Map<UsageUnit, ChargeLine> lines = new EnumMap<>(UsageUnit.class);
    private Money cost = Money.ZERO;
    private Money upperBound = Money.ZERO;
    private long bytesIn;
    private long bytesOut;

    ChargeSum(Kind kind) {
        this.kind = kind;
    }

    /**
     * What the charges of a sum have in common besides their rates.
     *
     * @param state how sure their usage is
     * @param reason why
     * @param status what their amounts are worth
     * @param attributes what narrows their units down to prices
     */
    record Kind(EntryState state, String reason, CostStatus status, Map<String, String> attributes) {
        Kind {
            attributes = Map.copyOf(attributes);
        }
    }

    /**
     * One record's charge.
     *
     * @param kind what it may have in common with others
     * @param charge what it costs
     * @param upperBound the most that it can have cost
     * @param bytesIn bytes of its request
     * @param bytesOut bytes of its answer
     */
    record Part(Kind kind, Charge charge, Money upperBound, long bytesIn, long bytesOut) {}

    /** Adds a charge if it is of this kind and at these rates. Whether it was added. */
    boolean tryAdd(Part part) {
        if (!part.kind().equals(kind) || !part.charge().lines().stream().allMatch(this::hasRateOf)) {
            return false;
        }
        for (ChargeLine line : part.charge().lines()) {
            lines.merge(line.unit(), line, ChargeSum::sum);
        }
        cost = cost.plus(part.charge().cost());
        upperBound = upperBound.plus(part.upperBound());
        bytesIn += part.bytesIn();
        bytesOut += part.bytesOut();
        return true;
    }

    Kind kind() {
        return kind;
    }

    /** The lines in the order of their units. */
    List<ChargeLine> lines() {
        return new ArrayList<>(lines.values());
    }

    Money cost() {
        return cost;
    }

    Money upperBound() {
        return upperBound;
    }

    long bytesIn() {
        return bytesIn;
    }

    long bytesOut() {
        return bytesOut;
    }

    private boolean hasRateOf(ChargeLine line) {
        ChargeLine known = lines.get(line.unit());
        return known == null || sameRate(known.rate(), line.rate());
    }

    private static boolean sameRate(@Nullable Money one, @Nullable Money other) {
        return one == null ? other == null : one.equals(other);
    }

    private static ChargeLine sum(ChargeLine one, ChargeLine other) {
        return new ChargeLine(
                one.unit(),
                Math.addExact(one.count(), other.count()),
                one.rate(),
                one.cost().plus(other.cost()),
                one.baseline().plus(other.baseline()));
    }
}

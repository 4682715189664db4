package io.bedrockmeter.metering.meters;

import java.util.List;

/** The labels of one series of {@link Meters#COST}, for reconciliation with a ledger. Immutable. */
public record CostSeries(String team, String app, String model, String region, String mode, String type) {
    /** The series of these values, in the order of {@link Meters#labels()}. */
    static CostSeries of(List<String> values) {
        return new CostSeries(values.get(0), values.get(1), values.get(2), values.get(3), values.get(4), values.get(5));
    }
}

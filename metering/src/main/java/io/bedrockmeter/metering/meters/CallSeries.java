package io.bedrockmeter.metering.meters;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The series of cost and usage of calls that share all labels but the unit; each found once and kept. Thread-safe. */
final class CallSeries {
    /** The type of a cost that no unit of usage explains: a reservation, charged as such after a crash. */
    static final String UNATTRIBUTED = "unattributed";

    private final SeriesTable table;
    private final Key key;
    private final Map<UsageUnit, UnitSeries> units = new ConcurrentHashMap<>();

    CallSeries(SeriesTable table, Key key) {
        this.table = table;
        this.key = key;
    }

    /** Makes the series of a unit, if there are none, so that they show 0. */
    void register(UsageUnit unit) {
        series(unit);
    }

    /** Adds a line of a charge. */
    void add(ChargeLine line) {
        UnitSeries series = series(line.unit());
        series.cost().add(line.cost().picos());
        series.baseline().add(line.baseline().picos());
        series.count().add(line.count());
    }

    /** Adds a cost that no line explains. Its baseline is the same, so that it shows neither as a saving nor as a loss. */
    void addUnattributed(Money cost) {
        if (!cost.isZero()) {
            money(Meters.COST, UNATTRIBUTED).add(cost.picos());
            money(Meters.BASELINE_COST, UNATTRIBUTED).add(cost.picos());
        }
    }

    private UnitSeries series(UsageUnit unit) {
        UnitSeries series = units.get(unit);
        return series == null ? units.computeIfAbsent(unit, this::newSeries) : series;
    }

    private UnitSeries newSeries(UsageUnit unit) {
        String type = unit.label();
        Meters counted = unit.isToken() ? Meters.TOKENS : Meters.UNITS;
        return new UnitSeries(
                money(Meters.COST, type),
                money(Meters.BASELINE_COST, type),
                table.counter(
                        counted, key.team(), key.app(), key.model(), key.mode().label(), type));
    }

    private HeldCounter money(Meters meter, String type) {
        return table.counter(
                meter,
                key.team(),
                key.app(),
                key.model(),
                key.region(),
                key.mode().label(),
                type);
    }

    /** The labels shared, each within its bound. */
    record Key(String team, String app, String model, String region, PricingMode mode) {}

    private record UnitSeries(HeldCounter cost, HeldCounter baseline, HeldCounter count) {}
}

package io.bedrockmeter.metering.meters;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

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

    /**
     * Moves cost and usage by the difference of two charges of one call. Counters cannot fall: of a cost that does, the
     * difference is shown apart; usage does not change, and a baseline is not lowered.
     */
    void correct(Charge before, Charge after) {
        Map<UsageUnit, ChargeLine> old = new EnumMap<>(UsageUnit.class);
        before.lines().forEach(line -> old.put(line.unit(), line));
        for (ChargeLine line : after.lines()) {
            correct(line, old.remove(line.unit()));
        }
        old.values()
                .forEach(line ->
                        move(line.unit().label(), Math.negateExact(line.cost().picos())));
        moveUnattributed(unattributed(after).minus(unattributed(before)));
    }

    private void correct(ChargeLine after, @Nullable ChargeLine before) {
        UnitSeries series = series(after.unit());
        long cost = before == null ? 0 : before.cost().picos();
        long baseline = before == null ? 0 : before.baseline().picos();
        long count = before == null ? 0 : before.count();
        move(after.unit().label(), after.cost().picos() - cost);
        series.baseline().add(Math.max(0, after.baseline().picos() - baseline));
        series.count().add(Math.max(0, after.count() - count));
    }

    private void moveUnattributed(Money difference) {
        move(UNATTRIBUTED, difference.picos());
        if (difference.picos() > 0) {
            money(Meters.BASELINE_COST, UNATTRIBUTED).add(difference.picos());
        }
    }

    private void move(String type, long picos) {
        if (picos > 0) {
            money(Meters.COST, type).add(picos);
        } else if (picos < 0) {
            money(Meters.COST_TAKEN_BACK, type).add(-picos);
        }
    }

    private static Money unattributed(Charge charge) {
        return charge.lines().isEmpty() ? charge.cost() : Money.ZERO;
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

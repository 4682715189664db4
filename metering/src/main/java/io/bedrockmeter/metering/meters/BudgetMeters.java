package io.bedrockmeter.metering.meters;

import io.bedrockmeter.metering.budget.Budget;
import io.bedrockmeter.metering.budget.BudgetMode;
import io.bedrockmeter.metering.budget.BudgetStatus;
import io.bedrockmeter.metering.budget.BudgetUnit;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows how budgets stand, and counts what they had no room for. {@link #show} is called before each scrape, by one thread at a
 * time.
 */
public final class BudgetMeters {
    /** The team of a budget that all share. */
    private static final String ALL = "all";

    private static final double MILLIS_PER_SECOND = 1_000;

    private final MeterPublisher publisher;
    private final Map<Meters, MultiGauge> gauges = new EnumMap<>(Meters.class);

    /** Meters in a registry. */
    public BudgetMeters(MeterRegistry registry, MeterPublisher publisher) {
        this.publisher = publisher;
        for (Meters meter : List.of(
                Meters.BUDGET_LIMIT,
                Meters.BUDGET_SPENT,
                Meters.BUDGET_RESERVED,
                Meters.BUDGET_OVERSHOOT,
                Meters.BUDGET_LIMIT_TOKENS,
                Meters.BUDGET_SPENT_TOKENS,
                Meters.BUDGET_RESERVED_TOKENS,
                Meters.BUDGET_PERIOD_END)) {
            gauges.put(
                    meter,
                    MultiGauge.builder(meter.meterName())
                            .baseUnit(meter.baseUnit())
                            .description(meter.help())
                            .register(registry));
        }
    }

    /**
     * Counts a call that a budget had no room for. Callable by any thread.
     *
     * @param wasRefused whether it was refused for that
     */
    public void overrun(Budget budget, boolean wasRefused) {
        publisher.budgetOverrun(
                budget.name(), wasRefused ? "reject" : budget.mode() == BudgetMode.SHADOW ? "shadow" : "warn");
    }

    /** Shows this instead of what was shown before. Those of one team that each have a budget of their own are summed up. */
    public void show(List<BudgetStatus> statuses) {
        Map<List<String>, Sum> sums = new LinkedHashMap<>();
        for (BudgetStatus status : statuses) {
            Budget budget = status.budget();
            sums.computeIfAbsent(
                            List.of(
                                    budget.name(),
                                    status.team().isEmpty() ? ALL : publisher.shownTeam(status.team()),
                                    budget.period().name().toLowerCase(Locale.ROOT)),
                            labels -> new Sum(budget.unit(), status.span().endMillis()))
                    .add(status);
        }
        gauges.forEach((meter, gauge) -> {
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            sums.forEach((labels, sum) -> {
                Double value = sum.of(meter);
                if (value != null) {
                    rows.add(MultiGauge.Row.of(meter.tags(labels), value));
                }
            });
            gauge.register(rows, true);
        });
    }

    private static final class Sum {
        private final BudgetUnit unit;
        private final long endMillis;
        private BigInteger limit = BigInteger.ZERO;
        private BigInteger spent = BigInteger.ZERO;
        private BigInteger reserved = BigInteger.ZERO;
        private BigInteger overshoot = BigInteger.ZERO;

        private Sum(BudgetUnit unit, long endMillis) {
            this.unit = unit;
            this.endMillis = endMillis;
        }

        private void add(BudgetStatus status) {
            limit = limit.add(BigInteger.valueOf(status.limit()));
            spent = spent.add(BigInteger.valueOf(status.spent()));
            reserved = reserved.add(BigInteger.valueOf(status.reserved()));
            overshoot = overshoot.add(BigInteger.valueOf(status.overshootBound()));
        }

        private @Nullable Double of(Meters meter) {
            boolean inUsd = unit == BudgetUnit.USD;
            return switch (meter) {
                case BUDGET_LIMIT -> inUsd ? HeldCounter.usd(limit) : null;
                case BUDGET_SPENT -> inUsd ? HeldCounter.usd(spent) : null;
                case BUDGET_RESERVED -> inUsd ? HeldCounter.usd(reserved) : null;
                case BUDGET_OVERSHOOT -> inUsd ? HeldCounter.usd(overshoot) : null;
                case BUDGET_LIMIT_TOKENS -> inUsd ? null : limit.doubleValue();
                case BUDGET_SPENT_TOKENS -> inUsd ? null : spent.doubleValue();
                case BUDGET_RESERVED_TOKENS -> inUsd ? null : reserved.doubleValue();
                default -> endMillis == Long.MAX_VALUE ? null : endMillis / MILLIS_PER_SECOND;
            };
        }
    }
}

package io.bedrockmeter.metering.meters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every series that exists, by meter and label values; a look-up here costs one hash, not one search of a registry.
 * Thread-safe.
 *
 * <p>It also keeps what its counters count alive: a registry holds that only weakly, and shows 0 for what was collected.
 * Once there are as many series as allowed, further ones have their open labels folded into {@link MeterLabel#OTHER}; of
 * those there is a small fixed number, so the cap is exceeded by that at most.
 */
final class SeriesTable {
    /** The value of {@link MeterLabel#LABEL} that stands for the cap on all series. */
    static final String SERIES = "series";

    private static final int SERIES_BESIDE_BUCKETS = 3; // +Inf, count, sum

    private final MeterRegistry registry;
    private final InstantSource clock;
    private volatile MeterSettings settings;
    private final Map<SeriesKey, HeldCounter> counters = new ConcurrentHashMap<>();
    private final Map<SeriesKey, Timer> timers = new ConcurrentHashMap<>();
    private volatile int seriesCount;

    SeriesTable(MeterRegistry registry, InstantSource clock, MeterSettings settings) {
        this.registry = registry;
        this.clock = clock;
        this.settings = settings;
    }

    /** Puts other settings in force, for series that are made from now on. */
    void apply(MeterSettings newSettings) {
        settings = newSettings;
    }

    /** The counter with these label values, made if there is none. */
    HeldCounter counter(Meters meter, String... values) {
        SeriesKey key = new SeriesKey(meter, List.of(values));
        HeldCounter counter = counters.get(key);
        return counter == null ? newCounter(key) : counter;
    }

    /** The histogram with these label values, made if there is none. */
    Timer timer(Meters meter, String... values) {
        SeriesKey key = new SeriesKey(meter, List.of(values));
        Timer timer = timers.get(key);
        return timer == null ? newTimer(key) : timer;
    }

    /** Whether further series are folded. */
    boolean isFull() {
        return seriesCount >= settings.seriesMax();
    }

    /** The exact sums of a meter by label values. */
    Map<List<String>, BigInteger> totals(Meters meter) {
        Map<List<String>, BigInteger> totals = new HashMap<>();
        counters.forEach((key, counter) -> {
            if (key.meter() == meter) {
                totals.put(key.values(), counter.total());
            }
        });
        return totals;
    }

    private synchronized HeldCounter newCounter(SeriesKey wanted) {
        SeriesKey key = withinCap(wanted);
        HeldCounter existing = counters.get(key);
        if (existing != null) {
            return existing;
        }
        Meters meter = key.meter();
        HeldCounter counter = new HeldCounter(meter.unit(), clock, settings.zeroHold());
        counters.put(key, counter);
        seriesCount++;
        FunctionCounter.builder(meter.meterName(), counter, HeldCounter::exported)
                .tags(meter.tags(key.values()))
                .baseUnit(meter.baseUnit())
                .description(meter.help())
                .register(registry);
        return counter;
    }

    private synchronized Timer newTimer(SeriesKey wanted) {
        SeriesKey key = withinCap(wanted);
        Timer existing = timers.get(key);
        if (existing != null) {
            return existing;
        }
        Meters meter = key.meter();
        List<Duration> buckets = meter.buckets();
        Timer timer = Timer.builder(meter.meterName())
                .tags(meter.tags(key.values()))
                .description(meter.help())
                .serviceLevelObjectives(buckets.toArray(Duration[]::new))
                .register(registry);
        timers.put(key, timer);
        seriesCount += buckets.size() + SERIES_BESIDE_BUCKETS;
        return timer;
    }

    private SeriesKey withinCap(SeriesKey wanted) {
        if (!isFull() || counters.containsKey(wanted) || timers.containsKey(wanted)) {
            return wanted;
        }
        SeriesKey folded = wanted.folded();
        if (!folded.equals(wanted)) {
            counter(Meters.LABEL_OVERFLOW, SERIES).add(1);
        }
        return folded;
    }

    /** A meter and the values of its labels, in their order. */
    private record SeriesKey(Meters meter, List<String> values) {
        /** The same with every label that is not closed set to {@link MeterLabel#OTHER}. */
        SeriesKey folded() {
            List<String> folded = new ArrayList<>(values.size());
            for (int i = 0; i < values.size(); i++) {
                boolean closed = meter.labels().get(i).bound() == MeterLabel.Bound.CLOSED;
                folded.add(closed ? values.get(i) : MeterLabel.OTHER);
            }
            return new SeriesKey(meter, List.copyOf(folded));
        }
    }
}

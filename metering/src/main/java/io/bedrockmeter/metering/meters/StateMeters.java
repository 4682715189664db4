package io.bedrockmeter.metering.meters;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Meters of what the process is and holds, rather than of calls: its build, configuration, prices and ledger.
 *
 * <p>Thread-safe; called when something is loaded, never for a call.
 */
public final class StateMeters {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    /** {@code ModelInvocationJobStatus} in the service model of Amazon Bedrock. */
    private static final Set<String> BATCH_STATES = Set.of(
            "Submitted",
            "Validating",
            "Scheduled",
            "InProgress",
            "Completed",
            "PartiallyCompleted",
            "Failed",
            "Stopping",
            "Stopped",
            "Expired");

    private static final long TOKENS_PER_PRICE = 1_000_000;

    private final MeterRegistry registry;
    private final MultiGauge prices;
    private final MultiGauge priceBooks;
    private final MultiGauge priceBooksWaiting;
    private final MultiGauge batchJobs;
    private final MultiGauge committed;
    private final MultiGauge modelUnits;
    private final MultiGauge capacity;
    private final MultiGauge expiry;
    private final AtomicLong configLoadedMillis = new AtomicLong();
    private final AtomicLong configFailures = new AtomicLong();
    private final AtomicBoolean keysShown = new AtomicBoolean();

    private volatile boolean keysStale;

    /** Makes the meters of the build and of the configuration. */
    public StateMeters(MeterRegistry registry, String version, String revision) {
        this.registry = registry;
        this.prices = rows(Meters.PRICE);
        this.priceBooks = rows(Meters.PRICE_BOOK_TIMESTAMP);
        this.priceBooksWaiting = rows(Meters.PRICE_BOOKS_WAITING);
        this.batchJobs = rows(Meters.BATCH_JOBS);
        this.committed = rows(Meters.PROVISIONED_COMMITTED);
        this.modelUnits = rows(Meters.PROVISIONED_MODEL_UNITS);
        this.capacity = rows(Meters.PROVISIONED_CAPACITY);
        this.expiry = rows(Meters.PROVISIONED_EXPIRY);
        gauge(Meters.BUILD_INFO, () -> 1, version, revision);
        gauge(Meters.CONFIG_LAST_RELOAD, () -> configLoadedMillis.get() / MILLIS_PER_SECOND);
        counter(Meters.CONFIG_RELOAD_FAILURES, configFailures::get);
    }

    /** A configuration came into force. */
    public void configLoaded(Instant when) {
        configLoadedMillis.set(when.toEpochMilli());
    }

    /** A configuration was refused, and the old one stayed. */
    public void configRefused() {
        configFailures.incrementAndGet();
    }

    /** Shows whether the keys in force may be older than those that are kept, because those cannot be read. */
    public void keysStale(boolean stale) {
        if (!keysShown.getAndSet(true)) {
            gauge(Meters.KEYS_STALE, () -> keysStale ? 1 : 0);
        }
        keysStale = stale;
    }

    /**
     * Shows when the prices of books were taken, instead of those shown before: a book that is no longer in force does not grow old.
     *
     * @param takenBySource by where a book came from, such as {@code bundled}
     */
    public void priceBooks(Map<String, Instant> takenBySource) {
        priceBooks.register(
                takenBySource.entrySet().stream()
                        .map(book -> MultiGauge.Row.of(
                                Meters.PRICE_BOOK_TIMESTAMP.tags(List.of(book.getKey())),
                                book.getValue().toEpochMilli() / MILLIS_PER_SECOND))
                        .collect(Collectors.<MultiGauge.Row<?>>toList()),
                true);
    }

    /**
     * Shows of which feeds of prices a book waits to be approved, instead of those shown before.
     *
     * @param waits by the name of each feed
     */
    public void priceBooksWaiting(Map<String, Boolean> waits) {
        priceBooksWaiting.register(
                waits.entrySet().stream()
                        .map(feed -> MultiGauge.Row.of(
                                Meters.PRICE_BOOKS_WAITING.tags(List.of(feed.getKey())), feed.getValue() ? 1 : 0))
                        .collect(Collectors.<MultiGauge.Row<?>>toList()),
                true);
    }

    /** Shows the provisioned throughput that there is, instead of what was shown before. */
    public void holdings(Collection<HoldingFigures> holdings) {
        Map<String, Long> input = new TreeMap<>();
        Map<String, Long> output = new TreeMap<>();
        List<MultiGauge.Row<?>> hourly = new ArrayList<>();
        List<MultiGauge.Row<?>> units = new ArrayList<>();
        List<MultiGauge.Row<?>> ends = new ArrayList<>();
        for (HoldingFigures holding : holdings) {
            List<String> labels = List.of(
                    holding.name(), holding.model(), holding.commitment().label());
            units.add(MultiGauge.Row.of(Meters.PROVISIONED_MODEL_UNITS.tags(labels), holding.units()));
            Money perHour = holding.perHour();
            if (perHour != null) {
                double usd = HeldCounter.usd(BigInteger.valueOf(perHour.picos()));
                hourly.add(MultiGauge.Row.of(Meters.PROVISIONED_COMMITTED.tags(labels), usd));
            }
            Instant expiresAt = holding.expiresAt();
            if (expiresAt != null) {
                double seconds = expiresAt.toEpochMilli() / MILLIS_PER_SECOND;
                ends.add(MultiGauge.Row.of(Meters.PROVISIONED_EXPIRY.tags(labels), seconds));
            }
            add(input, holding.model(), holding.inputPerMinute());
            add(output, holding.model(), holding.outputPerMinute());
        }
        List<MultiGauge.Row<?>> served = new ArrayList<>();
        input.forEach((model, sum) -> served.add(served(model, UsageUnit.INPUT, sum)));
        output.forEach((model, sum) -> served.add(served(model, UsageUnit.OUTPUT, sum)));
        committed.register(hourly, true);
        modelUnits.register(units, true);
        capacity.register(served, true);
        expiry.register(ends, true);
    }

    private static void add(Map<String, Long> sums, String model, @Nullable Integer perMinute) {
        if (perMinute != null) {
            sums.merge(model, (long) perMinute, Long::sum);
        }
    }

    private static MultiGauge.Row<?> served(String model, UsageUnit type, long perMinute) {
        return MultiGauge.Row.of(Meters.PROVISIONED_CAPACITY.tags(List.of(model, type.label())), perMinute);
    }

    /** Shows list prices, instead of those shown before. */
    public void showPrices(Collection<UnitPrice> shown) {
        prices.register(shown.stream().map(StateMeters::row).toList(), true);
    }

    /**
     * Shows how batch jobs stand, instead of what was shown before: all states, once there is a job.
     *
     * @param countByState how many, in the words of Amazon Bedrock
     */
    public void batchJobs(Map<String, Long> countByState) {
        Map<String, Long> shown = new TreeMap<>();
        if (!countByState.isEmpty()) {
            BATCH_STATES.forEach(state -> shown.put(state, 0L));
        }
        countByState.forEach((state, count) ->
                shown.merge(BATCH_STATES.contains(state) ? state : MeterLabel.OTHER, count, Long::sum));
        batchJobs.register(
                shown.entrySet().stream()
                        .map(state ->
                                MultiGauge.Row.of(Meters.BATCH_JOBS.tags(List.of(state.getKey())), state.getValue()))
                        .collect(Collectors.<MultiGauge.Row<?>>toList()),
                true);
    }

    /**
     * Shows a ledger's figures about itself, and the difference between what it charged and what meters show.
     *
     * @param ledger the ledger
     * @param shownPicos the exact cost in the meters: {@link MeterPublisher#totalCostPicos}
     */
    public void ledger(LedgerFigures ledger, Supplier<BigInteger> shownPicos) {
        counter(Meters.LEDGER_WRITE_FAILURES, ledger::writeFailures);
        gauge(Meters.LEDGER_LAG, () -> ledger.lag().toNanos() / NANOS_PER_SECOND);
        gauge(
                Meters.LEDGER_METER_DRIFT,
                () -> HeldCounter.usd(ledger.chargedPicos().subtract(shownPicos.get())));
    }

    private static MultiGauge.Row<?> row(UnitPrice price) {
        Tags tags = Meters.PRICE.tags(
                List.of(price.model(), price.mode().label(), price.unit().label(), price.region()));
        return MultiGauge.Row.of(
                tags,
                () -> HeldCounter.usd(
                        BigInteger.valueOf(price.rate().picos()).multiply(BigInteger.valueOf(TOKENS_PER_PRICE))));
    }

    private MultiGauge rows(Meters meter) {
        return MultiGauge.builder(meter.meterName())
                .baseUnit(meter.baseUnit())
                .description(meter.help())
                .register(registry);
    }

    private void gauge(Meters meter, Supplier<Number> value, String... labelValues) {
        Gauge.builder(meter.meterName(), value)
                .tags(meter.tags(List.of(labelValues)))
                .baseUnit(meter.baseUnit())
                .description(meter.help())
                .register(registry);
    }

    private void counter(Meters meter, Supplier<Number> value) {
        // The registry holds what a function counter counts only weakly; the function it holds for good.
        FunctionCounter.builder(meter.meterName(), registry, any -> value.get().doubleValue())
                .baseUnit(meter.baseUnit())
                .description(meter.help())
                .register(registry);
    }
}

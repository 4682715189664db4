package io.bedrockmeter.metering.meters;

import static io.bedrockmeter.metering.meters.MeterLabel.OTHER;

import io.bedrockmeter.metering.ledger.Correction;
import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.LedgerIntent;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.Charge;
import io.bedrockmeter.metering.pricing.ChargeLine;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.rate.Limited;
import io.bedrockmeter.metering.rate.RateRule;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Shows in meters what the ledger recorded. One for each registry.
 *
 * <p>Threads: {@link #publish}, {@link #publishBatch}, {@link #publishCorrection} and {@link #publishRecovered} are called on the ledger
 * writer's thread once an entry is durable, so that no meter ever shows what a crash can take back; they neither wait nor search a registry. All methods
 * are thread-safe; {@link #callStarted}, {@link #callEnded}, {@link #callRefused}, {@link #rateRefused} and {@link #usageDisagreed} are meant
 * for event loops.
 */
public final class MeterPublisher {
    /** The reason of an estimated cost whose usage is exact. */
    private static final String UNCERTAIN_PRICE = "uncertain_price";

    /** How the names of operations end whose answers are streamed. */
    private static final String STREAMED = "Stream";

    private final SeriesTable table;
    private final LabelLimiter limiter;
    private final Map<CallSeries.Key, CallSeries> calls = new ConcurrentHashMap<>();
    private final LongAdder active = new LongAdder();
    private final Timer overhead;

    /**
     * Makes the meters that have no labels and those of failures, so that they show 0.
     *
     * @param registry where the meters are shown
     * @param clock tells when a new series has been shown as 0 for long enough
     * @param settings how they are shown
     * @param allowed the values of labels that configuration and price book allow
     */
    public MeterPublisher(MeterRegistry registry, InstantSource clock, MeterSettings settings, AllowedLabels allowed) {
        this.table = new SeriesTable(registry, clock, settings);
        this.limiter = new LabelLimiter(
                allowed,
                label -> table.counter(Meters.LABEL_OVERFLOW, label.label()).add(1));
        HeldCounter failures = table.counter(Meters.METER_REGISTRATION_FAILURES);
        registry.config().onMeterRegistrationFailed((id, reason) -> failures.add(1));
        registerAlarms();
        this.overhead = table.timer(Meters.OVERHEAD);
        // The supplier holds this object: as long as the registry shows these meters, what they count is not collected.
        Gauge.builder(Meters.ACTIVE_REQUESTS.meterName(), () -> active.sum())
                .baseUnit(Meters.ACTIVE_REQUESTS.baseUnit())
                .description(Meters.ACTIVE_REQUESTS.help())
                .register(registry);
    }

    /** Puts other bounds of labels in force, as when a configuration or a price book was replaced. */
    public void allow(AllowedLabels allowed) {
        limiter.allow(allowed);
    }

    /** Puts other settings in force, for series that are made from now on. */
    public void apply(MeterSettings settings) {
        table.apply(settings);
    }

    /** Makes the series of a configured combination, so that dashboards show 0 before its first call. */
    public void register(ExpectedCalls expected) {
        CallSeries series = series(new CallSeries.Key(
                limiter.limit(MeterLabel.TEAM, expected.team()),
                limiter.limit(MeterLabel.APP, expected.app()),
                limiter.limit(MeterLabel.MODEL, expected.model()),
                limiter.limit(MeterLabel.REGION, expected.region()),
                expected.mode()));
        expected.units().forEach(series::register);
    }

    /** A call was let in. */
    public void callStarted() {
        active.increment();
    }

    /** A call that was let in is over. */
    public void callEnded() {
        active.decrement();
    }

    /** A call was refused before it was admitted. */
    public void callRefused(String reason) {
        table.counter(Meters.REFUSALS, limiter.limit(MeterLabel.REASON, reason)).add(1);
    }

    /**
     * A limit of rate refused a call.
     *
     * @param limit its name, as configured
     */
    public void rateRefused(String team, String limit, Limited limited) {
        table.counter(Meters.RATE_REFUSALS, limiter.limit(MeterLabel.TEAM, team), limit, limited.label())
                .add(1);
    }

    /**
     * A budget had no room for a call.
     *
     * @param budget its name, as configured
     * @param action what it did: {@code reject}, {@code warn} or {@code shadow}
     */
    public void budgetOverrun(String budget, String action) {
        table.counter(Meters.BUDGET_REJECTIONS, budget, action).add(1);
    }

    /** A team as it is shown: by its name, if that is one of those that may be. */
    String shownTeam(String team) {
        return limiter.limit(MeterLabel.TEAM, team);
    }

    /** An answer reported two different counts of one thing. */
    public void usageDisagreed(String model) {
        table.counter(Meters.USAGE_DISAGREEMENTS, limiter.limit(MeterLabel.MODEL, model))
                .add(1);
    }

    /** Shows a call that was settled. */
    public void publish(LedgerEntry entry, Outcome outcome) {
        CallSeries.Key call = publishCharge(entry);
        String operation = limiter.limit(MeterLabel.OPERATION, entry.intent().operation());
        table.counter(
                        Meters.REQUESTS,
                        call.team(),
                        call.model(),
                        operation,
                        call.mode().label(),
                        outcome.label())
                .add(1);
        if (isUsageMissing(entry)) {
            String reason = limiter.limit(MeterLabel.REASON, entry.reason());
            table.counter(Meters.USAGE_MISSING, call.model(), operation, reason).add(1);
        }
        publishTimings(outcome.timings(), call.model(), operation);
    }

    /**
     * Shows a call that was open when the process died, as it was recorded at the next start. Its cost counts, as an
     * estimate; it is no request of this process and has no outcome.
     */
    public void publishRecovered(LedgerEntry entry) {
        CallSeries.Key call = publishCharge(entry);
        table.counter(Meters.UNKNOWN_AFTER_CRASH, call.team(), call.model()).add(1);
    }

    /** Shows what a batch job came to. Its cost counts as that of calls; but it is no request, and took no caller's time. */
    public void publishBatch(LedgerEntry entry) {
        CallSeries.Key job = publishCharge(entry);
        if (isUsageMissing(entry)) {
            String operation =
                    limiter.limit(MeterLabel.OPERATION, entry.intent().operation());
            String reason = limiter.limit(MeterLabel.REASON, entry.reason());
            table.counter(Meters.USAGE_MISSING, job.model(), operation, reason).add(1);
        }
    }

    /** Shows a share of capacity that is paid by time. It is no request. */
    public void publishCapacity(LedgerEntry entry) {
        publishCharge(entry);
    }

    /**
     * Shows a call that was priced anew. The difference in cost is shown under the model that is now known; what was shown
     * of the call before stays, since counters cannot fall, and {@link Meters#CORRECTIONS} says how often that was.
     */
    public void publishCorrection(Correction correction) {
        LedgerEntry before = correction.standing().entry();
        LedgerEntry after = correction.replacement();
        CallSeries.Key key = key(after);
        series(key).correct(before.charge(), after.charge());
        long estimateAdded = estimate(after).picos() - estimate(before).picos();
        if (estimateAdded > 0) {
            estimated(after, key).add(estimateAdded);
        }
        table.counter(Meters.CORRECTIONS, before.charge().status().label(), key.model())
                .add(1);
    }

    /**
     * Counts a question to the control plane.
     *
     * @param operation as in the service model of Bedrock
     * @param answer {@code found}, or why it was not
     */
    public void lookedUp(String operation, String answer) {
        table.counter(
                        Meters.CONTROL_LOOKUPS,
                        limiter.limit(MeterLabel.OPERATION, operation),
                        limiter.limit(MeterLabel.REASON, answer))
                .add(1);
    }

    /**
     * The exact cost shown so far, or about to be shown where a series is held at 0, less what corrections took back, in
     * picodollars.
     */
    public BigInteger totalCostPicos() {
        return costPicos().values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** The same by series. */
    public Map<CostSeries, BigInteger> costPicos() {
        Map<CostSeries, BigInteger> costs = new HashMap<>();
        table.totals(Meters.COST).forEach((values, picos) -> costs.put(CostSeries.of(values), picos));
        table.totals(Meters.COST_TAKEN_BACK)
                .forEach((values, picos) -> costs.merge(CostSeries.of(values), picos.negate(), BigInteger::add));
        return costs;
    }

    /** Makes one series of each meter that tells of trouble, so that a dashboard can tell "never" from "not measured". */
    private void registerAlarms() {
        for (MeterLabel label : MeterLabel.values()) {
            if (label.bound() != MeterLabel.Bound.CLOSED) {
                table.counter(Meters.LABEL_OVERFLOW, label.label());
            }
        }
        table.counter(Meters.LABEL_OVERFLOW, SeriesTable.SERIES);
        table.counter(Meters.ESTIMATED_COST, OTHER, OTHER, OTHER);
        table.counter(Meters.USAGE_MISSING, OTHER, OTHER, OTHER);
        table.counter(Meters.UNPRICED_UNITS, OTHER, UsageUnit.INPUT.label(), CostStatus.UNPRICED_MODEL.label());
        table.counter(Meters.UNKNOWN_AFTER_CRASH, OTHER, OTHER);
        table.counter(Meters.RATE_REFUSALS, OTHER, RateRule.OF_KEY, Limited.REQUESTS.label());
    }

    private CallSeries.Key publishCharge(LedgerEntry entry) {
        Charge charge = entry.charge();
        CallSeries.Key key = key(entry);
        CallSeries series = series(key);
        for (ChargeLine line : charge.lines()) {
            series.add(line);
            if (line.rate() == null
                    && (line.unit().isCapacity() || !charge.mode().isPrepaid())) {
                publishUnpriced(line, charge.status(), key.model());
            }
        }
        if (charge.lines().isEmpty()) {
            series.addUnattributed(charge.cost());
        }
        publishEstimate(entry, key);
        table.counter(Meters.COST_STATUS, charge.status().label(), key.model()).add(1);
        return key;
    }

    private void publishUnpriced(ChargeLine line, CostStatus status, String model) {
        CostStatus reason = status == CostStatus.UNPRICED_MODEL ? status : CostStatus.UNPRICED_UNIT;
        table.counter(Meters.UNPRICED_UNITS, model, line.unit().label(), reason.label())
                .add(line.count());
    }

    private void publishEstimate(LedgerEntry entry, CallSeries.Key call) {
        if (isEstimated(entry)) {
            estimated(entry, call).add(entry.charge().cost().picos());
        }
    }

    private static boolean isUsageEstimated(LedgerEntry entry) {
        return entry.state() == EntryState.ESTIMATED || entry.state() == EntryState.UNKNOWN_AFTER_CRASH;
    }

    private static boolean isEstimated(LedgerEntry entry) {
        return isUsageEstimated(entry) || entry.charge().status() == CostStatus.ESTIMATED;
    }

    private static Money estimate(LedgerEntry entry) {
        return isEstimated(entry) ? entry.charge().cost() : Money.ZERO;
    }

    private HeldCounter estimated(LedgerEntry entry, CallSeries.Key call) {
        String reason = limiter.limit(MeterLabel.REASON, isUsageEstimated(entry) ? entry.reason() : UNCERTAIN_PRICE);
        return table.counter(Meters.ESTIMATED_COST, call.team(), call.model(), reason);
    }

    private static boolean isUsageMissing(LedgerEntry entry) {
        boolean answered = entry.httpStatus() >= 200 && entry.httpStatus() < 300;
        return answered
                && (entry.state() == EntryState.ESTIMATED || entry.charge().status() == CostStatus.USAGE_MISSING);
    }

    private void publishTimings(Outcome.Timings timings, String model, String operation) {
        record(table.timer(Meters.REQUEST_DURATION, model, operation), timings.total());
        record(table.timer(Meters.UPSTREAM_DURATION, model, operation), timings.upstream());
        record(overhead, timings.overhead());
        if (operation.endsWith(STREAMED)) {
            record(table.timer(Meters.TIME_TO_FIRST_BYTE, model), timings.firstByte());
        }
    }

    private static void record(Timer timer, long nanos) {
        if (nanos >= 0) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private CallSeries.Key key(LedgerEntry entry) {
        LedgerIntent intent = entry.intent();
        return new CallSeries.Key(
                limiter.limit(MeterLabel.TEAM, intent.account().team()),
                limiter.limit(MeterLabel.APP, intent.account().app()),
                limiter.limit(MeterLabel.MODEL, entry.model()),
                limiter.limit(MeterLabel.REGION, intent.region()),
                entry.charge().mode());
    }

    private CallSeries series(CallSeries.Key key) {
        CallSeries known = calls.get(key);
        if (known != null) {
            return known;
        }
        CallSeries made = new CallSeries(table, key);
        if (table.isFull()) {
            return made; // what is not kept cannot pile up; the series themselves are the table's
        }
        CallSeries raced = calls.putIfAbsent(key, made);
        return raced == null ? made : raced;
    }
}

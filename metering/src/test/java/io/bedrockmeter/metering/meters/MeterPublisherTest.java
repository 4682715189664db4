package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.ledger.EntryState;
import io.bedrockmeter.metering.ledger.LedgerEntry;
import io.bedrockmeter.metering.ledger.Outcome;
import io.bedrockmeter.metering.pricing.CostStatus;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MeterPublisherTest {
    private final SettableClock clock = new SettableClock();
    private final Exposed exposed = new Exposed();
    private final MeterPublisher publisher =
            new MeterPublisher(exposed.registry(), clock, MeterSettings.DEFAULT.withoutHold(), Calls.ALLOWED);

    @Test
    void showsCostBaselineAndTokensOfEachUnit() {
        LedgerEntry entry = Calls.of(Calls.SONNET)
                .using(UsageUnit.INPUT, 41, "0.000003", "0.000003")
                .using(UsageUnit.CACHE_READ, 1_000, "0.0000003", "0.000003")
                .entry();

        publisher.publish(entry, Calls.success());

        String common = "{app=\"web\",mode=\"on_demand\",model=\"" + Calls.SONNET + "\",";
        assertThat(exposed.samples("bedrock_meter_cost_usd_total"))
                .containsExactlyInAnyOrder(
                        "bedrock_meter_cost_usd_total" + common
                                + "region=\"us-east-1\",team=\"checkout\",type=\"input\"} 1.23E-4",
                        "bedrock_meter_cost_usd_total" + common
                                + "region=\"us-east-1\",team=\"checkout\",type=\"cache_read\"} 3.0E-4");
        assertThat(exposed.samples("bedrock_meter_baseline_cost_usd_total"))
                .anyMatch(sample -> sample.endsWith("type=\"cache_read\"} 0.003"));
        assertThat(exposed.samples("bedrock_meter_tokens_total"))
                .containsExactlyInAnyOrder(
                        "bedrock_meter_tokens_total" + common + "team=\"checkout\",type=\"input\"} 41.0",
                        "bedrock_meter_tokens_total" + common + "team=\"checkout\",type=\"cache_read\"} 1000.0");
    }

    @Test
    void addsWhatACorrectionAddsUnderTheModelThatIsKnownNow() {
        LedgerEntry before = Calls.of("an opaque identifier")
                .that(EntryState.EXACT, "complete", CostStatus.UNPRICED_MODEL)
                .usingUnpriced(UsageUnit.INPUT, 41)
                .entry();
        LedgerEntry after = Calls.of(Calls.SONNET)
                .using(UsageUnit.INPUT, 41, "0.000003", "0.000004")
                .entry();
        publisher.publish(before, Calls.success());

        publisher.publishCorrection(Calls.correction(before, after));

        assertThat(publisher.totalCostPicos()).isEqualTo(BigInteger.valueOf(123_000_000));
        assertThat(exposed.samples("bedrock_meter_cost_usd_total"))
                .anyMatch(sample -> sample.contains(Calls.SONNET) && sample.endsWith(" 1.23E-4"));
        assertThat(exposed.samples("bedrock_meter_baseline_cost_usd_total"))
                .anyMatch(sample -> sample.contains(Calls.SONNET) && sample.endsWith(" 1.64E-4"));
        assertThat(exposed.samples("bedrock_meter_corrections_total"))
                .containsExactly("bedrock_meter_corrections_total{model=\"" + Calls.SONNET
                        + "\",status=\"unpriced_model\"} 1.0");
        assertThat(exposed.samples("bedrock_meter_requests_total")).hasSize(1);
        assertThat(exposed.samples("bedrock_meter_tokens_total"))
                .filteredOn(sample -> sample.contains("\"input\"") && !sample.endsWith(" 0.0"))
                .singleElement()
                .asString()
                .contains("model=\"other\"")
                .endsWith(" 41.0");
    }

    @Test
    void showsWhatACorrectionTakesBackApartBecauseACounterCannotFall() {
        LedgerEntry before = Calls.of(Calls.SONNET)
                .using(UsageUnit.INPUT, 10, "0.000003", "0.000003")
                .using(UsageUnit.OUTPUT, 10, "0.000003", "0.000003")
                .entry();
        LedgerEntry after = Calls.of(Calls.SONNET)
                .using(UsageUnit.INPUT, 10, "0.000001", "0.000003")
                .entry();
        publisher.publish(before, Calls.success());

        publisher.publishCorrection(Calls.correction(before, after));

        assertThat(publisher.totalCostPicos()).isEqualTo(BigInteger.valueOf(10_000_000));
        assertThat(exposed.samples("bedrock_meter_cost_taken_back_usd_total"))
                .extracting(sample -> sample.substring(sample.indexOf("type")))
                .containsExactlyInAnyOrder("type=\"input\"} 2.0E-5", "type=\"output\"} 3.0E-5");
    }

    @Test
    void addsTheEstimateOfACallThatACrashLeftUnpriced() {
        LedgerEntry before = Calls.of("an opaque identifier")
                .that(EntryState.UNKNOWN_AFTER_CRASH, "process_died", CostStatus.ESTIMATED)
                .entry();
        LedgerEntry after = Calls.of(Calls.SONNET)
                .that(EntryState.UNKNOWN_AFTER_CRASH, "process_died", CostStatus.ESTIMATED)
                .reserving("0.25")
                .entry();
        publisher.publishRecovered(before);

        publisher.publishCorrection(Calls.correction(before, after));

        assertThat(publisher.totalCostPicos()).isEqualTo(BigInteger.valueOf(250_000_000_000L));
        assertThat(exposed.samples("bedrock_meter_estimated_cost_usd_total"))
                .anyMatch(sample -> sample.contains(Calls.SONNET) && sample.endsWith(" 0.25"));
    }

    @Test
    void showsWhatABatchJobCameToAsCostAndAsNoRequest() {
        publisher.publishBatch(Calls.of(Calls.NOVA)
                .through("ModelInvocationJob")
                .in(PricingMode.BATCH)
                .using(UsageUnit.INPUT, 10, "0.0000015", "0.000003")
                .entry());
        publisher.publishBatch(Calls.of(Calls.NOVA)
                .through("ModelInvocationJob")
                .in(PricingMode.BATCH)
                .that(EntryState.ESTIMATED, "output_unread", CostStatus.USAGE_MISSING)
                .reserving("0.25")
                .entry());

        assertThat(publisher.totalCostPicos()).isEqualTo(BigInteger.valueOf(250_015_000_000L));
        assertThat(exposed.samples("bedrock_meter_requests_total")).isEmpty();
        assertThat(exposed.samples("bedrock_meter_usage_missing_total"))
                .anyMatch(sample -> sample.contains("reason=\"output_unread\"") && sample.endsWith(" 1.0"));
        assertThat(exposed.samples("bedrock_meter_estimated_cost_usd_total"))
                .anyMatch(sample -> sample.contains("reason=\"output_unread\"") && sample.endsWith(" 0.25"));
    }

    @Test
    void countsWhatIsNoTokenAsUnits() {
        LedgerEntry entry =
                Calls.of(Calls.CANVAS).using(UsageUnit.IMAGE, 2, "0.04", "0.04").entry();

        publisher.publish(entry, Calls.success());

        assertThat(exposed.samples("bedrock_meter_units_total"))
                .singleElement()
                .asString()
                .endsWith("team=\"checkout\",type=\"image\"} 2.0");
        assertThat(exposed.samples("bedrock_meter_tokens_total")).isEmpty();
    }

    @Test
    void countsTheRequestAndWhatItsCostIsWorth() {
        publisher.publish(Calls.of(Calls.NOVA).in(PricingMode.FLEX).entry(), Calls.success());

        assertThat(exposed.samples("bedrock_meter_requests_total"))
                .containsExactly("bedrock_meter_requests_total{mode=\"flex\",model=\"" + Calls.NOVA
                        + "\",operation=\"Converse\",outcome=\"success\",team=\"checkout\"} 1.0");
        assertThat(exposed.samples("bedrock_meter_cost_status_total"))
                .containsExactly("bedrock_meter_cost_status_total{model=\"" + Calls.NOVA + "\",status=\"priced\"} 1.0");
    }

    @Test
    void countsAnEstimateByItsReasonAndItsUsageAsMissing() {
        LedgerEntry entry = Calls.of(Calls.NOVA)
                .that(EntryState.ESTIMATED, "truncated", CostStatus.ESTIMATED)
                .using(UsageUnit.OUTPUT, 10, "0.5", "0.5")
                .entry();

        publisher.publish(entry, Calls.success());

        assertThat(exposed.moved("bedrock_meter_estimated_cost_usd_total"))
                .singleElement()
                .asString()
                .endsWith("reason=\"truncated\",team=\"checkout\"} 5.0");
        assertThat(exposed.moved("bedrock_meter_usage_missing_total"))
                .singleElement()
                .asString()
                .endsWith("operation=\"Converse\",reason=\"truncated\"} 1.0");
    }

    @Test
    void countsAnExactUsageAtADoubtfulPriceAsEstimatedButNotAsMissing() {
        LedgerEntry entry = Calls.of(Calls.NOVA)
                .that(EntryState.EXACT, "complete", CostStatus.ESTIMATED)
                .using(UsageUnit.OUTPUT, 10, "0.5", "0.5")
                .entry();

        publisher.publish(entry, Calls.success());

        assertThat(exposed.moved("bedrock_meter_estimated_cost_usd_total"))
                .singleElement()
                .asString()
                .contains("reason=\"uncertain_price\"");
        assertThat(exposed.moved("bedrock_meter_usage_missing_total")).isEmpty();
    }

    @Test
    void countsUnitsWithoutAPriceAndNeverAsFree() {
        LedgerEntry entry = Calls.of("made.up-model")
                .that(EntryState.EXACT, "complete", CostStatus.UNPRICED_MODEL)
                .usingUnpriced(UsageUnit.INPUT, 700)
                .entry();

        publisher.publish(entry, Calls.success());

        assertThat(exposed.moved("bedrock_meter_unpriced_units_total"))
                .containsExactly("bedrock_meter_unpriced_units_total{model=\"other\",reason=\"unpriced_model\","
                        + "type=\"input\"} 700.0");
    }

    @Test
    void countsPrepaidUsageAsPriced() {
        LedgerEntry entry = Calls.of(Calls.SONNET)
                .in(PricingMode.PROVISIONED)
                .that(EntryState.EXACT, "complete", CostStatus.PREPAID)
                .usingUnpriced(UsageUnit.INPUT, 700)
                .entry();

        publisher.publish(entry, Calls.success());

        assertThat(exposed.moved("bedrock_meter_unpriced_units_total")).isEmpty();
    }

    @Test
    void countsTheCostOfACallThatACrashInterruptedAsEstimatedAndItAsNoRequest() {
        LedgerEntry entry = Calls.of(Calls.SONNET)
                .that(EntryState.UNKNOWN_AFTER_CRASH, "unknown_after_crash", CostStatus.ESTIMATED)
                .reserving("0.25")
                .entry();

        publisher.publishRecovered(entry);

        assertThat(publisher.totalCostPicos()).isEqualTo(BigInteger.valueOf(250_000_000_000L));
        assertThat(exposed.samples("bedrock_meter_cost_usd_total"))
                .singleElement()
                .asString()
                .endsWith("type=\"unattributed\"} 0.25");
        assertThat(exposed.moved("bedrock_meter_estimated_cost_usd_total"))
                .singleElement()
                .asString()
                .contains("reason=\"unknown_after_crash\"")
                .endsWith(" 0.25");
        assertThat(exposed.moved("bedrock_meter_unknown_after_crash_total")).hasSize(1);
        assertThat(exposed.samples("bedrock_meter_requests_total")).isEmpty();
    }

    @Test
    void holdsNewSeriesAtZeroWithoutForgettingACent() {
        Exposed held = new Exposed();
        MeterPublisher holding = new MeterPublisher(
                held.registry(), clock, new MeterSettings(Duration.ofSeconds(60), 100), Calls.ALLOWED);
        LedgerEntry entry =
                Calls.of(Calls.NOVA).using(UsageUnit.INPUT, 1, "12.5", "12.5").entry();

        holding.publish(entry, Calls.success());

        assertThat(held.samples("bedrock_meter_cost_usd_total"))
                .singleElement()
                .asString()
                .endsWith(" 0.0");
        assertThat(holding.totalCostPicos()).isEqualTo(BigInteger.valueOf(12_500_000_000_000L));
        assertThat(holding.costPicos())
                .containsExactly(Map.entry(
                        new CostSeries("checkout", "web", Calls.NOVA, Calls.REGION, "on_demand", "input"),
                        BigInteger.valueOf(12_500_000_000_000L)));
    }

    @Test
    void losesNoMoneyToTheCapOnSeries() {
        Exposed full = new Exposed();
        MeterPublisher capped =
                new MeterPublisher(full.registry(), clock, new MeterSettings(Duration.ZERO, 1), Calls.ALLOWED);

        for (String model : List.of(Calls.NOVA, Calls.SONNET, Calls.CANVAS)) {
            capped.publish(Calls.of(model).using(UsageUnit.INPUT, 1, "10", "10").entry(), Calls.success());
        }

        assertThat(capped.costPicos())
                .containsExactly(Map.entry(
                        new CostSeries("other", "other", "other", "other", "on_demand", "input"),
                        BigInteger.valueOf(30_000_000_000_000L)));
        assertThat(full.moved("bedrock_meter_label_overflow_total{label=\"series\"}"))
                .isNotEmpty();
    }

    @Test
    void countsAMeterThatCouldNotBeRegistered() {
        PrometheusMeterRegistry forgiving = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new MeterPublisher(forgiving, clock, MeterSettings.DEFAULT.withoutHold(), Calls.ALLOWED).callStarted();
        Counter.builder("clash").register(forgiving);

        Gauge.builder("clash", () -> 1).tag("another", "label").register(forgiving);

        assertThat(forgiving.scrape()).contains("bedrock_meter_meter_registration_failures_total 1.0");
    }

    @Test
    void keepsCountingAfterAGarbageCollection() {
        Exposed other = new Exposed();
        publishOneDollar(other);

        for (int i = 0; i < 3; i++) {
            System.gc();
        }

        assertThat(other.samples("bedrock_meter_cost_usd_total"))
                .singleElement()
                .asString()
                .endsWith(" 1.0");
    }

    @Test
    void showsExpectedCallsAtZero() {
        publisher.register(new ExpectedCalls(
                "search",
                "batch",
                Calls.NOVA,
                Calls.REGION,
                PricingMode.ON_DEMAND,
                Set.of(UsageUnit.INPUT, UsageUnit.OUTPUT)));

        assertThat(exposed.samples("bedrock_meter_cost_usd_total"))
                .hasSize(2)
                .allMatch(sample -> sample.contains("team=\"search\"") && sample.endsWith(" 0.0"));
    }

    @Test
    void observesDurationsAndTheFirstByteOfStreamsOnly() {
        Outcome outcome = Calls.success(new Outcome.Timings(2_000_000_000L, 400_000_000L, 1_900_000_000L, 700_000L));

        publisher.publish(Calls.of(Calls.NOVA).entry(), outcome);
        publisher.publish(Calls.of(Calls.NOVA).through("ConverseStream").entry(), outcome);

        assertThat(exposed.samples("bedrock_meter_time_to_first_byte_seconds_count"))
                .containsExactly("bedrock_meter_time_to_first_byte_seconds_count{model=\"" + Calls.NOVA + "\"} 1");
        assertThat(exposed.samples("bedrock_meter_request_duration_seconds_sum"))
                .hasSize(2)
                .allMatch(sample -> sample.endsWith(" 2.0"));
        assertThat(exposed.samples("bedrock_meter_overhead_seconds_bucket"))
                .contains(
                        "bedrock_meter_overhead_seconds_bucket{le=\"5.0E-4\"} 0",
                        "bedrock_meter_overhead_seconds_bucket{le=\"0.001\"} 2");
    }

    @Test
    void doesNotObserveWhatWasNotReached() {
        publisher.publish(Calls.of(Calls.NOVA).through("ConverseStream").entry(), Calls.success());

        assertThat(exposed.samples("bedrock_meter_time_to_first_byte_seconds_count"))
                .allMatch(sample -> sample.endsWith(" 0"));
    }

    @Test
    void countsCallsInFlight() {
        publisher.callStarted();
        publisher.callStarted();
        publisher.callEnded();

        assertThat(exposed.samples("bedrock_meter_active_requests"))
                .containsExactly("bedrock_meter_active_requests 1.0");
    }

    @Test
    void showsAlarmsAtZeroBeforeThereIsAnyTrouble() {
        assertThat(List.of(
                        Meters.ESTIMATED_COST, Meters.USAGE_MISSING, Meters.UNPRICED_UNITS, Meters.UNKNOWN_AFTER_CRASH))
                .allSatisfy(meter -> assertThat(exposed.samples(meter.prometheusName()))
                        .singleElement()
                        .asString()
                        .endsWith(" 0.0"));
    }

    @Test
    void countsLabelsThatOverflow() {
        publisher.publish(Calls.of(Calls.NOVA).by("made up by a caller", "web").entry(), Calls.success());

        assertThat(exposed.samples("bedrock_meter_label_overflow_total"))
                .contains("bedrock_meter_label_overflow_total{label=\"team\"} 1.0")
                .contains("bedrock_meter_label_overflow_total{label=\"app\"} 0.0");
        assertThat(exposed.samples("bedrock_meter_requests_total"))
                .singleElement()
                .asString()
                .contains("team=\"other\"");
    }

    @Test
    void countsRefusalsAndDisagreements() {
        publisher.callRefused("overloaded");
        publisher.usageDisagreed(Calls.NOVA);

        assertThat(exposed.samples("bedrock_meter_refusals_total"))
                .containsExactly("bedrock_meter_refusals_total{reason=\"overloaded\"} 1.0");
        assertThat(exposed.samples("bedrock_meter_usage_disagreements_total"))
                .containsExactly("bedrock_meter_usage_disagreements_total{model=\"" + Calls.NOVA + "\"} 1.0");
    }

    private void publishOneDollar(Exposed other) {
        MeterPublisher forgotten =
                new MeterPublisher(other.registry(), clock, MeterSettings.DEFAULT.withoutHold(), Calls.ALLOWED);
        forgotten.publish(
                Calls.of(Calls.NOVA).using(UsageUnit.INPUT, 1, "1", "1").entry(), Calls.success());
    }
}

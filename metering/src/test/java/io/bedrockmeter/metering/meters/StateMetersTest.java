package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.money.Money;
import io.bedrockmeter.metering.pricing.PricingMode;
import io.bedrockmeter.metering.usage.UsageUnit;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateMetersTest {
    private final Exposed exposed = new Exposed();
    private final StateMeters meters = new StateMeters(exposed.registry(), "0.1.0", "b174ccb");

    @Test
    void showsWhichFeedsHaveABookThatWaitsAndForgetsThoseThatAreGone() {
        meters.priceBooksWaiting(Map.of("aws", true, "old", false));
        meters.priceBooksWaiting(Map.of("aws", false));

        assertThat(exposed.samples("bedrock_meter_price_books_waiting"))
                .containsExactly("bedrock_meter_price_books_waiting{source=\"aws\"} 0.0");
    }

    @Test
    void showsTheBuild() {
        assertThat(exposed.samples("bedrock_meter_build_info"))
                .containsExactly("bedrock_meter_build_info{revision=\"b174ccb\",version=\"0.1.0\"} 1");
    }

    @Test
    void showsWhenPricesAndConfigurationWereTaken() {
        meters.priceBooks(Map.of("bundled", Instant.ofEpochSecond(1_000), "ours", Instant.ofEpochSecond(1_500)));
        meters.priceBooks(Map.of("bundled", Instant.ofEpochSecond(2_000)));
        meters.configLoaded(Instant.ofEpochMilli(3_500));
        meters.configRefused();

        assertThat(exposed.samples("bedrock_meter_price_book_timestamp_seconds"))
                .containsExactly("bedrock_meter_price_book_timestamp_seconds{source=\"bundled\"} 2000.0");
        assertThat(exposed.samples("bedrock_meter_config_last_reload_success_timestamp_seconds"))
                .containsExactly("bedrock_meter_config_last_reload_success_timestamp_seconds 3.5");
        assertThat(exposed.samples("bedrock_meter_config_reload_failures_total"))
                .containsExactly("bedrock_meter_config_reload_failures_total 1.0");
    }

    @Test
    void showsPricesByTheMillionInsteadOfThoseBefore() {
        UnitPrice old = new UnitPrice(
                Calls.SONNET, PricingMode.ON_DEMAND, UsageUnit.INPUT, Calls.REGION, Money.parseUsd("0.000003"));
        UnitPrice cheapest = new UnitPrice(
                Calls.NOVA, PricingMode.ON_DEMAND, UsageUnit.CACHE_READ, Calls.REGION, Money.ofPicos(8_750));
        meters.showPrices(List.of(old));

        meters.showPrices(List.of(cheapest));

        assertThat(exposed.samples("bedrock_meter_price_usd_per_million_tokens"))
                .singleElement()
                .asString()
                .contains("type=\"cache_read\"")
                .endsWith(" 0.00875");
    }

    @Test
    void showsBatchJobsByAllTheirStatesOnceThereIsOne() {
        meters.batchJobs(Map.of());
        assertThat(exposed.samples("bedrock_meter_batch_jobs")).isEmpty();

        meters.batchJobs(Map.of("Submitted", 3L));
        meters.batchJobs(Map.of("InProgress", 2L, "Pondering", 1L, "Dreaming", 1L));

        assertThat(exposed.samples("bedrock_meter_batch_jobs"))
                .hasSize(11)
                .contains(
                        "bedrock_meter_batch_jobs{state=\"InProgress\"} 2.0",
                        "bedrock_meter_batch_jobs{state=\"Submitted\"} 0.0",
                        "bedrock_meter_batch_jobs{state=\"other\"} 2.0");
    }

    @Test
    void showsTheLedgerAndItsDriftFromTheMeters() {
        MeterPublisher publisher =
                new MeterPublisher(exposed.registry(), new SettableClock(), MeterSettings.DEFAULT, Calls.ALLOWED);
        meters.ledger(new Figures(), publisher::totalCostPicos);

        publisher.publish(
                Calls.of(Calls.NOVA).using(UsageUnit.INPUT, 1, "1.5", "1.5").entry(), Calls.success());

        assertThat(exposed.samples("bedrock_meter_ledger_meter_drift_usd"))
                .containsExactly("bedrock_meter_ledger_meter_drift_usd 1.0E-12");
        assertThat(exposed.samples("bedrock_meter_ledger_write_failures_total"))
                .containsExactly("bedrock_meter_ledger_write_failures_total 3.0");
        assertThat(exposed.samples("bedrock_meter_ledger_lag_seconds"))
                .containsExactly("bedrock_meter_ledger_lag_seconds 0.25");
    }

    /** A ledger that charged one picodollar more than 1.50 USD. */
    private record Figures() implements LedgerFigures {
        @Override
        public BigInteger chargedPicos() {
            return BigInteger.valueOf(1_500_000_000_001L);
        }

        @Override
        public long writeFailures() {
            return 3;
        }

        @Override
        public Duration lag() {
            return Duration.ofMillis(250);
        }
    }
}

package io.bedrockmeter.metering.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.bedrockmeter.metering.ledger.Outcome;
import io.micrometer.core.instrument.Timer;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

    @Test
    void putsExemplarsWhereEveryPrometheusTakesThem() {
        Exposed exposed = new Exposed(new OneTrace());
        MeterPublisher publisher =
                new MeterPublisher(exposed.registry(), new SettableClock(), MeterSettings.DEFAULT, Calls.ALLOWED);

        publisher.publish(Calls.of(Calls.NOVA).entry(), Calls.success(new Outcome.Timings(1_000, 1_000, 1_000, 1_000)));

        List<String> withExemplar = exposed.scrape(OPEN_METRICS)
                .lines()
                .filter(line -> line.contains("trace_id"))
                .toList();
        assertThat(withExemplar).isNotEmpty().allMatch(line -> line.contains("_bucket{"));
    }

    @Test
    void leavesOutTheMaximaOfOurHistogramsOnly() {
        Exposed exposed = Everything.exposed();

        Timer.builder("another.meter").register(exposed.registry()).record(1, TimeUnit.SECONDS);

        assertThat(exposed.samples("another_meter_seconds_max")).hasSize(1);
        assertThat(exposed.scrape().lines().filter(line -> line.contains("bedrock_meter_") && line.contains("_max")))
                .isEmpty();
    }

    private static final class OneTrace implements SpanContext {
        @Override
        public String getCurrentTraceId() {
            return "0af7651916cd43dd8448eb211c80319c";
        }

        @Override
        public String getCurrentSpanId() {
            return "b7ad6b7169203331";
        }

        @Override
        public boolean isCurrentSpanSampled() {
            return true;
        }

        @Override
        public void markCurrentSpanAsExemplar() {}
    }
}

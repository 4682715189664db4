package io.bedrockmeter.metering.meters;

import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.config.PrometheusPropertiesLoader;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Prometheus registry set up as {@link Exposition} asks, and what it shows. */
public final class Exposed {
    static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private static final ExpositionFormats FORMATS =
            ExpositionFormats.init(PrometheusPropertiesLoader.load(Exposition.exporterProperties()));

    private final PrometheusRegistry prometheus = new PrometheusRegistry();
    private final PrometheusMeterRegistry registry;

    public Exposed() {
        registry = new PrometheusMeterRegistry(new Config(), prometheus, Clock.SYSTEM);
        registry.throwExceptionOnRegistrationFailure();
    }

    /** One whose observations carry exemplars of a trace. */
    Exposed(SpanContext trace) {
        registry = new PrometheusMeterRegistry(new Config(), prometheus, Clock.SYSTEM, trace);
        registry.throwExceptionOnRegistrationFailure();
    }

    /** The registry. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** A scrape in the text format. */
    String scrape() {
        return scrape(TEXT);
    }

    /** A scrape in the format of an Accept header. */
    public String scrape(String accept) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            FORMATS.findWriter(accept).write(out, prometheus.scrape(Exposition::isShown));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The samples of a scrape whose names start so. */
    Stream<String> samples(String start) {
        return scrape().lines().filter(line -> line.startsWith(start));
    }

    /** The samples of a scrape whose names start so and that are not 0. */
    Stream<String> moved(String start) {
        return samples(start).filter(sample -> !sample.endsWith(" 0.0"));
    }

    private static final class Config implements PrometheusConfig {
        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public Properties prometheusProperties() {
            return Exposition.exporterProperties();
        }
    }
}

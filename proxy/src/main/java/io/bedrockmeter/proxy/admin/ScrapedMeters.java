package io.bedrockmeter.proxy.admin;

import io.bedrockmeter.metering.meters.Exposition;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.config.PrometheusPropertiesLoader;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The meters as Prometheus scrapes them: a registry set up, and written, as {@link Exposition} asks. Thread-safe. */
public final class ScrapedMeters implements AutoCloseable {
    private static final int USUAL_BYTES = 1 << 16;

    private final PrometheusRegistry prometheus = new PrometheusRegistry();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(new Config(), prometheus, Clock.SYSTEM);
    private final ExpositionFormats formats =
            ExpositionFormats.init(PrometheusPropertiesLoader.load(Exposition.exporterProperties()));

    private volatile Runnable refresh = () -> {};

    /** Says what brings meters up to date that are not kept so: done before each scrape. */
    public void beforeEachScrape(Runnable work) {
        refresh = work;
    }

    /** Where meters are registered. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** One scrape in the best format that an {@code Accept} header allows: OpenMetrics, or Prometheus text. */
    synchronized AdminResponse scrape(String accept) {
        refresh.run();
        ExpositionFormatWriter writer = accept.contains("application/openmetrics-text")
                ? formats.getOpenMetricsTextFormatWriter()
                : formats.getPrometheusTextFormatWriter();
        ByteArrayOutputStream body = new ByteArrayOutputStream(USUAL_BYTES);
        try {
            writer.write(body, prometheus.scrape(Exposition::isShown));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return AdminResponse.of(200, writer.getContentType(), body.toByteArray());
    }

    @Override
    public void close() {
        registry.close();
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
